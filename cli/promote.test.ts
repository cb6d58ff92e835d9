import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeId } from "./testing/bodies.ts";
import { fixtures } from "./testing/fixtures.ts";
import { startWorld, type World } from "./testing/world.ts";

const { config, environment, fleet, release, plan } = {
  ...fixtures,
  plan: fixtures.preview as { planToken: string },
};
const staging = { ...environment, id: fakeId("env", 2), slug: "staging", name: "Staging" };
const [placed] = release.assignments as Record<string, unknown>[];

interface Placed {
  version: number;
  selector: string;
  fileName: string;
}
interface TestFleet {
  environmentId: unknown;
  activeRolloutId?: string;
  gives: Placed[];
}

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

/** Fleets by slug, each with a current release that gives the config so. */
function fleets(by: Record<string, TestFleet>): void {
  const all = Object.entries(by).map(([slug, one], i) => ({
    ...one,
    body: {
      ...fleet,
      id: fakeId("flt", i + 1),
      slug,
      name: slug,
      environmentId: one.environmentId,
      currentReleaseId: fakeId("rel", i + 1),
    },
  }));
  world.routes["GET /v1/projects/*/environments"] = () => ({
    body: { items: [environment, staging], nextCursor: null },
  });
  world.routes["GET /v1/projects/*/fleets"] = () => ({
    body: { items: all.map(({ body }) => body), nextCursor: null },
  });
  world.routes["GET /v1/fleets/*"] = ({ path }) => {
    const found = all.find(({ body }) => path.endsWith(body.id));
    return { body: { ...found?.body, counts: null, activeRolloutId: found?.activeRolloutId ?? null } };
  };
  world.routes["GET /v1/releases/*"] = ({ path }) => {
    const found = all.find(({ body }) => path.endsWith(body.currentReleaseId));
    const assignments = found?.gives.map((one) => ({ ...placed, ...one }));
    return { body: { ...release, id: found?.body.currentReleaseId, assignments } };
  };
}

const orders = () =>
  world.server.seen.filter(({ method, path }) => method === "POST" && path.endsWith("/rollouts"));
const promote = (...line: string[]) => world.muster(["configs", "promote", ...line]);

const inStaging = (version: number): TestFleet => ({
  environmentId: staging.id,
  gives: [{ version, selector: "role=web", fileName: "site.txt" }],
});
const inProduction = (...gives: Placed[]): TestFleet => ({ environmentId: environment.id, gives });

describe("muster configs promote", () => {
  it("starts the very plan that it showed, to whom the config goes in the target", async () => {
    fleets({
      blue: inStaging(2),
      web: inProduction(
        { version: 1, selector: "role=a", fileName: "a.txt" },
        { version: 1, selector: "role=b", fileName: "b.txt" },
      ),
    });
    const { code, stderr } = await promote(
      "greeting",
      "--from",
      "blue",
      "--to",
      "web",
      "--yes",
      "--batch",
      "10%",
    );
    expect(code).toBe(0);
    expect(stderr).toContain("Plan for web: greeting@2, which runs in blue; it is given version 1 now:");
    expect(stderr).not.toContain("--dry-run");
    const [asked, started] = orders();
    expect(asked?.query.dryRun).toBe("true");
    expect(started?.path).toContain(fakeId("flt", 2));
    expect(started?.body).toMatchObject({
      assignments: [
        { config: config.id, version: 2, selector: "role=a", fileName: "a.txt" },
        { config: config.id, version: 2, selector: "role=b", fileName: "b.txt" },
      ],
      keepOthers: true,
      strategy: { kind: "rolling", batch: "10%" },
      planToken: plan.planToken,
    });
  });

  it("takes the places of its origin where it is new", async () => {
    fleets({ blue: inStaging(2), web: inProduction() });
    await promote("greeting", "--from-environment", "staging", "--to", "web", "--yes");
    expect(orders().at(-1)?.body).toMatchObject({
      assignments: [{ version: 2, selector: "role=web", fileName: "site.txt" }],
    });
  });

  it("asks first, and does nothing without a terminal or --yes", async () => {
    fleets({ blue: inStaging(2), web: inProduction() });
    const { code, stderr } = await promote("greeting", "--from", "blue", "--to", "web");
    expect(code).toBe(2);
    expect(stderr).toContain("Pass --yes");
    expect(orders().map(({ query }) => query.dryRun)).toEqual(["true"]);
    const json = await promote("greeting", "--from", "blue", "--to", "web", "--dry-run", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ planToken: plan.planToken });
    expect(json.stderr).toBe("");
    expect(orders()).toHaveLength(2);
  });

  it("takes a version or a label, and holds to the plan of an earlier dry run", async () => {
    fleets({ web: inProduction() });
    await promote("greeting@prod", "--to", "web", "--yes", "--plan-token", "earlier");
    expect(orders().at(-1)?.body).toMatchObject({
      assignments: [{ version: 2, selector: "" }],
      planToken: "earlier",
    });
  });

  it("does nothing where it is given already", async () => {
    fleets({ blue: inStaging(2), web: inProduction({ version: 2, selector: "", fileName: "x" }) });
    const { code, stdout } = await promote("greeting", "--from", "blue", "--to", "web", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ changed: false, config: "greeting", version: 2, fleet: "web" });
    expect(orders()).toEqual([]);
  });

  it("refuses an environment whose fleets disagree, naming the versions", async () => {
    fleets({ blue: inStaging(2), green: inStaging(1), web: inProduction() });
    const { code, stderr } = await promote("greeting", "--from-environment", "staging", "--to", "web");
    expect(code).toBe(1);
    expect(stderr).toContain("2 in blue for role=web, 1 in green for role=web");
    expect(orders()).toEqual([]);
  });

  it("refuses where nothing gives it, and says when a rollout is under way", async () => {
    fleets({ blue: { ...inStaging(2), activeRolloutId: fixtures.rollout.id }, web: inProduction() });
    const gone = await promote("greeting", "--from", "web", "--to", "blue");
    expect(gone).toMatchObject({ code: 4, stderr: expect.stringContaining("Deploy it there first") });
    const active = await promote("greeting", "--from", "blue", "--to", "web", "--dry-run");
    expect(active.stderr).toContain(`Rollout ${fixtures.rollout.id} is active in blue`);
  });

  it("wants one origin", async () => {
    for (const line of [["greeting"], ["greeting@2", "--from", "web"]]) {
      const { code, stderr } = await promote(...line);
      expect(code).toBe(2);
      expect(stderr).toContain("Give one of --from");
    }
  });
});
