/** What people do to agents: labels and names of their own, by a rollout where that changes what runs, and restarts of many. */
import { expect, it } from "vitest";
import type {
  AgentActionPlan,
  AgentActionResult,
  AgentRestart,
  UpdatedAgent,
} from "../../protocol/api/agent-actions.ts";
import type { AgentDetail } from "../../protocol/api/agents.ts";
import type { EventsPage } from "../../protocol/api/events.ts";
import type { RolloutDetail } from "../../protocol/api/rollouts.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type { ServerToAgent } from "../../protocol/opamp/opamp_pb.js";
import { usualCapabilities } from "../harness/fake-agent.ts";
import { auditEvents } from "../harness/worker/audit.ts";
import { type EnrolledAgent, enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

const detail = (w: World, id: string) =>
  expectCall<AgentDetail>(200, "GET", `/v1/agents/${id}`, { token: w.token });
const patch = (w: World, id: string, body: object) =>
  expectCall<UpdatedAgent>(200, "PATCH", `/v1/agents/${id}`, { token: w.token, body });
const act = (w: World, body: object) =>
  expectCall<AgentActionResult>(201, "POST", `/v1/fleets/${w.fleet}/agents/actions`, {
    token: w.token,
    body,
  });
const plan = (w: World, body: object) =>
  expectCall<AgentActionPlan>(200, "POST", `/v1/fleets/${w.fleet}/agents/actions?dryRun=true`, {
    token: w.token,
    body,
  });
const ended = (w: World, id: string | null) =>
  until(
    () => expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${id}`, { token: w.token }),
    ({ endedAt }) => endedAt !== null,
  );
const events = async (w: World) =>
  (await expectCall<EventsPage>(200, "GET", `/v1/fleets/${w.fleet}/events?limit=200`, { token: w.token }))
    .items;

async function config(w: World, name: string): Promise<string> {
  const body = { name, kind: "file", content: `${name}\n` };
  const path = `/v1/projects/${w.project}/configs`;
  return (await expectCall<{ id: string }>(201, "POST", path, { token: w.token, body })).id;
}

/** A fleet that gives agents what their role says. */
async function byRole(w: World): Promise<void> {
  const assignments = await Promise.all(
    ["web", "db"].map(async (role) => ({
      config: await config(w, role),
      version: 1,
      selector: `role=${role}`,
      fileName: "config.txt",
    })),
  );
  const started = await expectCall<{ rollout: { id: string } }>(
    201,
    "POST",
    `/v1/fleets/${w.fleet}/rollouts`,
    {
      token: w.token,
      body: { assignments, gates: { soakSeconds: 0 } },
    },
  );
  expect((await ended(w, started.rollout.id)).state).toBe("succeeded");
}

const saying = (role: string) => ({
  nonIdentifying: { "muster.label.role": role, "muster.label.zone": "a" },
});
const offered = ({ fake }: EnrolledAgent) =>
  fake.received.flatMap(({ remoteConfig }) => {
    const body = remoteConfig?.config?.configMap["config.txt"]?.body;
    return body ? [new TextDecoder().decode(body).trim()] : [];
  });

it("keeps what people set apart from what the agent reports, also when that changes", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["web-1"], saying("web"));
  if (!agent) throw new Error("no agent");
  const first = await patch(w, agent.id, { labels: { zone: "b", team: "x", role: null } });
  expect(first.labels).toMatchObject({ zone: "b", team: "x" });
  expect(first.labels.role).toBeUndefined();
  expect(first.rolloutId).toBeNull();
  expect(first.receipt.undo?.command).toContain("--reset zone --reset team --reset role");
  expect((await detail(w, agent.id)).labelSources).toEqual({
    reported: expect.objectContaining({ role: "web", zone: "a", "service.name": "greeter" }),
    token: {},
    operator: { role: null, team: "x", zone: "b" },
    name: null,
  });
  agent.fake.say({
    agentDescription: {
      nonIdentifyingAttributes: [
        { key: "muster.label.zone", value: { value: { case: "stringValue", value: "c" } } },
        { key: "muster.label.disk", value: { value: { case: "stringValue", value: "ssd" } } },
      ],
    },
  });
  const { labels } = await until(
    () => detail(w, agent.id),
    (now) => now.labels.disk === "ssd",
  );
  expect(labels).toMatchObject({ zone: "b", team: "x" });
  const reset = await patch(w, agent.id, { resetLabels: ["zone"], name: "front door" });
  expect([reset.labels.zone, reset.name]).toEqual(["c", "front door"]);
  expect((await events(w)).map(({ type }) => type)).toEqual(
    expect.arrayContaining(["agent.relabelled", "agent.renamed", "fleet.agents_relabelled"]),
  );
  agent.fake.hello();
  await until(
    () => detail(w, agent.id),
    ({ labels: now }) => now.zone === "a",
  );
  expect((await detail(w, agent.id)).name).toBe("front door");
  expect((await patch(w, agent.id, { name: null })).name).toBe("web-1");
});

it("refuses a change that was made by somebody else's leave: an old ETag, an old plan", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["web-1"], saying("web"));
  const path = `/v1/agents/${agent?.id}`;
  const read = await call<AgentDetail>("GET", path, { token: w.token });
  const etag = read.headers.get("etag") ?? "";
  const send = (labels: object, headers = {}) =>
    call<Problem>("PATCH", path, { token: w.token, body: { labels }, headers });
  expect((await send({ team: "x" }, { "if-match": etag })).status).toBe(200);
  const late = await send({ team: "y" }, { "if-match": etag });
  expect([late.status, late.body.errors[0]?.path]).toEqual([409, "labels"]);
  const order = { action: "label", selector: "role=web", labels: { tier: "1" } };
  const { planToken } = await plan(w, order);
  await patch(w, agent?.id ?? "", { labels: { team: "z" } });
  const outdated = await call<Problem>("POST", `/v1/fleets/${w.fleet}/agents/actions`, {
    token: w.token,
    body: { ...order, planToken },
  });
  expect([outdated.status, outdated.body.code]).toEqual([409, "plan_outdated"]);
  const fresh = (await call("GET", path, { token: w.token })).headers.get("etag") ?? "";
  const rename = (name: string) =>
    call<Problem>("PATCH", path, { token: w.token, body: { name }, headers: { "if-match": fresh } });
  const renames = await Promise.all(["left door", "right door"].map(rename));
  expect(renames.map(({ status }) => status).sort()).toEqual([200, 409]);
});

it("changes labels that change what runs by a rollout, which carries them: nothing has changed until it starts", async () => {
  const w = await world();
  const [one, two] = await enrol(w, ["a-1", "a-2"], saying("web"));
  if (!one || !two) throw new Error("no agents");
  await byRole(w);
  const order = { action: "label", agents: [one.id], labels: { role: "db" } };
  const planned = await plan(w, order);
  expect(planned).toMatchObject({ total: 1, runsOther: 1, byRollout: true });
  expect(planned.agents[0]).toMatchObject({
    name: "a-1",
    does: "relabel",
    runs: "other",
    before: { role: "web" },
    after: { role: "db" },
  });
  const waiting = await act(w, { ...order, rollout: { gates: { approval: true, soakSeconds: 0 } } });
  expect(waiting.rolloutId).not.toBeNull();
  expect((await detail(w, one.id)).labels.role).toBe("web");
  await expectCall(200, "POST", `/v1/rollouts/${waiting.rolloutId}/approvals`, {
    token: w.token,
    body: { verdict: "approve" },
  });
  const rollout = await ended(w, waiting.rolloutId);
  expect([rollout.state, rollout.total]).toEqual(["succeeded", 1]);
  expect((await detail(w, one.id)).labels.role).toBe("db");
  expect([offered(one), offered(two)]).toEqual([["web", "db"], ["web"]]);
});

it("changes them at once where nothing else runs by it, or where that is wished and the environment allows it", async () => {
  const w = await world();
  const [one, two] = await enrol(w, ["a-1", "a-2"], saying("web"));
  if (!one || !two) throw new Error("no agents");
  await byRole(w);
  const same = await act(w, { action: "label", selector: "role=web", labels: { team: "x" } });
  expect([same.agents, same.rolloutId]).toEqual([2, null]);
  const hasty = await patch(w, two.id, { labels: { role: "db" }, immediately: true });
  expect(hasty.rolloutId).toBeNull();
  await until(
    () => offered(two),
    (files) => files.join() === "web,db",
  );
  expect(offered(one)).toEqual(["web"]);
  await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, {
    token: w.token,
    body: { protected: true },
  });
  const refused = await call<Problem>("PATCH", `/v1/agents/${one.id}`, {
    token: w.token,
    body: { labels: { role: "db" }, immediately: true },
  });
  expect([refused.status, refused.body.errors[0]?.path]).toEqual([403, "immediately"]);
  expect((await detail(w, one.id)).labels.role).toBe("web");
});

it("lets those who may operate some agents label and restart those, and not label them out of their own reach", async () => {
  const w = await world();
  const [mine] = await enrol(w, ["a-1"], { ...saying("web"), ...restartable });
  const [other] = await enrol(w, ["b-1"], { ...saying("db"), ...restartable });
  const role = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/roles`, {
    token: w.token,
    body: {
      name: "web people",
      statements: [
        { permissions: ["organization.read"] },
        { permissions: ["agent.*"], scope: { kind: "agents", selector: "role=web" } },
      ],
    },
  });
  const someone = await member(w, role.id);
  const send = (body: object) =>
    call<AgentActionResult & Problem>("POST", `/v1/fleets/${w.fleet}/agents/actions`, {
      token: someone.token,
      body,
    });
  const all = await send({ action: "label", selector: "", labels: { team: "x" } });
  expect([all.status, all.body.agents]).toEqual([201, 1]);
  expect((await detail(w, other?.id ?? "")).labels.team).toBeUndefined();
  const foreign = await send({ action: "label", agents: [other?.id], labels: { team: "x" } });
  expect([foreign.status, foreign.body.code]).toEqual([404, "not_found"]);
  const away = await send({ action: "label", agents: [mine?.id], labels: { role: "db" } });
  expect([away.status, away.body.code]).toEqual([403, "forbidden"]);
  const { token } = someone;
  const own = (await send({ action: "restart", selector: "" })).body.restart?.id;
  const path = `/v1/fleets/${w.fleet}/restarts`;
  await expectCall(200, "GET", `${path}/${own}`, { token });
  await expectCall(200, "POST", `${path}/${own}/cancel`, { token });
  const theirs = (await act(w, { action: "restart", agents: [other?.id] })).restart?.id;
  expect((await call("GET", `${path}/${theirs}`, { token })).status).toBe(404);
  expect((await call("POST", `${path}/${theirs}/cancel`, { token })).status).toBe(404);
  const { items } = await expectCall<{ items: AgentRestart[] }>(200, "GET", path, { token });
  expect(items.map(({ id }) => id)).toEqual([own]);
});

it("lets nobody label an agent into what they may do to some agents only", async () => {
  const w = await world();
  const [db] = await enrol(w, ["db-1"], saying("db"));
  await byRole(w);
  const role = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/roles`, {
    token: w.token,
    body: {
      name: "operators with a sandbox",
      statements: [
        { permissions: ["organization.read", "project.read", "environment.read", "fleet.read"] },
        { permissions: ["agent.read", "agent.operate", "rollout.write", "log.read"] },
        { permissions: ["exec.run"], scope: { kind: "agents", selector: "tier=sandbox" } },
        { effect: "deny", permissions: ["log.read"], scope: { kind: "agents", selector: "role=db" } },
      ],
    },
  });
  const someone = await member(w, role.id);
  const label = (labels: object) =>
    call<Problem>("PATCH", `/v1/agents/${db?.id}`, { token: someone.token, body: { labels } });
  const into = await label({ tier: "sandbox" });
  expect([into.status, into.body.detail]).toEqual([403, expect.stringContaining("exec.run")]);
  const outOfDenial = await label({ role: "web" });
  expect([outOfDenial.status, outOfDenial.body.detail]).toEqual([403, expect.stringContaining("log.read")]);
  await expectCall(201, "POST", `/v1/orgs/${w.organization}/roles`, {
    token: w.token,
    body: {
      name: "others, by a label",
      statements: [
        { permissions: ["agent.read", "agent.revoke"], scope: { kind: "agents", selector: "team=blue" } },
      ],
    },
  });
  const intoOthers = await label({ team: "blue" });
  expect([intoOthers.status, intoOthers.body.detail]).toEqual([403, expect.stringContaining("agent.revoke")]);
  expect((await label({ team: "x" })).status).toBe(200);
  expect((await detail(w, db?.id ?? "")).labels).toMatchObject({ role: "db", team: "x" });
});

it("counts what a rollout that has not ended would give an agent by its new labels", async () => {
  const w = await world();
  const [web] = await enrol(w, ["web-1"], saying("web"));
  await enrol(w, ["tiered"], { nonIdentifying: { "muster.label.tier": "1" } });
  await byRole(w);
  const later = await config(w, "later");
  const waiting = await expectCall<{ rollout: { id: string } }>(
    201,
    "POST",
    `/v1/fleets/${w.fleet}/rollouts`,
    {
      token: w.token,
      body: {
        assignments: [{ config: later, version: 1, selector: "tier=1", fileName: "later.txt" }],
        gates: { approval: true },
      },
    },
  );
  const order = { action: "label", agents: [web?.id], labels: { tier: "1" } };
  expect(await plan(w, order)).toMatchObject({ runsOther: 1, byRollout: true });
  await expectCall(200, "POST", `/v1/rollouts/${waiting.rollout.id}/abort`, { token: w.token, body: {} });
  expect(await plan(w, order)).toMatchObject({ runsOther: 0, byRollout: false });
});

const restartable = { capabilities: [...usualCapabilities, "AcceptsRestartCommand"] as const };
const told = ({ fake }: EnrolledAgent) =>
  fake.received.filter(({ command }: ServerToAgent) => command).length;
const comesBack = ({ fake }: EnrolledAgent, startedMs: number, healthy = true) =>
  fake.say({ health: { healthy, startTimeUnixNano: BigInt(startedMs) * 1_000_000n } });
const restart = (w: World, id: string | undefined) =>
  expectCall<AgentRestart>(200, "GET", `/v1/fleets/${w.fleet}/restarts/${id}`, { token: w.token });

it("restarts so many at the same time, and tells the next when one is back and healthy", async () => {
  const w = await world();
  const agents = await enrol(w, ["a-1", "a-2", "a-3"], restartable);
  const [a, b, c] = agents;
  if (!a || !b || !c) throw new Error("no agents");
  await enrol(w, ["mute"]);
  for (const agent of agents) comesBack(agent, 1_000);
  await until(
    async () => Promise.all(agents.map(({ id }) => detail(w, id))),
    (all) => all.every(({ health }) => JSON.stringify(health).includes("1970-01-01T00:00:01.000Z")),
  );
  const planned = await plan(w, { action: "restart", selector: "", maxUnavailable: "50%" });
  expect(planned).toMatchObject({ total: 3, nothing: 1, maxUnavailable: 2 });
  expect(planned.agents.at(-1)?.text).toContain("does not take restart commands");
  const started = await act(w, { action: "restart", selector: "", maxUnavailable: 2 });
  await until(
    () => agents.map(told),
    (counts) => counts.join() === "1,1,0",
  );
  comesBack(a, 1_000);
  comesBack(b, 2_000, false);
  comesBack(b, 2_000);
  await until(
    () => agents.map(told),
    (counts) => counts.join() === "1,1,1",
  );
  const under = await restart(w, started.restart?.id);
  expect(under).toMatchObject({ state: "running", restarted: 1, waiting: 0, total: 3 });
  expect(under.restarting.map(({ name }) => name).sort()).toEqual(["a-1", "a-3"]);
  const twice = await call<Problem>("POST", `/v1/fleets/${w.fleet}/agents/actions`, {
    token: w.token,
    body: { action: "restart", selector: "" },
  });
  expect([twice.status, twice.body.code]).toEqual([409, "conflict"]);
  // Ordered and written down, then refused.
  const noted = await until(
    () => auditEvents(w, "?action=agents.restart"),
    (rows) => rows.length === 3,
  );
  expect(noted[0]?.summary).toMatch(/^not done, .*is under way/);
  comesBack(a, 3_000);
  comesBack(c, 3_000);
  const done = await until(
    () => restart(w, started.restart?.id),
    ({ state }) => state === "succeeded",
  );
  expect(done).toMatchObject({ restarted: 3, left: [] });
  expect((await events(w)).map(({ type }) => type)).toEqual(
    expect.arrayContaining(["restart.started", "agent.restarted", "restart.ended"]),
  );
});

it("stops a restart that is cancelled, and lists it", async () => {
  const w = await world();
  const agents = await enrol(w, ["a-1", "a-2"], restartable);
  const { restart: started } = await act(w, { action: "restart", selector: "" });
  const path = `/v1/fleets/${w.fleet}/restarts`;
  await expectCall(200, "POST", `${path}/${started?.id}/cancel`, { token: w.token });
  const { items } = await expectCall<{ items: AgentRestart[] }>(200, "GET", path, { token: w.token });
  expect(items).toMatchObject([{ id: started?.id, state: "cancelled", waiting: 1, restarted: 0 }]);
  for (const agent of agents) comesBack(agent, 5_000);
  expect(agents.map(told)).toEqual([1, 0]);
  const again = await call<Problem>("POST", `${path}/${started?.id}/cancel`, { token: w.token });
  expect(again.status).toBe(409);
});

it("ends a restart at the first agent that is not back in time, and tells nobody else", async () => {
  const w = await world();
  const agents = await enrol(w, ["a-1", "a-2"], restartable);
  for (const agent of agents) comesBack(agent, 1_000);
  await until(
    async () => Promise.all(agents.map(({ id }) => detail(w, id))),
    (all) => all.every(({ health }) => JSON.stringify(health).includes("1970-01-01T00:00:01.000Z")),
  );
  const started = await act(w, { action: "restart", selector: "", timeoutSeconds: 10 });
  const state = async () => (await restart(w, started.restart?.id)).state;
  await expect.poll(state, { timeout: 60_000, interval: 500 }).toBe("failed");
  expect(await restart(w, started.restart?.id)).toMatchObject({
    state: "failed",
    reason: "a-1 was not back and healthy within 10 s",
    restarted: 0,
    waiting: 1,
    left: [{ name: "a-1", reason: "not back and healthy within 10 s" }],
  });
  expect(agents.map(told)).toEqual([1, 0]);
});
