/** Where agents tell of themselves: by the API, over the wire, and what comes back. */
import { expect, it } from "vitest";
import { noOwnTelemetry } from "../../domain/fleets/own-telemetry.ts";
import type { AgentDetail } from "../../protocol/api/agents.ts";
import type { ChangedOwnTelemetry, OwnTelemetry } from "../../protocol/api/own-telemetry.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import { ConnectionSettingsStatuses, type ServerToAgent } from "../../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import { type FakeAgent, usualCapabilities } from "../harness/fake-agent.ts";
import { type EnrolledAgent, enrol } from "../harness/worker/enrolled.ts";
import { fleetWorld, until, value } from "../harness/worker/fleet-world.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

const collector = { capabilities: [...usualCapabilities, "ReportsOwnMetrics", "ReportsOwnLogs"] } as const;
const pathOf = (w: World) => `/v1/fleets/${w.fleet}/own-telemetry`;
const endpoint = "https://otlp.example.com/v1/metrics";
const bearer = { authorization: { secret: "OTLP_TOKEN", prefix: "Bearer " } };

const read = (w: World) => expectCall<OwnTelemetry>(200, "GET", pathOf(w), { token: w.token });
const set = (w: World, body: object) =>
  expectCall<ChangedOwnTelemetry>(200, "PUT", pathOf(w), { token: w.token, body });
const setSecret = (w: World, value: string, more = {}) =>
  expectCall<{ id: string }>(201, "POST", `/v1/environments/${w.environment}/secrets`, {
    token: w.token,
    body: { name: "OTLP_TOKEN", value, ...more },
  });

const offersOf = (agent: FakeAgent) =>
  agent.received.flatMap(({ connectionSettings: offer }) =>
    offer && (offer.ownMetrics || offer.ownLogs || offer.ownTraces) ? [offer] : [],
  );
const offered = (agent: FakeAgent, count = 1) =>
  until(
    () => offersOf(agent),
    (offers) => offers.length >= count,
  );
function answer(
  agent: FakeAgent,
  offer: ServerToAgent["connectionSettings"],
  status: "APPLIED" | "APPLYING" | "FAILED",
  errorMessage = "",
): void {
  agent.say({
    connectionSettingsStatus: {
      lastConnectionSettingsHash: offer?.hash ?? new Uint8Array(),
      status: ConnectionSettingsStatuses[`ConnectionSettingsStatuses_${status}`],
      errorMessage,
    },
  });
}
const one = async (w: World, name: string, options = {}) =>
  (await enrol(w, [name], options))[0] as EnrolledAgent;

it("is offered to agents that take it, with the secret that a header names, and what they answer is told", async () => {
  const w = await world();
  await setSecret(w, "s3cret-of-otlp");
  const [taking, plain] = [await one(w, "edge-1", collector), await one(w, "web-1")];
  const changed = await set(w, {
    metrics: { endpoint, headers: { ...bearer, "x-team": { value: "edge" } } },
  });
  expect(changed.metrics).toEqual({
    endpoint,
    headers: {
      authorization: { secret: "OTLP_TOKEN", prefix: "Bearer ", version: 1 },
      "x-team": { value: "edge" },
    },
  });
  expect(changed.agents).toEqual({ takes: 1, applied: 0, failed: 0, waiting: 1 });

  const [offer] = await offered(taking.fake);
  expect(offer?.ownMetrics).toMatchObject({
    destinationEndpoint: endpoint,
    headers: {
      headers: [
        { key: "authorization", value: "Bearer s3cret-of-otlp" },
        { key: "x-team", value: "edge" },
      ],
    },
    tls: { insecureSkipVerify: false },
  });
  expect(offer?.ownLogs).toBeUndefined();
  expect(offer?.opamp).toBeUndefined();
  expect(offersOf(plain.fake)).toEqual([]);

  answer(taking.fake, offer, "APPLYING");
  answer(taking.fake, offer, "APPLIED");
  const told = await until(
    () => read(w),
    ({ agents }) => agents.applied === 1,
  );
  expect(told.items).toEqual([]);
  // What an agent then reports shows the secret to nobody.
  taking.fake.say({
    effectiveConfig: {
      configMap: {
        configMap: { "effective.yaml": { body: new TextEncoder().encode("value: Bearer s3cret-of-otlp\n") } },
      },
    },
  });
  const detail = await until(
    () => expectCall<AgentDetail>(200, "GET", `/v1/agents/${taking.id}`, { token: w.token }),
    (agent) => JSON.stringify(agent).includes("effective.yaml"),
  );
  expect(JSON.stringify(detail)).not.toContain("s3cret-of-otlp");
});

it("is told again to one that comes back without an answer or has lost it, and not to one that refused", async () => {
  const fleet = await fleetWorld();
  const set = (url: string) =>
    fleet.stub
      .setOwnTelemetry(fleet.scope, {
        settings: { ...noOwnTelemetry, logs: { endpoint: url, headers: {} } },
        secrets: { values: [], keys: [] },
        expected: null,
        actor: "usr_test",
        endsOnly: null,
      })
      .then(value);
  await set("http://127.0.0.1:4318/v1/logs");
  const principal = fleet.token();
  const { agent, socket } = await fleet.dial(principal, collector);
  agent.hello();
  const [first] = await offered(agent);
  socket.close();
  const second = await fleet.redial(agent, principal);
  agent.hello();
  await offered(agent, 2);
  answer(agent, first, "FAILED", "connection refused");
  const told = await until(
    () => fleet.stub.ownTelemetry(fleet.scope).then(value),
    ({ view }) => view.agents.failed === 1,
  );
  expect(told.view.items).toMatchObject([{ state: "failed", error: "connection refused" }]);
  const query = { type: "agent.own_telemetry_failed", limit: 10 };
  expect(value(await fleet.stub.listEvents(fleet.scope, query)).items).toHaveLength(1);

  second.socket.close();
  const again = await fleet.redial(agent, principal);
  agent.hello();
  const before = agent.received.length;
  agent.heartbeat();
  await until(
    () => agent.received.length,
    (count) => count > before,
  );
  expect(offersOf(agent)).toHaveLength(2);
  // Another place is another offer.
  await set("http://127.0.0.1:4319/v1/logs");
  const third = (await offered(agent, 3))[2];
  answer(agent, third, "APPLIED");
  await until(
    () => fleet.stub.ownTelemetry(fleet.scope).then(value),
    ({ view }) => view.agents.applied === 1,
  );
  // It knows of no offer any more: its state is lost.
  again.socket.close();
  await fleet.redial(agent, principal);
  agent.say(
    Object.assign(agent.fullState(), {
      connectionSettingsStatus: {
        lastConnectionSettingsHash: new Uint8Array(),
        status: ConnectionSettingsStatuses.ConnectionSettingsStatuses_UNSET,
      },
    }),
  );
  await offered(agent, 4);
});

it("ends where a signal is left out: the agent is sent an empty endpoint", async () => {
  const w = await world();
  const agent = await one(w, "edge-1", collector);
  await set(w, { metrics: { endpoint }, logs: { endpoint: "https://otlp.example.com/v1/logs" } });
  const [first] = await offered(agent.fake);
  answer(agent.fake, first, "APPLIED");
  await set(w, {});
  const second = (await offered(agent.fake, 2))[1];
  expect(second?.ownMetrics?.destinationEndpoint).toBe("");
  expect(second?.ownLogs?.destinationEndpoint).toBe("");
  expect(uidToHex(second?.hash ?? new Uint8Array())).not.toBe(uidToHex(first?.hash ?? new Uint8Array()));
  // A newcomer has nothing to end.
  const newcomer = await one(w, "edge-2", collector);
  const before = newcomer.fake.received.length;
  newcomer.fake.heartbeat();
  await until(
    () => newcomer.fake.received.length,
    (count) => count > before,
  );
  expect(offersOf(newcomer.fake)).toEqual([]);
});

it("takes a secret's newer version when it is set again, and holds the one that is sent", async () => {
  const w = await world();
  const { id } = await setSecret(w, "first-value");
  const agent = await one(w, "edge-1", collector);
  await set(w, { metrics: { endpoint, headers: bearer } });
  await offered(agent.fake);
  await expectCall(201, "POST", `/v1/secrets/${id}/versions`, {
    token: w.token,
    body: { value: "second-value" },
  });
  const held = await call<Problem>("POST", `/v1/secrets/${id}/versions/1/destroy`, { token: w.token });
  expect(held.status).not.toBe(200);
  const again = await set(w, { metrics: { endpoint, headers: bearer } });
  expect(again.metrics?.headers.authorization).toMatchObject({ version: 2 });
  const second = (await offered(agent.fake, 2))[1];
  expect(second?.ownMetrics?.headers?.headers[0]?.value).toBe("Bearer second-value");
});

it("only ends where rollouts need somebody's leave, and sends no secret over a connection that others read", async () => {
  const w = await world();
  await setSecret(w, "s3cret-of-otlp");
  const put = (body: object) => call<Problem>("PUT", pathOf(w), { token: w.token, body });
  const open = await put({ logs: { endpoint: "http://otlp.example.com/v1/logs", headers: bearer } });
  expect([open.status, open.body.errors?.[0]?.path]).toEqual([400, "logs.endpoint"]);
  const both = {
    metrics: { endpoint, headers: bearer },
    logs: { endpoint: "http://127.0.0.1/l", headers: bearer },
  };
  await set(w, both);
  const environment = (body: object) =>
    expectCall(200, "PATCH", `/v1/environments/${w.environment}`, { token: w.token, body });
  const from = new Date(Date.now() - 60_000).toISOString();
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await environment({ freezes: [{ from, until, reason: "holidays" }] });
  const frozen = await put({ ...both, traces: { endpoint } });
  expect([frozen.status, frozen.body.detail]).toEqual([403, expect.stringContaining("is frozen: holidays")]);
  await environment({ freezes: [], protected: true });
  const elsewhere = await put({ ...both, metrics: { endpoint: "https://mine.example", headers: bearer } });
  expect([elsewhere.status, elsewhere.body.detail]).toEqual([403, expect.stringContaining("is protected")]);
  expect((await set(w, { metrics: both.metrics })).logs).toBeNull();
  expect((await read(w)).metrics?.endpoint).toBe(endpoint);
});

it("refuses what would show a credential, a missing secret, a stale change, and who may not", async () => {
  const w = await world();
  const put = (body: object, more = {}) => call<Problem>("PUT", pathOf(w), { token: w.token, body, ...more });
  const bare = await put({ logs: { endpoint, headers: { Authorization: { value: "Bearer x" } } } });
  expect(bare.status).toBe(400);
  expect(bare.body.errors).toEqual([
    { path: "logs.headers.Authorization", message: 'names a credential: write {"secret": "<its name>"}' },
  ]);
  const inUrl = await put({ logs: { endpoint: "https://me:pw@otlp.example.com/v1/logs" } });
  expect(inUrl.body.errors?.[0]?.path).toBe("logs.endpoint");
  expect((await put({ logs: { endpoint: "ftp://otlp.example.com" } })).status).toBe(400);
  expect((await put({ traces: { endpoint, headers: bearer } })).body.detail).toContain(
    "has no secret OTLP_TOKEN",
  );
  await setSecret(w, "only-web", { selector: "role=web" });
  expect((await put({ traces: { endpoint, headers: bearer } })).status).toBe(400);

  const { headers } = await call("GET", pathOf(w), { token: w.token });
  const etag = headers.get("etag") ?? "";
  await set(w, { traces: { endpoint } });
  expect((await put({}, { headers: { "if-match": etag } })).status).toBe(409);

  const viewer = await member(w, "viewer");
  expect((await put({}, { token: viewer.token })).status).toBe(403);
  expect((await call("GET", pathOf(w), { token: viewer.token })).status).toBe(200);
});
