/** What ends sessions and views of logs though nobody closed them, and how many there may be. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { StreamTicket } from "../../protocol/api/exec.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { execCapability, logsCapability, streamsCapability } from "../../protocol/custom/agent.ts";
import { expireAudit } from "../../workers/jobs/keep-audit.ts";
import { createPlatform } from "../../workers/platform.ts";
import { run as runSql } from "../harness/worker/audit.ts";
import type { EnrolledAgent } from "../harness/worker/enrolled.ts";
import { audit, ended, host, meet, run } from "../harness/worker/exec.ts";
import { joinStream, openOrder } from "../harness/worker/streams.ts";
import { call, expectCall, member } from "../harness/world.ts";

// The test configuration binds them.
const { STREAM: streams, FLEET: fleets } = env as unknown as Record<
  "STREAM" | "FLEET",
  DurableObjectNamespace
>;
const hostWithLogs = () => host([streamsCapability, execCapability, logsCapability]);
const tail = (agent: EnrolledAgent, token: string) =>
  call<StreamTicket & Problem>("POST", `/v1/agents/${agent.id}/logs/tail`, { token, body: {} });

/** As if the stream had begun so long ago. */
async function longAgo(streamId: string, seconds: number): Promise<void> {
  const stub = streams.getByName(streamId);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec(
      "UPDATE stream SET record = json_set(record, '$.startedAtMs', json_extract(record, '$.startedAtMs') - ?)",
      seconds * 1000,
    );
  });
  await evictDurableObject(stub, { webSockets: "hibernate" });
  await runDurableObjectAlarm(stub);
}

it("ends when nothing was sent for longer than was asked for", async () => {
  const { w, agent } = await host();
  const started = await run(w, agent, { command: [], idleSeconds: 10 });
  const { near } = await meet(started, agent);
  const stub = streams.getByName(started.session.id);
  const silentFor = async (ms: number) => {
    await runInDurableObject(stub, (_, state) => {
      for (const socket of state.getWebSockets()) {
        const attached = socket.deserializeAttachment();
        if (attached) socket.serializeAttachment({ ...attached, lastMs: Date.now() - ms });
      }
    });
    await runDurableObjectAlarm(stub);
  };
  await silentFor(5_000);
  expect(near.controls.map(({ type }) => type)).toEqual(["ready"]);
  await silentFor(11_000);
  expect(await near.told("exit")).toMatchObject({ reason: "idle", code: null });
  expect((await ended(w, started.session.id)).end?.reason).toBe("idle");
});

it.each([
  { what: "revoked", path: "revoke" },
  { what: "decommissioned", path: "decommission", body: { reason: "sold" } },
])("ends with an agent that is $what", async ({ path, body }) => {
  const { w, agent } = await host();
  const started = await run(w, agent, { command: [], maxSeconds: 3_600 });
  const { near } = await meet(started, agent);
  await expectCall(200, "POST", `/v1/agents/${agent.id}/${path}`, { token: w.token, ...(body && { body }) });
  expect((await near.told("exit")).reason).toBe("ended");
  await ended(w, started.session.id);
});

it("asks no agent for a session beyond the plan", async () => {
  const { w, agent } = await host();
  await runSql("update organizations set plan = 'free' where id = ?", w.organization);
  for (let count = 0; count < 5; count++) await run(w, agent, { maxSeconds: 3_600 });
  const beyond = await call<Problem>("POST", `/v1/agents/${agent.id}/exec`, { token: w.token, body: {} });
  expect([beyond.status, beyond.body.code]).toEqual([429, "quota_exceeded"]);
  expect(beyond.body.detail).toContain("allows 5 commands and terminals open at once, and 5 are there");
  const last = await openOrder(agent.fake, 5);
  await expectCall(200, "POST", `/v1/exec-sessions/${last.streamId}/end`, { token: w.token });
  await ended(w, last.streamId);
  await run(w, agent, { command: ["after"] });
  expect((await openOrder(agent.fake, 6)).spec.command).toEqual(["after"]);
});

it("ends what somebody runs who is removed", async () => {
  const { w, agent } = await host();
  const admin = await member(w, "admin");
  const started = await run(w, agent, { command: [] }, admin.token);
  const { near } = await meet(started, agent);
  const path = `/v1/orgs/${w.organization}/members/${started.session.actor}`;
  await expectCall(200, "DELETE", path, { token: w.token });
  expect((await near.told("exit")).reason).toBe("ended");
});

it("ends within minutes what somebody runs or looks at who lost the right to it, and nothing else", async () => {
  const { w, agent } = await hostWithLogs();
  const operator = await member(w, "admin");
  const started = await run(w, agent, { command: [] }, operator.token);
  const { near } = await meet(started, agent);
  const ticket = await tail(agent, operator.token);
  const order = await openOrder(agent.fake, 2);
  await joinStream(order.path, order.ticket);
  const view = await joinStream(ticket.body.path, ticket.body.ticket);
  await view.told("ready");
  await longAgo(started.session.id, 300);
  expect(near.controls.map(({ type }) => type)).toEqual(["ready"]);
  const path = `/v1/orgs/${w.organization}/members/${started.session.actor}`;
  await expectCall(200, "PATCH", path, { token: w.token, body: { role: "viewer" } });
  await longAgo(ticket.body.streamId, 300);
  expect((await view.told("exit")).reason).toBe("ended");
  const stub = streams.getByName(started.session.id);
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec("UPDATE stream SET record = json_remove(record, '$.rightAskedAtMs')");
  });
  await longAgo(started.session.id, 0);
  expect((await near.told("exit")).reason).toBe("ended");
  await ended(w, started.session.id);
});

it("ends within minutes what a revoked key looks at", async () => {
  const { w, agent } = await hostWithLogs();
  const ticket = await tail(agent, w.apiKey);
  const order = await openOrder(agent.fake);
  await joinStream(order.path, order.ticket);
  const view = await joinStream(ticket.body.path, ticket.body.ticket);
  await view.told("ready");
  await runSql("update api_keys set revoked_at = 1 where organization_id = ?", w.organization);
  await longAgo(ticket.body.streamId, 300);
  expect((await view.told("exit")).reason).toBe("ended");
});

it("leaves some of an agent's streams for commands, however many look at its logs", async () => {
  const { w, agent } = await hostWithLogs();
  for (let count = 0; count < 7; count++) expect((await tail(agent, w.token)).status).toBe(201);
  const refused = await tail(agent, w.token);
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    expect.stringContaining("web-1 has 7 open log views (the others are left for commands)"),
  ]);
  for (let count = 0; count < 3; count++) await run(w, agent);
  const beyond = await call<Problem>("POST", `/v1/agents/${agent.id}/exec`, { token: w.token, body: {} });
  expect([beyond.status, beyond.body.detail]).toEqual([
    409,
    expect.stringContaining("web-1 has 10 open terminals and log views"),
  ]);
  expect((await audit(w)).filter(({ action }) => action === "exec.start")).toHaveLength(3);
});

it("leaves some of a fleet's streams for commands, and counts those whose time is over no more", async () => {
  const { w, agent } = await hostWithLogs();
  const open = (kind: string, count: number) =>
    runInDurableObject(fleets.get(fleets.idFromName(w.fleet)), (_, { storage }) => {
      for (let i = 0; i < count; i++) {
        storage.sql.exec(
          "INSERT INTO open_streams (id, agent_id, until_ms, kind) VALUES (?, ?, ?, ?)",
          `${kind}-${i}`,
          `agent-${i}`,
          Date.now() + 60_000,
          kind,
        );
      }
    });
  await open("logs", 150);
  const refused = await tail(agent, w.token);
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    expect.stringContaining("The fleet has 150 open log views"),
  ]);
  await run(w, agent);
  await open("exec", 49);
  const exec = () => call<Problem>("POST", `/v1/agents/${agent.id}/exec`, { token: w.token, body: {} });
  const full = await exec();
  expect([full.status, full.body.detail]).toEqual([409, expect.stringContaining("The fleet has 200 open")]);
  await runInDurableObject(fleets.get(fleets.idFromName(w.fleet)), (_, { storage }) => {
    storage.sql.exec("UPDATE open_streams SET until_ms = 1 WHERE id = 'exec-0'");
  });
  expect((await exec()).status).toBe(201);
});

it("takes commands of bounded size, and tells the beginning of a long one in a sentence", async () => {
  const { w, agent } = await host();
  const long = await call<Problem>("POST", `/v1/agents/${agent.id}/exec`, {
    token: w.token,
    body: { command: Array.from({ length: 5 }, () => "x".repeat(8_000)) },
  });
  expect([long.status, long.body.errors[0]]).toEqual([
    400,
    { path: "command", message: expect.stringContaining("at most 32768 characters") },
  ]);
  const command = ["echo", "y".repeat(5_000)];
  await run(w, agent, { command });
  const [noted] = (await audit(w)).filter(({ action }) => action === "exec.start");
  expect(noted?.summary).toHaveLength("runs `` on web-1".length + 201);
  expect(noted?.changes).toContainEqual({ path: "command", after: command });
});

it("lets so many wait for an approval, and no more", async () => {
  const { w, agent } = await host();
  const body = { protected: true };
  await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, { token: w.token, body });
  const ask = () => call<Problem>("POST", `/v1/agents/${agent.id}/exec`, { token: w.token, body: {} });
  expect((await ask()).status).toBe(202);
  const { DB } = env as unknown as { DB: D1Database };
  const row = await DB.prepare("select * from exec_sessions where organization_id = ?")
    .bind(w.organization)
    .first();
  const columns = Object.keys(row ?? {});
  const insert = DB.prepare(`insert into exec_sessions (${columns}) values (${columns.map(() => "?")})`);
  await DB.batch(
    Array.from({ length: 98 }, (_, i) =>
      insert.bind(...Object.values({ ...row, id: `str_waiting_${i}_${w.organization}` })),
    ),
  );
  expect((await ask()).status).toBe(202);
  const beyond = await ask();
  expect([beyond.status, beyond.body.detail]).toEqual([409, expect.stringContaining("100 sessions")]);
  await runSql("update exec_sessions set expires_at = 1 where id like 'str_waiting_1%'");
  expect((await ask()).status).toBe(202);
});

// The last one: it removes what others have left.
it("forgets what was run when the audit forgets who ran it", async () => {
  const { w, agent } = await host();
  const { session } = await run(w, agent);
  const { platform } = createPlatform(env as unknown as Parameters<typeof createPlatform>[0]);
  const after = (days: number) =>
    expireAudit({ ...platform, clock: { now: () => Date.now() + days * 24 * 3_600_000 } });
  const status = async () =>
    (await call("GET", `/v1/exec-sessions/${session.id}`, { token: w.token })).status;
  await after(30);
  expect(await status()).toBe(200);
  await after(4_000);
  expect(await status()).toBe(404);
});
