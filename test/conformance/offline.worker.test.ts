/** A fleet tells of agents that have been away for longer than it allows, and of nobody twice. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { randomUid } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../harness/worker/fleet-world.ts";

const afterSeconds = 300;

/** The fleet's clock, moved forward, and its new time. */
function pass(seconds: number): number {
  const now = Date.now() + seconds * 1000;
  vi.useFakeTimers({ toFake: ["Date"], now });
  return now;
}
afterEach(() => {
  vi.useRealTimers();
});

const told = async ({ stub, scope }: FleetWorld) =>
  value(await stub.listEvents(scope, { limit: 100 }))
    .items.filter(({ type }) => type === "agent.offline" || type === "agent.back")
    .reverse();
const toldTypes = async (world: FleetWorld) => (await told(world)).map(({ type }) => type);
const agentOf = async ({ stub, scope }: FleetWorld) => {
  const [agent] = value(await stub.listAgents(scope, { sort: "name", limit: 10 })).items;
  if (!agent) throw new Error("no agent is listed");
  return agent;
};
const explained = async ({ stub, scope }: FleetWorld, id: string) =>
  value(await stub.explainAgent(scope, id as AgentId)).reasons.find(({ topic }) => topic === "connection");
const alarmOf = (world: FleetWorld) => runInDurableObject(world.stub, (_, { storage }) => storage.getAlarm());
const isOffline = (world: FleetWorld) =>
  until(
    () => agentOf(world),
    ({ status }) => status === "offline",
  );

async function watched(options: { own: boolean }) {
  const world = await fleetWorld();
  const dialed = await world.dial(world.token(), options);
  dialed.agent.hello();
  await dialed.agent.next();
  value(await world.stub.setOfflineAfter(world.scope, afterSeconds, 1));
  return { world, ...dialed };
}

it("tells once of an agent that stays away, says why, and tells of its return", async () => {
  const { world, agent, socket } = await watched({ own: false });
  const { messages } = await world.follow();
  pass(0);
  socket.close(1000);
  const { id } = await isOffline(world);
  expect((await explained(world, id))?.text).toContain("Once it has been away for 5 minutes");
  pass(afterSeconds - 1);
  await runDurableObjectAlarm(world.stub);
  expect(await toldTypes(world)).toEqual([]);
  await evictDurableObject(world.stub);
  const atMs = pass(1);
  await runDurableObjectAlarm(world.stub);
  const [event, ...others] = await told(world);
  expect(others).toEqual([]);
  expect(event).toMatchObject({ type: "agent.offline", agentId: id, data: { afterSeconds } });
  expect(Date.parse(String(event?.data.since))).toBe(atMs - afterSeconds * 1000);
  expect((await explained(world, id))?.text).toContain("longer than the fleet allows");
  await until(
    async () => messages,
    (all) => JSON.stringify(all).includes("agent.offline"),
  );

  pass(3_600);
  await evictDurableObject(world.stub);
  await runDurableObjectAlarm(world.stub);
  expect(await alarmOf(world)).toBeNull();
  await world.redial(agent, world.token());
  agent.heartbeat();
  await until(
    () => toldTypes(world),
    (types) => types.includes("agent.back"),
  );
  expect(await told(world)).toMatchObject([
    { type: "agent.offline" },
    { type: "agent.back", agentId: id, data: { awaySeconds: 3_600 + afterSeconds } },
  ]);
});

it("says nothing of one that is back in time, however often", async () => {
  const { world, agent, socket } = await watched({ own: false });
  let open = socket;
  for (let times = 0; times < 3; times++) {
    open.close(1000);
    await isOffline(world);
    pass(afterSeconds - 10);
    open = (await world.redial(agent, world.token())).socket;
    agent.heartbeat();
    await until(
      () => agentOf(world),
      ({ status }) => status === "online",
    );
    await runDurableObjectAlarm(world.stub);
  }
  expect(await toldTypes(world)).toEqual([]);
});

it("finds our own agent's silence by its alarm, since nobody closes the socket of a host without power", async () => {
  const { world } = await watched({ own: true });
  pass(afterSeconds + 1);
  await runDurableObjectAlarm(world.stub);
  expect(await toldTypes(world)).toEqual(["agent.offline"]);
});

it("looks at our own agents no more often than the threshold, and writes nothing when all are here", async () => {
  const { world, socket } = await watched({ own: true });
  const startMs = Date.now();
  expect(await alarmOf(world)).toBeGreaterThanOrEqual(startMs + (afterSeconds - 60) * 1000);
  const pong = new Promise((resolve) => socket.addEventListener("message", resolve));
  socket.send("ping");
  await pong;
  const rows = () =>
    runInDurableObject(world.stub, (_, { storage }) =>
      JSON.stringify([
        storage.sql.exec("SELECT * FROM agents").toArray(),
        storage.sql.exec("SELECT * FROM event_chunks").toArray(),
        storage.sql.exec("SELECT * FROM settings").toArray(),
      ]),
    );
  const before = await rows();
  await runDurableObjectAlarm(world.stub);
  expect(await rows()).toBe(before);
  expect(await toldTypes(world)).toEqual([]);
});

it("tells of one that polls", async () => {
  const world = await fleetWorld();
  value(await world.stub.setOfflineAfter(world.scope, afterSeconds, 1));
  await world.poll(
    world.token(),
    new Uint8Array(
      encodeAgentBody({ instanceUid: uidFromHex(randomUid()), sequenceNum: 0n, capabilities: 1n }),
    ),
  );
  pass(100);
  await runDurableObjectAlarm(world.stub);
  expect(await toldTypes(world)).toEqual([]);
  pass(afterSeconds - 100);
  await runDurableObjectAlarm(world.stub);
  expect(await toldTypes(world)).toEqual(["agent.offline"]);
});

it("has no alarm without a threshold, and none of an agent that was revoked; an older revision changes nothing", async () => {
  const { world, socket } = await watched({ own: false });
  socket.close(1000);
  const { id } = await isOffline(world);
  value(await world.stub.revokeAgent(world.scope, id as AgentId, "usr_x"));
  pass(afterSeconds + 1);
  await runDurableObjectAlarm(world.stub);
  expect(await toldTypes(world)).toEqual([]);

  const other = await watched({ own: false });
  value(await other.world.stub.setOfflineAfter(other.world.scope, null, 2));
  value(await other.world.stub.setOfflineAfter(other.world.scope, afterSeconds, 1));
  other.socket.close(1000);
  await isOffline(other.world);
  pass(afterSeconds + 1);
  await runDurableObjectAlarm(other.world.stub);
  expect(await toldTypes(other.world)).toEqual([]);
  expect(await alarmOf(other.world)).toBeNull();
});

it("tells at once of whoever has been away that long already when the fleet begins to care", async () => {
  const world = await fleetWorld();
  const { agent, socket } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  socket.close(1000);
  await isOffline(world);
  pass(afterSeconds + 1);
  value(await world.stub.setOfflineAfter(world.scope, afterSeconds, 1));
  await runDurableObjectAlarm(world.stub);
  expect(await toldTypes(world)).toEqual(["agent.offline"]);
});
