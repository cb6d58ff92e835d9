/** Many agents that are revoked or decommissioned by one order: those of the plan that was seen, and no others. */
import { expect, it } from "vitest";
import type { AgentActionPlan, AgentActionResult } from "../../protocol/api/agent-actions.ts";
import type { AgentDetail } from "../../protocol/api/agents.ts";
import type { EventsPage } from "../../protocol/api/events.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { musterAgentCapability } from "../../protocol/custom/agent.ts";
import { auditEvents } from "../harness/worker/audit.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

const path = (w: World) => `/v1/fleets/${w.fleet}/agents/actions`;
const plan = (w: World, body: object) =>
  expectCall<AgentActionPlan>(200, "POST", `${path(w)}?dryRun=true`, { token: w.token, body });
const act = (w: World, body: object) =>
  expectCall<AgentActionResult>(201, "POST", path(w), { token: w.token, body });
const statusOf = async (w: World, id: string) =>
  (await expectCall<AgentDetail>(200, "GET", `/v1/agents/${id}`, { token: w.token })).status;
const eventsOf = async (w: World, type: string) =>
  (await expectCall<EventsPage>(200, "GET", `/v1/fleets/${w.fleet}/events?type=${type}`, { token: w.token }))
    .items;
const saying = (role: string) => ({ own: true, nonIdentifying: { "muster.label.role": role } });

it("revokes those that match, once, and refuses a plan that is old", async () => {
  const w = await world();
  const web = await enrol(w, ["web-1", "web-2"], saying("web"));
  const [db] = await enrol(w, ["db-1"], saying("db"));
  if (!db) throw new Error("no agent");
  const order = { action: "revoke", selector: "role=web" };
  const seen = await plan(w, order);
  expect(seen).toMatchObject({ total: 2, nothing: 0, maxUnavailable: null });
  expect(seen.agents.map(({ name, does }) => [name, does])).toEqual([
    ["web-1", "revoke"],
    ["web-2", "revoke"],
  ]);
  expect(await Promise.all(web.map(({ id }) => statusOf(w, id)))).toEqual(["online", "online"]);
  await enrol(w, ["web-3"], saying("web"));
  const refused = await call<Problem>("POST", path(w), {
    token: w.token,
    body: { ...order, planToken: seen.planToken },
  });
  expect([refused.status, refused.body.code]).toEqual([409, "plan_outdated"]);
  expect(await eventsOf(w, "agent.revoked")).toEqual([]);

  const { planToken } = await plan(w, order);
  expect((await act(w, { ...order, planToken })).agents).toBe(3);
  expect(await Promise.all(web.map(({ id }) => statusOf(w, id)))).toEqual(["revoked", "revoked"]);
  expect(await statusOf(w, db.id)).toBe("online");
  expect(await eventsOf(w, "agent.revoked")).toHaveLength(3);
  const [noted] = await auditEvents(w, "?action=agents.revoke");
  expect(noted).toMatchObject({ target: w.fleet, summary: expect.stringContaining("revoked 3 agents") });
  const again = await act(w, { action: "revoke", agents: web.map(({ id }) => id) });
  expect(again).toMatchObject({ agents: 0, receipt: { changes: [] } });
  expect(await eventsOf(w, "agent.revoked")).toHaveLength(3);
});

it("decommissions with the reason on each row, and says goodbye to our own agents", async () => {
  const w = await world();
  const agents = await enrol(w, ["one", "two"], saying("web"));
  const done = await act(w, {
    action: "decommission",
    selector: "",
    reason: "rack sold",
    keepRunning: false,
  });
  expect(done.agents).toBe(2);
  for (const { id, fake } of agents) {
    expect(await expectCall<AgentDetail>(200, "GET", `/v1/agents/${id}`, { token: w.token })).toMatchObject({
      status: "revoked",
      decommissioned: { reason: "rack sold" },
    });
    await until(
      async () => fake.received,
      (messages) =>
        messages.some(
          ({ customMessage: message }) =>
            message?.capability === musterAgentCapability &&
            message.type === "decommission" &&
            JSON.parse(new TextDecoder().decode(message.data)).keepRunning === false,
        ),
    );
  }
  const [noted] = await auditEvents(w, "?action=agents.decommission");
  expect(noted?.summary).toContain("rack sold");
});

it("is for who may revoke, and reaches only agents whose labels let them", async () => {
  const w = await world();
  const [web] = await enrol(w, ["web-1"], saying("web"));
  const [db] = await enrol(w, ["db-1"], saying("db"));
  if (!web || !db) throw new Error("no agent");
  const operator = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/roles`, {
    token: w.token,
    body: { name: "Operators", statements: [{ permissions: ["fleet.read", "agent.read", "agent.operate"] }] },
  });
  const revoker = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/roles`, {
    token: w.token,
    body: {
      name: "Revokers of web",
      statements: [
        { permissions: ["fleet.read"] },
        { permissions: ["agent.read", "agent.revoke"], scope: { kind: "agents", selector: "role=web" } },
      ],
    },
  });
  const keyOf = async (role: string) =>
    (
      await expectCall<{ secret: string }>(201, "POST", `/v1/orgs/${w.organization}/api-keys`, {
        token: w.token,
        body: { name: role, role },
      })
    ).secret;
  const order = { action: "revoke", selector: "" };
  const mayOperate = await keyOf(operator.id);
  expect((await call("POST", path(w), { token: mayOperate, body: order })).status).toBe(403);
  const viewer = await member(w, "viewer");
  expect((await call("POST", path(w), { token: viewer.token, body: order })).status).toBe(403);
  const mayRevoke = await keyOf(revoker.id);
  const named = await call("POST", path(w), {
    token: mayRevoke,
    body: { action: "revoke", agents: [web.id, db.id] },
  });
  expect(named.status).toBe(404);
  const done = await expectCall<AgentActionResult>(201, "POST", path(w), { token: mayRevoke, body: order });
  expect(done.agents).toBe(1);
  expect([await statusOf(w, web.id), await statusOf(w, db.id)]).toEqual(["revoked", "online"]);
});
