import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { defaultTerms } from "../../domain/streams/streams.ts";
import type { ExecSession, ExecStarted } from "../../protocol/api/exec.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { metricsCapability } from "../../protocol/custom/agent.ts";
import { channels } from "../../protocol/custom/streams.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { StreamFacts, StreamRpc } from "../../protocol/rpc/streams.ts";
import { createPlatform } from "../../workers/platform.ts";
import { type StreamMessage, settleStream } from "../../workers/services/exec/settle.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { ended, host, meet, run, session } from "../harness/worker/exec.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { streamingAgent } from "../harness/worker/streams.ts";
import { call, expectCall, member, world } from "../harness/world.ts";

// The test configuration binds it.
const streams = (env as unknown as { STREAM: DurableObjectNamespace }).STREAM;
const { stdout } = channels;

const endOf = (
  scope: FleetScope,
  streamId: StreamMessage["streamId"],
  agentId: string,
  endedAtMs: number,
  openings: number[] = [],
): StreamMessage => ({
  kind: "stream",
  key: streamId,
  scope,
  streamId,
  agentId: agentId as StreamMessage["agentId"],
  streamKind: "exec",
  end: {
    reason: "exited",
    code: 0,
    signal: null,
    startedAtMs: null,
    endedAtMs,
    bytesIn: 0,
    bytesOut: 0,
    recordedBytes: 0,
    openings,
  },
});

it.each([
  { why: "its operator does not allow it", custom: [streamingAgent.custom[0]], text: "exec: {allow: true}" },
  { why: "it knows no streams", custom: [metricsCapability], text: "knows no streams" },
])("refuses an agent when $why", async ({ custom, text }) => {
  const { w, agent } = await host(custom);
  const answer = await call<Problem>("POST", `/v1/agents/${agent.id}/exec`, { token: w.token, body: {} });
  expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining(text)]);
});

it("refuses an agent that is offline, who may not run commands, and what the plan does not allow", async () => {
  const { w, agent } = await host();
  const viewer = await member(w, "viewer");
  const path = `/v1/agents/${agent.id}/exec`;
  expect((await call("POST", path, { token: viewer.token, body: {} })).status).toBe(403);
  const long = await call<Problem>("POST", path, { token: w.token, body: { idleSeconds: 80_000 } });
  expect([long.status, long.body.errors[0]?.path]).toEqual([400, "idleSeconds"]);
  agent.socket.close();
  const gone = await until(
    () => call<Problem>("POST", path, { token: w.token, body: {} }),
    ({ status }) => status === 409,
  );
  expect(gone.body.detail).toContain("offline");
});

it("asks another person where the environment is protected, and opens once", async () => {
  const { w, agent } = await host();
  const other = await member(w, "admin");
  const token = w.token;
  await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, { token, body: { protected: true } });
  const asked = await expectCall<ExecStarted>(202, "POST", `/v1/agents/${agent.id}/exec`, {
    token,
    body: { command: ["reboot"] },
  });
  expect([asked.stream, asked.session.state]).toEqual([null, "awaiting_approval"]);
  const path = `/v1/exec-sessions/${asked.session.id}`;
  expect((await call("POST", `${path}/open`, { token })).status).toBe(409);
  const own = await call<Problem>("POST", `${path}/approve`, { token });
  expect([own.status, own.body.code]).toEqual([403, "approval_required"]);
  expect((await call("POST", `${path}/approve`, { token: w.apiKey })).status).toBe(403);
  const approved = await expectCall<ExecSession>(200, "POST", `${path}/approve`, {
    token: other.token,
    body: { comment: "go on" },
  });
  expect(approved).toMatchObject({ state: "approved", decision: { comment: "go on", verdict: "approved" } });
  expect((await call("POST", `${path}/open`, { token: other.token })).status).toBe(409);
  // As if it had been opened once, and had not come to be written down: its end is written late.
  const opening = Date.now();
  const stub = streams.getByName(asked.session.id) as unknown as StreamRpc;
  const { organizationId, fleetId, agentId } = asked.session;
  const scope = { organizationId, fleetId } as FleetScope;
  const streamId = asked.session.id as StreamFacts["streamId"];
  await stub.open({
    ...scope,
    streamId,
    agentId: agentId as StreamFacts["agentId"],
    agentName: "web-1",
    kind: "exec",
    terms: defaultTerms,
    title: "reboot",
    size: null,
    openedAtMs: opening,
    opening,
  });
  expect(await stub.end(scope, "ended", opening)).toMatchObject({ ok: true });
  await until(
    () => Date.now(),
    (nowMs) => nowMs > opening,
  );
  const opened = await expectCall<ExecStarted>(201, "POST", `${path}/open`, { token });
  const { platform } = createPlatform(env as unknown as Parameters<typeof createPlatform>[0]);
  await settleStream(platform, endOf(scope, streamId, agentId, Date.now(), [opening]));
  expect(await stub.end(scope, "ended", opening)).toMatchObject({ ok: true });
  expect((await session(w, streamId)).state).toBe("open");
  const { order } = await meet(opened, agent);
  expect(order.spec).toMatchObject({ command: ["reboot"] });
  expect((await call("POST", `${path}/open`, { token })).status).toBe(409);
});

it("opens an approved session for the first of two who open it at once, and the other one ends nothing", async () => {
  const { w, agent } = await host();
  const other = await member(w, "admin");
  const { token } = w;
  await expectCall(200, "PATCH", `/v1/environments/${w.environment}`, { token, body: { protected: true } });
  const asked = await expectCall<ExecStarted>(202, "POST", `/v1/agents/${agent.id}/exec`, {
    token,
    body: { command: ["reboot"] },
  });
  const path = `/v1/exec-sessions/${asked.session.id}`;
  await expectCall(200, "POST", `${path}/approve`, { token: other.token });
  const answers = await Promise.all([0, 1].map(() => call<ExecStarted>("POST", `${path}/open`, { token })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  const opened = answers.find(({ status }) => status === 201);
  if (!opened) return;
  const { far, near } = await meet(opened.body, agent);
  far.send(stdout, "going down");
  await until(
    () => near.text(stdout),
    (text) => text === "going down",
  );
  await expectCall(200, "POST", `${path}/end`, { token });
  expect((await ended(w, asked.session.id)).end?.reason).toBe("ended");
});

it("waits for a session to be written before it writes its end, and not for ever", async () => {
  const { w, agent } = await host();
  const { platform } = createPlatform(env as unknown as Parameters<typeof createPlatform>[0]);
  const scope = { organizationId: w.organization, fleetId: w.fleet } as StreamMessage["scope"];
  const streamId = platform.ids.make("stream");
  const endedBefore = (ms: number) => endOf(scope, streamId, agent.id, platform.clock.now() - ms);
  await expect(settleStream(platform, endedBefore(0))).rejects.toThrow("not written");
  await settleStream(platform, endedBefore(60_000));
});

it("lets those who may run commands on some agents do all of it there, and see no other session", async () => {
  const w = await world();
  const [mine] = await enrol(w, ["web-1"], streamingAgent);
  const [other] = await enrol(w, ["db-1"], streamingAgent);
  if (!mine || !other) throw new Error("no agents enrolled");
  const labels = { body: { labels: { tier: "sandbox" } }, token: w.token };
  await expectCall(200, "PATCH", `/v1/agents/${mine.id}`, labels);
  const role = await expectCall<{ id: string }>(201, "POST", `/v1/orgs/${w.organization}/roles`, {
    token: w.token,
    body: {
      name: "sandbox people",
      statements: [
        { permissions: ["organization.read"] },
        { permissions: ["exec.run", "exec.read"], scope: { kind: "agents", selector: "tier=sandbox" } },
      ],
    },
  });
  const { token } = await member(w, role.id);
  const hidden = await run(w, other);
  const own = await run(w, mine, { command: [] }, token);
  const path = `/v1/exec-sessions/${own.session.id}`;
  await expectCall(201, "POST", `/v1/streams/${own.session.id}/tickets`, { token });
  await expectCall(200, "GET", path, { token });
  expect((await call("GET", `/v1/exec-sessions/${hidden.session.id}`, { token })).status).toBe(403);
  const list = await expectCall<{ items: ExecSession[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/exec-sessions`,
    { token },
  );
  expect(list.items.map(({ id }) => id)).toEqual([own.session.id]);
  await expectCall(200, "POST", `${path}/end`, { token });
});

it("lists sessions newest first, of an agent or all, and none of another organization", async () => {
  const { w, agent } = await host();
  const first = await run(w, agent);
  const second = await run(w, agent, { command: [] });
  const stranger = await world("Other");
  const path = `/v1/orgs/${w.organization}/exec-sessions`;
  const list = async (query: string) =>
    (await expectCall<{ items: ExecSession[] }>(200, "GET", path + query, { token: w.token })).items.map(
      ({ id }) => id,
    );
  expect(await list(`?agent=${agent.id}`)).toEqual([second.session.id, first.session.id]);
  expect(await list("?state=open&limit=1")).toEqual([second.session.id]);
  expect(await list("?state=rejected")).toEqual([]);
  expect((await call("GET", path, { token: stranger.token })).status).toBe(404);
  const one = await call("GET", `/v1/exec-sessions/${first.session.id}`, { token: stranger.token });
  expect(one.status).toBe(404);
});
