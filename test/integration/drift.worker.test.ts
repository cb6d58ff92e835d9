/** Drift by the API: who may set what, what is told, and how a change on a host becomes a version. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type {
  AcceptedDraft,
  AcceptedDrift,
  AgentDrift,
  ConfigDrift,
  FleetDrift,
} from "../../protocol/api/drift.ts";
import type { Fleet } from "../../protocol/api/fleets.ts";
import type { RolloutDetail } from "../../protocol/api/rollouts.ts";
import type { Env } from "../../workers/env.ts";
import { runSchedule } from "../../workers/jobs/run-schedule.ts";
import { createPlatform } from "../../workers/platform.ts";
import type { Platform } from "../../workers/services/context.ts";
import { carryOutRepair } from "../../workers/services/drift/carry-out.ts";
import type { FakeAgent, FakeAgentOptions } from "../harness/fake-agent.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { newId, until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

const mapOf = (files: Record<string, string>) => ({
  configMap: {
    configMap: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        { body: new TextEncoder().encode(text), contentType: "text/plain" },
      ]),
    ),
  },
});
const shows = (agent: FakeAgent | undefined, files: Record<string, string>) =>
  agent?.say({ effectiveConfig: mapOf(files) });

const honest: Partial<FakeAgentOptions> = {
  own: true,
  onConfig(agent, config) {
    agent.applied([...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    agent.say({ effectiveConfig: { configMap: config.config } });
  },
};

const content = "region: ${agent:service.name}\nport: 80\n";
const rendered = "region: greeter\nport: 80\n";

const drift = (w: World) =>
  expectCall<FleetDrift>(200, "GET", `/v1/fleets/${w.fleet}/drift`, { token: w.token });
const drifted = (w: World, count: number) =>
  until(
    () => drift(w),
    ({ current }) => current.drifted === count,
  );
const ended = (w: World, id: string) =>
  until(
    () => expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${id}`, { token: w.token }),
    ({ state }) => ["succeeded", "failed", "rolled_back", "cancelled"].includes(state),
  );

/** Summaries of the organization's audit log, newest first. */
async function audited(w: World): Promise<string[]> {
  const path = `/v1/orgs/${w.organization}/audit-events?limit=50`;
  const { items } = await expectCall<{ items: { summary: string }[] }>(200, "GET", path, { token: w.token });
  return items.map(({ summary }) => summary);
}

async function running(
  names: readonly string[],
  of = { kind: "file", content },
  before: (w: World) => Promise<unknown> = async () => undefined,
) {
  const w = await world();
  await before(w);
  const agents = await enrol(w, names, honest);
  const config = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: "site", ...of },
  });
  const { rollout } = await expectCall<{ rollout: { id: string } }>(
    201,
    "POST",
    `/v1/fleets/${w.fleet}/rollouts`,
    {
      token: w.token,
      body: { assignments: [{ config: config.id, fileName: "site.yaml" }], gates: { soakSeconds: 0 } },
    },
  );
  expect((await ended(w, rollout.id)).state).toBe("succeeded");
  await until(
    () => drift(w),
    ({ current }) => current.inSync === names.length,
  );
  return { w, agents, config: config.id };
}

it("becomes a version with its placeholders, for everybody; what is filled in is refused by its line", async () => {
  const { w, agents, config } = await running(["a", "b"]);
  const [a, b] = agents;
  shows(a?.fake, { "site.yaml": "region: greeter\nport: 8080\n" });
  await drifted(w, 1);
  const path = `/v1/agents/${a?.id}/drift`;
  const detail = await expectCall<AgentDrift>(200, "GET", path, { token: w.token });
  expect(detail.files).toMatchObject([{ configId: config, version: 1, desired: rendered, state: "changed" }]);
  const where = await expectCall<ConfigDrift>(200, "GET", `/v1/configs/${config}/drift`, { token: w.token });
  expect(where.items).toMatchObject([
    { fleetId: w.fleet, versions: [{ version: 1, desired: 2, current: 2 }], drifted: [{ name: "a" }] },
  ]);
  for (const [answer, name] of Object.entries({ true: "a", false: "b" })) {
    const listed = `/v1/fleets/${w.fleet}/agents?drifted=${answer}`;
    const { items } = await expectCall<{ items: unknown[] }>(200, "GET", listed, { token: w.token });
    expect(items).toMatchObject([{ name }]);
  }

  const draft = await expectCall<AcceptedDraft>(200, "POST", `${path}/accept?dryRun=true`, {
    token: w.token,
  });
  expect(draft.files).toMatchObject([
    { configId: config, baseVersion: 1, content: "region: ${agent:service.name}\nport: 8080\n" },
  ]);
  const done = await expectCall<AcceptedDrift>(201, "POST", `${path}/accept`, {
    token: w.token,
    body: { gates: { soakSeconds: 0 }, message: "by hand" },
  });
  expect(done.versions).toMatchObject([{ configId: config, version: 2 }]);
  expect((await ended(w, done.rolloutId)).state).toBe("succeeded");
  await drifted(w, 0);
  expect(b?.fake.offers).toHaveLength(2);
  expect(await audited(w)).toContainEqual(
    expect.stringContaining("saved version 2 of config site, as an agent has it"),
  );

  shows(b?.fake, { "site.yaml": "region: other\nport: 8080\n" });
  await drifted(w, 1);
  const refused = await call("POST", `/v1/agents/${b?.id}/drift/accept`, { token: w.token });
  expect(refused).toMatchObject({
    status: 422,
    body: { code: "plan_impossible", errors: [{ message: expect.stringContaining("line 1 is filled in") }] },
  });
  const nothing = await call("POST", `${path}/accept`, { token: w.token });
  expect(nothing.body).toMatchObject({ code: "plan_impossible" });
  const unknown = await call("POST", `/v1/agents/${b?.id}/drift/accept`, {
    token: w.token,
    body: { files: ["other.yaml"] },
  });
  expect(unknown.body).toMatchObject({ code: "validation_failed" });
});

it("is taken over with the variables that agents run with, not with those of today", async () => {
  let variable = "";
  const text = "zone: ${var:ZONE}\nport: 80\n";
  const { w, agents } = await running(["a"], { kind: "file", content: text }, async (made) => {
    const path = `/v1/environments/${made.environment}/variables`;
    const body = { name: "ZONE", value: "north" };
    variable = (await expectCall<{ id: string }>(201, "POST", path, { token: made.token, body })).id;
  });
  await expectCall(200, "PATCH", `/v1/variables/${variable}`, { token: w.token, body: { value: "south" } });
  shows(agents[0]?.fake, { "site.yaml": "zone: north\nport: 8080\n" });
  await drifted(w, 1);
  const { rolloutId } = await expectCall<AcceptedDrift>(
    201,
    "POST",
    `/v1/agents/${agents[0]?.id}/drift/accept`,
    { token: w.token, body: { gates: { soakSeconds: 0 } } },
  );
  expect((await ended(w, rolloutId)).state).toBe("succeeded");
  const [offer] = agents[0]?.fake.received.flatMap(({ remoteConfig }) => remoteConfig ?? []).slice(-1) ?? [];
  const file = offer?.config?.configMap["site.yaml"];
  expect(new TextDecoder().decode(file?.body)).toBe("zone: north\nport: 8080\n");
});

it("is not taken over from an agent that the current release gives something else, or nothing", async () => {
  const { w, agents, config } = await running(["a"]);
  await enrol(w, ["b"], { ...honest, nonIdentifying: { "muster.label.app": "other" } });
  await expectCall(201, "POST", `/v1/configs/${config}/versions`, {
    token: w.token,
    body: { content: `${content}# newer\n` },
  });
  const { rollout } = await expectCall<{ rollout: { id: string } }>(
    201,
    "POST",
    `/v1/fleets/${w.fleet}/rollouts`,
    {
      token: w.token,
      body: {
        assignments: [{ config, version: 2, selector: "app=other" }],
        gates: { soakSeconds: 0 },
      },
    },
  );
  expect((await ended(w, rollout.id)).state).toBe("succeeded");
  shows(agents[0]?.fake, { "site.yaml": "region: greeter\nport: 8080\n" });
  await drifted(w, 1);
  const refused = await call("POST", `/v1/agents/${agents[0]?.id}/drift/accept`, { token: w.token });
  expect(refused).toMatchObject({
    status: 422,
    body: { errors: [{ message: expect.stringContaining("the current release gives version 2") }] },
  });
  const { items } = await expectCall<{ items: unknown[] }>(200, "GET", `/v1/configs/${config}/versions`, {
    token: w.token,
  });
  expect(items).toHaveLength(2);
});

it("is not taken over where agents are given another form of the text, and says where to make the change", async () => {
  const ref = `registry.example.com/app@sha256:${"a".repeat(64)}`;
  const manifest = `# by hand\nimage: {ref: "${ref}"}\nprocesses:\n  web:\n    replicas: 1\n`;
  const { w, agents } = await running(["a"], { kind: "container", content: manifest });
  const path = `/v1/agents/${agents[0]?.id}/drift`;
  const before = await expectCall<AgentDrift>(200, "GET", path, { token: w.token });
  const given = before.files[0]?.desired ?? "";
  expect(given).toContain('"replicas": 1');
  shows(agents[0]?.fake, { "site.yaml": given.replace('"replicas": 1', '"replicas": 2') });
  await drifted(w, 1);
  for (const query of ["", "?dryRun=true"]) {
    const { status, body } = await call("POST", `${path}/accept${query}`, { token: w.token });
    expect({ status, ...body }).toMatchObject({
      status: 422,
      code: "plan_impossible",
      errors: [{ path: "files.site.yaml", message: expect.stringContaining("muster configs edit site") }],
    });
  }
  const config = before.files[0]?.configId;
  const { latestVersion } = await expectCall<{ latestVersion: number }>(200, "GET", `/v1/configs/${config}`, {
    token: w.token,
  });
  expect(latestVersion).toBe(1);
});

it("of one config in several files is one version, taken over wherever it is given", async () => {
  const { w, agents, config } = await running(["a"]);
  const { rollout } = await expectCall<{ rollout: { id: string } }>(
    201,
    "POST",
    `/v1/fleets/${w.fleet}/rollouts`,
    {
      token: w.token,
      body: {
        assignments: ["one.yaml", "two.yaml"].map((fileName) => ({ config, fileName })),
        gates: { soakSeconds: 0 },
      },
    },
  );
  expect((await ended(w, rollout.id)).state).toBe("succeeded");
  const edited = rendered.replace("80", "8080");
  shows(agents[0]?.fake, { "one.yaml": edited, "two.yaml": edited });
  await drifted(w, 1);
  const done = await expectCall<AcceptedDrift>(201, "POST", `/v1/agents/${agents[0]?.id}/drift/accept`, {
    token: w.token,
    body: { gates: { soakSeconds: 0 } },
  });
  expect(done.versions).toMatchObject([
    { name: "one.yaml", version: 2 },
    { name: "two.yaml", version: 2 },
  ]);
  expect((await ended(w, done.rolloutId)).state).toBe("succeeded");
  await drifted(w, 0);
});

it("is repaired by a rollout of a person's, and nobody else is touched", async () => {
  const { w, agents } = await running(["a", "b"]);
  const path = `/v1/fleets/${w.fleet}/drift/reapply`;
  expect((await call("POST", path, { token: w.token })).body).toMatchObject({ code: "plan_impossible" });
  shows(agents[0]?.fake, {});
  await drifted(w, 1);
  const plan = await expectCall<{ total: number }>(200, "POST", `${path}?dryRun=true`, { token: w.token });
  expect(plan.total).toBe(1);
  const { rollout, receipt } = await expectCall<{ rollout: { id: string }; receipt: { kind: string } }>(
    201,
    "POST",
    path,
    { token: w.token, body: { gates: { soakSeconds: 0 }, agents: [agents[0]?.id] } },
  );
  expect(receipt.kind).toBe("drift.reapply");
  expect((await ended(w, rollout.id)).state).toBe("succeeded");
  await drifted(w, 0);
  expect(agents[1]?.fake.offers).toHaveLength(1);
  expect(await audited(w)).toContainEqual(expect.stringContaining("gives 1 drifted agent release 1 anew"));
});

it("a policy needs the permissions of what it does, and reaches the fleet also when it was away", async () => {
  const { w } = await running(["a"]);
  const path = `/v1/fleets/${w.fleet}`;
  const role = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/roles`, {
    token: w.token,
    body: { name: "Fleets", statements: [{ permissions: ["fleet.read", "fleet.write", "rollout.write"] }] },
  });
  const { secret } = await expectCall<{ secret: string }>(
    201,
    "POST",
    `/v1/orgs/${w.organization}/api-keys`,
    {
      token: w.token,
      body: { name: "fleets", role: role.id },
    },
  );
  const refused = await call("PATCH", path, { token: secret, body: { driftPolicy: "accept" } });
  expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining("config.write") } });
  await expectCall(200, "PATCH", path, { token: secret, body: { driftPolicy: "reapply" } });
  const changed = await expectCall<Fleet>(200, "PATCH", path, {
    token: w.token,
    body: { driftPolicy: "reapply" },
  });
  expect(changed.driftPolicy).toBe("reapply");
  expect((await drift(w)).policy).toBe("reapply");
  expect((await call("PATCH", path, { token: w.token, body: {} })).status).toBe(400);

  const { platform } = createPlatform(env as unknown as Env);
  const db = (env as unknown as { DB: D1Database }).DB;
  await db
    .prepare("update fleets set drift_policy = 'accept', drift_revision = drift_revision + 1 where id = ?")
    .bind(w.fleet)
    .run();
  expect((await drift(w)).policy).toBe("reapply");
  await runSchedule(platform);
  expect((await drift(w)).policy).toBe("accept");
});

it("an environment's admin lets no fleet write the project's configs", async () => {
  const w = await world();
  const person = await member(w, "viewer");
  await expectCall(201, "POST", `/v1/orgs/${w.organization}/bindings`, {
    token: w.token,
    body: {
      subject: person.id,
      role: "admin",
      scope: { kind: "environment", projectId: w.project, environmentId: w.environment },
    },
  });
  const as = { token: person.token };
  const path = `/v1/fleets/${w.fleet}`;
  await expectCall(200, "PATCH", path, { ...as, body: { driftPolicy: "reapply" } });
  const refused = await call("PATCH", path, { ...as, body: { driftPolicy: "accept" } });
  expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining("config.write") } });
});

it("carries an order of a fleet out once, and tells the fleet why it cannot be", async () => {
  const { w, agents } = await running(["a"]);
  const { platform } = createPlatform(env as unknown as Env);
  const told: string[] = [];
  const listening: Platform = {
    ...platform,
    fleet(scope, hint) {
      const stub = platform.fleet(scope, hint);
      return new Proxy(stub, {
        get: (target, key) =>
          key === "refuseRepair"
            ? async (...args: Parameters<typeof stub.refuseRepair>) => {
                told.push(args[2]);
                return target.refuseRepair(...args);
              }
            : Reflect.get(target, key),
      });
    },
  };
  const order = {
    kind: "drift" as const,
    key: "k",
    scope: { organizationId: w.organization as `org_${string}`, fleetId: w.fleet as `flt_${string}` },
    rolloutId: newId("rollout"),
    policy: "reapply" as const,
    agents: [agents[0]?.id as `agt_${string}`],
  };
  await carryOutRepair(listening, order);
  expect(told).toEqual([expect.stringContaining("policy is to tell")]);
  await expectCall(200, "PATCH", `/v1/fleets/${w.fleet}`, {
    token: w.token,
    body: { driftPolicy: "reapply" },
  });
  await carryOutRepair(listening, order);
  expect(told[1]).toContain("None of these agents");
});
