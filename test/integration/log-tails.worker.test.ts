/** Logs that people look at, by the API and over a real stream: who may, what the agent is told to read, why it shows none. */
import { expect, it } from "vitest";
import type { StreamTicket } from "../../protocol/api/exec.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { logsCapability, streamsCapability } from "../../protocol/custom/agent.ts";
import { channels } from "../../protocol/custom/streams.ts";
import { audit, host } from "../harness/worker/exec.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { joinStream, openOrder } from "../harness/worker/streams.ts";
import { call, expectCall, member, world } from "../harness/world.ts";

const showsLogs = [streamsCapability, logsCapability];

it("tails: the agent is told what to read, its lines pass, and the reading is audited", async () => {
  const { w, agent } = await host(showsLogs);
  const body = { sources: ["program"], text: "error", since: "2026-11-21T09:00:00.000Z" };
  const ticket = await expectCall<StreamTicket>(201, "POST", `/v1/agents/${agent.id}/logs/tail`, {
    token: w.token,
    body,
  });
  const order = await openOrder(agent.fake);
  expect(order).toMatchObject({
    kind: "logs",
    spec: {
      sources: ["program"],
      text: "error",
      sinceMs: Date.parse(body.since),
      untilMs: null,
      lines: null,
      follow: true,
      cursors: {},
    },
  });
  const far = await joinStream(order.path, order.ticket);
  const near = await joinStream(ticket.path, ticket.ticket);
  await near.told("ready");
  far.send(channels.stdout, '{"t":1,"s":"program","o":null,"l":"an error","c":"x"}\n');
  far.control({ type: "dropped", lines: 12 });
  expect(await near.told("dropped")).toEqual({ type: "dropped", lines: 12 });
  expect(near.text(channels.stdout)).toContain("an error");
  near.socket.close(1000);
  await far.closed;
  expect((await audit(w)).find(({ action }) => action === "log.tail")).toMatchObject({
    target: agent.id,
    sensitiveRead: true,
    summary: expect.stringContaining("program"),
  });
});

it("lets operators read logs and viewers not, and tells why an agent shows none", async () => {
  const { w, agent } = await host(showsLogs);
  const operator = await member(w, "operator");
  const viewer = await member(w, "viewer");
  const tail = (token: string, id = agent.id) =>
    call<Problem>("POST", `/v1/agents/${id}/logs/tail`, { token, body: {} });
  expect((await tail(operator.token)).status).toBe(201);
  expect((await tail(viewer.token)).status).toBe(403);
  expect((await call("GET", `/v1/agents/${agent.id}/logs`, { token: viewer.token })).status).toBe(403);
  const stranger = await world();
  expect((await tail(stranger.token)).status).toBe(404);
  expect((await call("GET", `/v1/agents/${agent.id}/logs`, { token: stranger.token })).status).toBe(404);
  agent.socket.close();
  const offline = await until(
    () => tail(w.token),
    ({ status }) => status === 409,
  );
  expect(offline.body.detail).toContain("offline");
  const silent = await host([streamsCapability]);
  const refused = await call<Problem>("POST", `/v1/agents/${silent.agent.id}/logs/tail`, {
    token: silent.w.token,
    body: {},
  });
  expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining("shows no logs")]);
});

it("refuses what is no source, and says how one is written", async () => {
  const { w, agent } = await host(showsLogs);
  const answer = await call<Problem>("POST", `/v1/agents/${agent.id}/logs/tail`, {
    token: w.token,
    body: { sources: ["file/var/log/app.log"] },
  });
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toEqual([
    { path: "sources[0]", message: expect.stringContaining("file//var/log/app.log") },
  ]);
});
