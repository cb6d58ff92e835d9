/** Nobody is billed for time in which nobody can show a connection: what is durable decides, once memory is lost. */
import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import { encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { randomUid } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, stubOf, value } from "../harness/worker/fleet-world.ts";

const hourMs = 3_600_000;

/**
 * Moves the fleet's clock, and answers its new time. Between two calls it stands still. The first call starts it five
 * minutes into the coming hour, so that the hour in which a test is run decides nothing: a closed hour writes rows.
 */
function pass(seconds: number): number {
  const from = vi.isFakeTimers() ? Date.now() : (Math.floor(Date.now() / hourMs) + 1) * hourMs + 300_000;
  const now = from + seconds * 1000;
  vi.useFakeTimers({ toFake: ["Date"], now });
  return now;
}
afterEach(() => {
  vi.useRealTimers();
});

async function disconnects(world: FleetWorld) {
  const { items } = value(
    await world.stub.listEvents(world.scope, { limit: 50, type: "agent.disconnected" }),
  );
  return items.map(({ data }) => [Date.parse(String(data.connectedAt)), Date.parse(String(data.endedAt))]);
}
/** Of the connections that have ended. */
const connectedSeconds = (world: FleetWorld) =>
  runInDurableObject(
    world.stub,
    (_, { storage }) =>
      Number(
        storage.sql
          .exec("SELECT sum(units) AS ms FROM meter_hours WHERE meter = 'connected_agent_seconds'")
          .one().ms,
      ) / 1000,
  );
/** The runtime dies: memory and sockets are gone, and nobody is told. */
async function die(world: FleetWorld): Promise<FleetWorld> {
  await abortAllDurableObjects();
  return { ...world, stub: stubOf(world.scope) };
}
const online = async (world: FleetWorld) => value(await world.stub.summary(world.scope)).counts.online;

async function dialAgent(world: FleetWorld) {
  const { agent } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  return agent;
}

it("dates the end of lost sockets to the last commit, not to the next wake-up", async () => {
  const world = await fleetWorld();
  const startedMs = pass(0);
  const agents = [await dialAgent(world), await dialAgent(world)];
  const commitMs = pass(600);
  agents[0]?.say({ health: { healthy: false, lastError: "disk full" } });
  await agents[0]?.next();
  pass(3 * 3600);
  const after = await die(world);
  expect(await online(after)).toBe(0);
  expect(await disconnects(after)).toEqual([
    [startedMs, commitMs],
    [startedMs, commitMs],
  ]);
  expect(await connectedSeconds(after)).toBe(1200);
});

it("believes an agent's own answer where that is later than the object's note", async () => {
  const world = await fleetWorld();
  const startedMs = pass(0);
  const agent = await dialAgent(world);
  await world.rollOut("hello");
  await agent.next((message) => message.remoteConfig !== undefined);
  const hash = agent.offers.at(-1) ?? "";
  const answeredMs = pass(30);
  agent.applied(hash);
  await agent.next();
  pass(3600);
  const after = await die(world);
  expect(await online(after)).toBe(0);
  expect(await disconnects(after)).toEqual([[startedMs, answeredMs]]);
});

it("keeps time exact over hibernation with sockets kept", async () => {
  const world = await fleetWorld();
  const startedMs = pass(0);
  const agent = await dialAgent(world);
  pass(3 * 3600);
  await evictDurableObject(world.stub);
  expect(await online(world)).toBe(1);
  expect(await disconnects(world)).toEqual([]);
  const endedMs = pass(60);
  agent.goodbye();
  await agent.next();
  expect(await disconnects(world)).toEqual([[startedMs, endedMs]]);
});

it("writes no row to know that it is alive, beyond one a minute beside rows that are written anyway", async () => {
  const world = await fleetWorld();
  pass(0);
  const agent = await dialAgent(world);
  const read = () =>
    runInDurableObject(world.stub, (_, { storage }) => ({
      changes: Number(storage.sql.exec("SELECT total_changes() AS n").one().n),
      aliveAt: Number(storage.sql.exec("SELECT value FROM settings WHERE key = 'aliveAt'").one().value),
    }));
  const sicken = async (error: string) => {
    agent.say({ health: { healthy: false, lastError: error } });
    await agent.next();
  };
  await sicken("first");
  const before = await read();
  for (let minute = 0; minute < 10; minute++) {
    pass(60);
    agent.heartbeat();
    await agent.next();
  }
  expect(await read()).toEqual(before);

  const notedMs = pass(1);
  await sicken("second");
  const noted = await read();
  expect(noted.aliveAt).toBe(notedMs);
  pass(59);
  await sicken("third");
  const unnoted = await read();
  expect(unnoted.aliveAt).toBe(notedMs);
  expect(noted.changes - before.changes).toBe(unnoted.changes - noted.changes + 1);
});

function poller(world: FleetWorld) {
  const uid = randomUid();
  let sequence = 0n;
  return async () => {
    const message = { instanceUid: uidFromHex(uid), sequenceNum: sequence++, capabilities: 1n };
    const answer = await world.poll(world.token(), new Uint8Array(encodeAgentBody(message)));
    await answer.arrayBuffer();
  };
}

it("goes on with one that polls when memory is lost between two polls", async () => {
  const world = await fleetWorld();
  pass(0);
  const poll = poller(world);
  for (let i = 0; i < 50; i++) {
    await poll();
    if (i % 10 === 0) await evictDurableObject(world.stub);
    pass(30);
  }
  expect(await online(world)).toBe(1);
  expect(await disconnects(world)).toEqual([]);
});

it("dates one that polled to its last noted poll when it never comes back, however often memory is lost", async () => {
  const world = await fleetWorld();
  const startedMs = pass(0);
  const poll = poller(world);
  for (let i = 0; i < 10; i++) {
    await poll();
    pass(60);
  }
  const notedMs = pass(0);
  await poll();
  pass(60);
  await poll();
  // The object is gone each time its alarm fires.
  for (let i = 0; i < 20 && (await disconnects(world)).length === 0; i++) {
    await evictDurableObject(world.stub);
    pass(60);
    await runDurableObjectAlarm(world.stub);
  }
  expect(await disconnects(world)).toEqual([[startedMs, notedMs]]);
});

it("does not bill the outage to one that polls again after it", async () => {
  const world = await fleetWorld();
  const startedMs = pass(0);
  const poll = poller(world);
  for (let i = 0; i < 10; i++) {
    await poll();
    pass(60);
  }
  const notedMs = pass(0);
  await poll();
  pass(60);
  await poll();
  await evictDurableObject(world.stub);
  pass(6 * 3600);
  await poll();
  expect(await disconnects(world)).toEqual([[startedMs, notedMs]]);
  expect(await online(world)).toBe(1);
  expect(await connectedSeconds(world)).toBe(600);
});
