import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeId } from "./testing/bodies.ts";
import { exportedRollout } from "./testing/exported.ts";
import { fixtures } from "./testing/fixtures.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const muster: World["muster"] = (argv, options) => world.muster(argv, options);
const sent: World["sent"] = (method, tail) => world.sent(method, tail);
const listed = (...rollouts: Partial<typeof fixtures.rollout>[]) => {
  world.routes["GET /v1/fleets/*/rollouts"] = () => ({
    body: {
      items: rollouts.map((one, i) => ({ ...fixtures.rollout, id: fakeId("rol", 9 - i), ...one })),
      nextCursor: null,
    },
  });
};

describe("a rollout's name", () => {
  it("may be latest, or a release's number for the newest rollout to it", async () => {
    const revert = { releaseNumber: 3, revertOf: fakeId("rol", 8) };
    listed(revert, { releaseNumber: 3 }, { releaseNumber: 3 });
    await muster(["rollouts", "get", "latest"]);
    expect(sent("GET", fakeId("rol", 9))).toBeDefined();
    await muster(["rollouts", "get", "3"]);
    expect(sent("GET", fakeId("rol", 8))).toBeDefined();
    expect(sent("GET", fakeId("rol", 7))).toBeUndefined();
    expect((await muster(["rollouts", "list"])).stdout).toMatch(/back from 3 .*\n.* to 3 /);
  });

  it("that nothing has ends with 4; one that cannot be, with 2 and what it takes", async () => {
    const none = await muster(["rollouts", "get", "7"]);
    expect(none.code).toBe(4);
    expect(none.stderr).toContain("Fleet web has no rollout to release 7");
    const wrong = await muster(["rollouts", "get", "newest"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/named by its id \(rol_…\), a release's number .* or latest/);
  });
});

describe("rollouts list --state", () => {
  it("asks for that state alone", async () => {
    listed();
    const { stderr } = await muster(["rollouts", "list", "--state", "awaiting_approval"]);
    expect(sent("GET", "/rollouts")?.query).toMatchObject({ state: "awaiting_approval" });
    expect(stderr).toBe("No rollout of web is awaiting approval.\n");
  });
});

describe("rollouts approve and reject", () => {
  it("find the one that awaits it, and send verdict and comment", async () => {
    listed({ state: "scheduled" }, { state: "awaiting_approval" });
    await muster(["rollouts", "approve", "-m", "checked"]);
    expect(sent("POST", `${fakeId("rol", 8)}/approvals`)?.body).toEqual({
      verdict: "approve",
      comment: "checked",
    });
    await muster(["rollouts", "reject", "latest"]);
    expect(sent("POST", `${fakeId("rol", 9)}/approvals`)?.body).toEqual({ verdict: "reject" });
  });

  it("want to know which, when several await it, and say so when none does", async () => {
    listed({ state: "awaiting_approval" }, { state: "awaiting_approval" });
    const several = await muster(["rollouts", "approve"]);
    expect(several.code).toBe(2);
    expect(several.stderr).toContain(`Say which: ${fakeId("rol", 9)}, ${fakeId("rol", 8)}`);
    listed();
    expect(await muster(["rollouts", "approve"])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("No rollout awaits approval in fleet web"),
    });
    expect(sent("POST", "/approvals")).toBeUndefined();
  });
});

describe("rollouts override-freeze", () => {
  it("needs a reason and sends it", async () => {
    expect((await muster(["rollouts", "override-freeze", "latest"])).code).toBe(2);
    await muster(["rollouts", "override-freeze", "latest", "--reason", "outage"]);
    expect(sent("POST", "/override-freeze")?.body).toEqual({ reason: "outage" });
  });
});

describe("rollouts revert", () => {
  it("takes any strategy, and shows its plan first when asked", async () => {
    const { stdout } = await muster(["rollouts", "revert", "latest", "--step", "1", "--dry-run"]);
    expect(sent("POST", "/revert")).toMatchObject({
      query: { dryRun: "true" },
      body: { strategy: { kind: "canary", steps: [{ agents: 1 }] } },
    });
    expect(stdout).toContain(`Plan to take back ${fixtures.rollout.id}`);
    await muster(["rollouts", "revert", "3"]);
    expect(sent("POST", "/revert")?.body).toMatchObject({ strategy: { kind: "all-at-once" } });
  });
});

describe("rollouts explain", () => {
  it("says what it waits on, since when, and what to do", async () => {
    for (const argv of [
      ["rollouts", "explain"],
      ["explain", "rollout", "latest"],
    ]) {
      const { stdout } = await muster(argv);
      expect(stdout).toContain("waits: a person to promote wave 2 (since 2026-11-21 09:00:00 UTC)");
      expect(stdout).toContain(`promote: muster rollouts promote ${fixtures.rollout.id}`);
      expect(stdout).toContain("1 of 1 agents in wave 1 are healthy");
    }
  });
});

describe("rollouts get", () => {
  it("shows strategy, gates, approval and schedule in words", async () => {
    world.routes["GET /v1/rollouts/*"] = () => ({
      body: {
        ...fixtures.rolloutDetail,
        strategy: {
          kind: "canary",
          steps: [{ agents: 1 }, { selector: "region=eu" }],
          promotion: "manual",
          pauseSeconds: 0,
        },
        gates: {
          ...fixtures.rollout.gates,
          metrics: [
            {
              metric: "errors_total",
              per: "requests_total",
              as: "rate",
              max: 0.05,
              min: null,
              minSamples: 5,
              compare: null,
            },
          ],
          webhooks: [
            {
              url: "https://ci.example.com/gate",
              on: ["start", "wave"],
              timeoutSeconds: 10,
              attempts: 5,
              whenUnanswered: "hold",
            },
          ],
        },
        approval: { required: true, by: "eve@example.com", verdict: "approve", comment: "ok", at: null },
        schedule: {
          startAt: "2026-11-22T02:00:00.000Z",
          windows: [
            { days: ["mon", "tue", "wed", "sat"], from: "22:00", to: "04:00", timeZone: "Europe/Berlin" },
          ],
        },
        freezeOverride: { by: "ada@example.com", reason: "outage" },
      },
    });
    const { stdout } = await muster(["rollouts", "get"]);
    expect(stdout).toContain("canary: 1 agent, region=eu, then the rest; manual promotion");
    expect(stdout).toContain("metric errors_total per requests_total as rate, max 0.05, samples 5");
    expect(stdout).toContain("webhook https://ci.example.com/gate on start, wave, 5 attempts");
    expect(stdout).toContain("approved by eve@example.com: ok");
    expect(stdout).toContain("not before 2026-11-22T02:00:00Z");
    expect(stdout).toContain("mon-wed,sat 22:00-04:00 Europe/Berlin");
    expect(stdout).toContain("overridden by ada@example.com: outage");
  });
});

describe("export and replay", () => {
  const file = () => join(world.home, "rollout.json");

  it("write a document that replays to the same, without a server", async () => {
    const { stdout } = await muster(["rollouts", "export", "latest", "-o", "rollout.json"]);
    expect(stdout).toContain("Next: muster rollouts replay rollout.json");
    expect(JSON.parse(await readFile(file(), "utf8"))).toEqual(exportedRollout());
    await world.server.close();
    const same = await muster(["rollouts", "replay", "rollout.json"]);
    expect({ code: same.code, stderr: same.stderr }).toEqual({ code: 0, stderr: "" });
    expect(same.stdout).toContain("3 observations, ends as cancelled");
    expect(same.stdout).toContain("The same");
  });

  it("tell each difference and end with 1", async () => {
    const text = JSON.stringify(exportedRollout()).replaceAll('"state":"cancelled"', '"state":"succeeded"');
    await writeFile(file(), text);
    const { code, stdout, stderr } = await muster(["rollouts", "replay", "rollout.json"]);
    expect(code).toBe(1);
    expect(stdout).toContain("state\n    recorded: succeeded\n    replayed: cancelled");
    expect(stderr).toContain("differs in 1 place");
    const json = await muster(["rollouts", "replay", "rollout.json", "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ same: false, differences: [{ what: "state" }] });
  });

  it.each([
    ["not json", /it is not JSON/],
    ["{}", /no exported rollout/],
    [JSON.stringify({ ...exportedRollout(), document: {} }), /its document is damaged \(terms/],
    [JSON.stringify(exportedRollout()).replace('"agent":0', '"agent":7'), /its log does not fit its plan/],
  ])("refuse an unreadable file with 2: %s", async (text, message) => {
    await writeFile(file(), text);
    const { code, stdout, stderr } = await muster(["rollouts", "replay", "rollout.json"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("refuse a file that is not there with 2", async () => {
    expect((await muster(["rollouts", "replay", "nowhere.json"])).code).toBe(2);
  });
});

describe("environments", () => {
  const change = () => sent("PATCH", fixtures.environment.id);

  it("show windows and freezes", async () => {
    const { stdout } = await muster(["environments", "get", "production"]);
    expect(stdout).toContain("mon-wed 22:00-04:00 Europe/Berlin");
    expect(stdout).toContain("2026-11-21T20:00:00Z (now): sales day");
    expect(stdout).toContain("(over): over");
  });

  it("are frozen beside the freezes that stand, against what was read", async () => {
    await muster(["environments", "freeze", "production", "--until", "8h", "--reason", "fair"]);
    expect(change()?.headers["if-match"]).toBe('"4"');
    expect(change()?.body).toEqual({
      freezes: [
        ...fixtures.environment.freezes.filter(({ reason }) => reason !== "over"),
        { from: "2026-11-21T10:00:00.000Z", until: "2026-11-21T18:00:00.000Z", reason: "fair" },
      ],
    });
    const past = ["--until", "2026-11-20T00:00Z", "--reason", "fair"];
    expect((await muster(["environments", "freeze", "production", ...past])).code).toBe(2);
  });

  it("are unfrozen now, by reason, or from all that is to come", async () => {
    await muster(["environments", "unfreeze", "production"]);
    expect(change()?.body).toMatchObject({ freezes: [{ reason: "holidays" }] });
    await muster(["environments", "unfreeze", "production", "--all"]);
    expect(change()?.body).toEqual({ freezes: [] });
    const none = await muster(["environments", "unfreeze", "production", "--reason", "holidays"]);
    expect(none.code).toBe(4);
    expect(none.stderr).toContain('with the reason "holidays"');
  });

  it("are updated in what was named alone", async () => {
    const window = ["--window", "daily 00:00-06:00 UTC"];
    await muster(["environments", "update", "production", "--unprotected", ...window]);
    expect(change()?.body).toMatchObject({
      protected: false,
      windows: [{ from: "00:00", to: "06:00", timeZone: "UTC" }],
    });
    await muster(["environments", "update", "production", "--any-time"]);
    expect(change()?.body).toEqual({ windows: [] });
    for (const wrong of [[], ["--protected", "--unprotected"], [...window, "--any-time"]]) {
      expect((await muster(["environments", "update", "production", ...wrong])).code).toBe(2);
    }
  });
});

describe("agents delete", () => {
  it("is not done unasked", async () => {
    const { code, stderr } = await muster(["agents", "delete", "web-1"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Pass --yes");
    expect(sent("DELETE", fixtures.agent.id)).toBeUndefined();
    expect((await muster(["agents", "delete", "web-1", "--yes"])).code).toBe(0);
    expect(sent("DELETE", fixtures.agent.id)).toBeDefined();
  });
});
