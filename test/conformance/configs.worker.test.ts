import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { decodeServerToAgent, encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { RemoteConfigStatuses, type ServerToAgent } from "../../protocol/opamp/opamp_pb.js";
import { uidFromHex, uidToHex } from "../../protocol/opamp/uid.ts";
import { randomUid, usualCapabilities } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../harness/worker/fleet-world.ts";

const list = { sort: "name", limit: 50 } as const;
const silent = { onConfig: () => {} };
const offersConfig = (message: ServerToAgent) => message.remoteConfig !== undefined;

const onlyAgent = async (world: FleetWorld) => {
  const [agent, ...others] = value(await world.stub.listAgents(world.scope, list)).items;
  if (!agent || others.length > 0) throw new Error("one agent was expected");
  return agent;
};
const inState = (world: FleetWorld, state: string) =>
  until(
    () => onlyAgent(world),
    (agent) => agent.config.state === state,
  );
const offline = (world: FleetWorld) =>
  until(
    () => onlyAgent(world),
    (agent) => agent.status === "offline",
  );

async function enrolled(options: Parameters<FleetWorld["dial"]>[1] = {}) {
  const world = await fleetWorld();
  const dialed = await world.dial(world.token(), options);
  dialed.agent.hello();
  await dialed.agent.next();
  return { world, ...dialed };
}

it("offers the files and the hash, and believes what the agent reports", async () => {
  const { world, agent } = await enrolled();
  const rollout = await world.rollOut("hello");
  const offer = await agent.next(offersConfig);
  const file = offer.remoteConfig?.config?.configMap["greeting.txt"];
  expect(new TextDecoder().decode(file?.body)).toBe("hello");
  expect(file?.contentType).toBe("text/plain");
  const row = await inState(world, "in_sync");
  expect(row.config.wantedHash).toBe(uidToHex(offer.remoteConfig?.configHash ?? new Uint8Array()));
  await until(
    async () => value(await world.stub.getRollout(world.scope, rollout)).state,
    (state) => state === "succeeded",
  );
  const detail = value(await world.stub.getAgent(world.scope, row.id as AgentId));
  expect(detail.history).toMatchObject([{ status: "applied", hash: row.config.wantedHash }]);
  expect(agent.offers).toHaveLength(1);
});

it("offers nothing to an agent that does not accept remote config", async () => {
  const { world, agent } = await enrolled({ capabilities: ["ReportsStatus", "ReportsHealth"] });
  const taker = await world.dial(world.token());
  taker.agent.hello();
  await taker.agent.next();
  await world.rollOut("hello");
  await taker.agent.next(offersConfig);
  agent.heartbeat();
  await agent.next();
  expect(agent.offers).toEqual([]);
});

it("does not push again when a client starts its numbers anew with UNSET and an empty hash", async () => {
  for (const evict of [false, true]) {
    const { world, agent, socket } = await enrolled();
    await world.rollOut("hello");
    await inState(world, "in_sync");
    socket.close(1000);
    await offline(world);
    if (evict) await evictDurableObject(world.stub);
    agent.sequence = 0;
    agent.status = null;
    await world.redial(agent, world.token());
    agent.hello();
    await agent.next();
    agent.heartbeat();
    await agent.next();
    expect(agent.offers).toHaveLength(1);
    expect((await onlyAgent(world)).config.state).toBe("in_sync");
  }
});

it("offers again to a process that started anew and knows of no config", async () => {
  const { world, agent, socket } = await enrolled();
  const started = (seconds: bigint) =>
    Object.assign(agent.fullState(), {
      health: { healthy: true, startTimeUnixNano: seconds * 1_000_000_000n },
    });
  agent.say(started(1_700_000_000n));
  await agent.next();
  await world.rollOut("hello");
  await inState(world, "in_sync");
  socket.close(1000);
  await offline(world);
  agent.sequence = 0;
  agent.status = null;
  await world.redial(agent, world.token());
  agent.say(started(1_700_009_999n));
  await until(
    () => agent.offers.length,
    (offers) => offers === 2,
  );
  await inState(world, "in_sync");
});

it("offers again what may have been lost with the connection, and nothing twice over one", async () => {
  const { world, agent, socket } = await enrolled(silent);
  await world.rollOut("hello");
  await agent.next(offersConfig);
  agent.heartbeat();
  await agent.next();
  expect(agent.offers).toHaveLength(1);
  socket.close(1000);
  await offline(world);
  await evictDurableObject(world.stub);
  await world.redial(agent, world.token());
  agent.heartbeat();
  await agent.next(offersConfig);
  agent.heartbeat();
  await agent.next();
  expect(agent.offers).toHaveLength(2);
  agent.applied(agent.offers[1] ?? "");
  await inState(world, "in_sync");
  const usage = value(await world.stub.openUsage(world.scope, 0));
  expect(usage.find(({ meter }) => meter === "config_deliveries")?.quantity).toBe(1);
});

it("latches a hash that failed: it is not offered again, whatever the agent says later", async () => {
  const { world, agent, socket } = await enrolled({
    onConfig: (self, config) => {
      const hash = uidToHex(config.configHash);
      if (self.offers.length === 1) self.applied(hash);
      else {
        // An agent that rolls back by itself.
        self.applying(hash);
        self.failed(hash, "line 3: no such directive");
        self.applied(self.offers[0] ?? "");
      }
    },
  });
  await world.rollOut("good");
  await inState(world, "in_sync");
  await world.rollOut("bad");
  const row = await inState(world, "failed");
  const [good, bad] = agent.offers;
  expect(row.config).toMatchObject({ wantedHash: bad, error: "line 3: no such directive" });
  await until(
    () => onlyAgent(world),
    (agent) => agent.config.reportedHash === good,
  );
  socket.close(1000);
  await offline(world);
  await evictDurableObject(world.stub);
  await world.redial(agent, world.token());
  agent.hello();
  await agent.next();
  agent.heartbeat();
  await agent.next();
  expect(agent.offers).toEqual([good, bad]);
  const detail = value(await world.stub.getAgent(world.scope, row.id as AgentId));
  expect(detail.history.map(({ hash, status }) => [hash, status])).toEqual([
    [good, "applied"],
    [bad, "failed"],
    [good, "applied"],
  ]);
});

it("counts repeated and late acks once", async () => {
  const { world, agent } = await enrolled(silent);
  await world.rollOut("one");
  await agent.next(offersConfig);
  const first = agent.offers[0] ?? "";
  for (let i = 0; i < 3; i++) agent.applied(first);
  await inState(world, "in_sync");
  await world.rollOut("two");
  await agent.next(offersConfig);
  agent.applied(first);
  await agent.next();
  expect((await onlyAgent(world)).config.state).toBe("offered");
  agent.applied(agent.offers[1] ?? "");
  await inState(world, "in_sync");
  const applied = value(
    await world.stub.listEvents(world.scope, { limit: 50, type: "agent.config_applied" }),
  );
  expect(applied.items).toHaveLength(2);
  const usage = value(await world.stub.openUsage(world.scope, 0));
  expect(usage.find(({ meter }) => meter === "config_deliveries")?.quantity).toBe(2);
});

it("keeps offering through eviction between offer and answer", async () => {
  const { world, agent } = await enrolled(silent);
  await world.rollOut("hello");
  await agent.next(offersConfig);
  await evictDurableObject(world.stub);
  agent.applying(agent.offers[0] ?? "");
  await agent.next();
  await evictDurableObject(world.stub);
  agent.applied(agent.offers[0] ?? "");
  await inState(world, "in_sync");
  expect(agent.offers).toHaveLength(1);
});

it("offers to one that polls in the answer, once", async () => {
  const world = await fleetWorld();
  const uid = randomUid();
  let sequence = 0n;
  const poll = async (message: object = {}) => {
    const body = encodeAgentBody({
      instanceUid: uidFromHex(uid),
      sequenceNum: sequence++,
      capabilities: 0x1003n,
      ...message,
    });
    const answer = await world.poll(world.token(), new Uint8Array(body));
    expect(answer.status).toBe(200);
    return decodeServerToAgent(new Uint8Array(await answer.arrayBuffer()));
  };
  const description = { agentDescription: { identifyingAttributes: [] } };
  await poll({ ...description, remoteConfigStatus: {} });
  await world.rollOut("hello");
  const offer = await poll();
  expect(offer.remoteConfig?.config?.configMap["greeting.txt"]?.contentType).toBe("text/plain");
  expect((await poll()).remoteConfig).toBeUndefined();
  const applied = {
    lastRemoteConfigHash: offer.remoteConfig?.configHash ?? new Uint8Array(),
    status: RemoteConfigStatuses.RemoteConfigStatuses_APPLIED,
  };
  expect((await poll({ remoteConfigStatus: applied })).remoteConfig).toBeUndefined();
  expect(await onlyAgent(world)).toMatchObject({ transport: "http", config: { state: "in_sync" } });
  await poll({ agentDisconnect: {} });
  expect(await onlyAgent(world)).toMatchObject({ status: "offline" });
});

it("gives a newcomer the release that succeeded", async () => {
  const { world } = await enrolled();
  const rollout = await world.rollOut("current");
  await until(
    async () => value(await world.stub.getRollout(world.scope, rollout)).state,
    (state) => state === "succeeded",
  );
  const newcomer = await world.dial(world.token(), { uid: randomUid(), capabilities: usualCapabilities });
  newcomer.agent.hello();
  const offer = await newcomer.agent.next(offersConfig);
  expect(new TextDecoder().decode(offer.remoteConfig?.config?.configMap["greeting.txt"]?.body)).toBe(
    "current",
  );
});

it("writes at most three rows per agent for a rollout, however many agents", async () => {
  const world = await fleetWorld();
  const count = 40;
  const agents = await Promise.all(
    Array.from({ length: count }, async () => {
      const dialed = await world.dial(world.token());
      dialed.agent.hello();
      await dialed.agent.next();
      return dialed.agent;
    }),
  );
  const changes = () =>
    runInDurableObject(world.stub, (_, state) =>
      Number(state.storage.sql.exec("SELECT total_changes() AS n").one().n),
    );
  const before = await changes();
  const rollout = await world.rollOut("hello");
  await until(
    async () => value(await world.stub.getRollout(world.scope, rollout)).state,
    (state) => state === "succeeded",
  );
  const perAgent = ((await changes()) - before) / count;
  expect(perAgent).toBeLessThanOrEqual(3);
  expect(agents.every((agent) => agent.offers.length === 1)).toBe(true);
});
