import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { randomUid } from "../harness/fake-agent.ts";
import {
  type DialedAgent,
  type FleetWorld,
  fleetWorld,
  until,
  value,
} from "../harness/worker/fleet-world.ts";

const list = { sort: "name", limit: 50 } as const;
const firstAgent = async (world: FleetWorld) => {
  const [agent] = value(await world.stub.listAgents(world.scope, list)).items;
  if (!agent) throw new Error("no agent is listed");
  return agent;
};
const eventsOf = async (world: FleetWorld, type: string) =>
  value(await world.stub.listEvents(world.scope, { limit: 50, type })).items;

/** The fleet's clock, moved forward, and its new time; the platform's own timestamps stay. */
function pass(seconds: number): number {
  const now = Date.now() + seconds * 1000;
  vi.useFakeTimers({ toFake: ["Date"], now });
  return now;
}
afterEach(() => {
  vi.useRealTimers();
});

async function pingPong(socket: WebSocket): Promise<void> {
  const pong = new Promise<unknown>((resolve) =>
    socket.addEventListener("message", (event) => {
      if (event.data === "pong") resolve(event.data);
    }),
  );
  socket.send("ping");
  expect(await pong).toBe("pong");
}

it("answers our agent's pings without waking, and believes them", async () => {
  const world = await fleetWorld();
  const { agent, socket } = await world.dial(world.token(), { own: true });
  agent.hello();
  await agent.next();
  await evictDurableObject(world.stub);
  const wokenAt = () => runInDurableObject(world.stub, (instance) => instance);
  const before = await wokenAt();
  await pingPong(socket);
  expect(await wokenAt()).toBe(before);
  expect((await firstAgent(world)).status).toBe("online");
});

it("counts our agent as gone since its last pong once it is silent, when somebody asks", async () => {
  const world = await fleetWorld();
  const { agent, socket, closed } = await world.dial(world.token(), { own: true });
  agent.hello();
  await agent.next();
  await pingPong(socket);
  const lastSeen = Date.parse((await firstAgent(world)).lastSeenAt ?? "");
  pass(59);
  expect((await firstAgent(world)).status).toBe("online");
  pass(10);
  const gone = await firstAgent(world);
  expect(gone.status).toBe("offline");
  expect(Date.parse(gone.lastSeenAt ?? "")).toBe(lastSeen);
  expect((await closed).code).toBe(1008);
  const [event] = await eventsOf(world, "agent.disconnected");
  expect(Date.parse(String(event?.data.endedAt))).toBe(lastSeen);
});

it("dates our agent's end alike, whether it is swept, closes, is revoked or dials anew", async () => {
  const ends: Record<string, (world: FleetWorld, dialed: DialedAgent) => unknown> = {
    sweep: (world) => world.stub.summary(world.scope),
    close: (_, { socket }) => socket.close(1000),
    revoke: async (world) => {
      const [id] = await runInDurableObject(world.stub, (_, { storage }) =>
        storage.sql
          .exec<{ id: AgentId }>("SELECT id FROM agents")
          .toArray()
          .map((row) => row.id),
      );
      value(await world.stub.revokeAgent(world.scope, id as AgentId, "usr_x"));
    },
    redial: async (world, { agent }) => {
      await world.redial(agent, world.token());
      agent.heartbeat();
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    const world = await fleetWorld();
    const startedMs = pass(0);
    const dialed = await world.dial(world.token(), { own: true });
    dialed.agent.hello();
    await dialed.agent.next();
    pass(300);
    await end(world, dialed);
    const [event] = await until(
      () => eventsOf(world, "agent.disconnected"),
      (events) => events.length > 0,
    );
    expect([name, Date.parse(String(event?.data.endedAt))]).toEqual([name, startedMs]);
  }
});

it("leaves a foreign client online as long as its socket is, however silent", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  pass(3600);
  expect((await firstAgent(world)).status).toBe("online");
});

it("counts one that polls as offline after three missed polls, by alarm", async () => {
  const world = await fleetWorld();
  const uid = randomUid();
  const poll = (sequence: bigint) =>
    world.poll(
      world.token(),
      new Uint8Array(
        encodeAgentBody({ instanceUid: uidFromHex(uid), sequenceNum: sequence, capabilities: 1n }),
      ),
    );
  await poll(0n);
  pass(60);
  await poll(1n);
  pass(60);
  await runDurableObjectAlarm(world.stub);
  expect((await firstAgent(world)).status).toBe("online");
  pass(31);
  await runDurableObjectAlarm(world.stub);
  expect(await eventsOf(world, "agent.disconnected")).toHaveLength(1);
  expect((await firstAgent(world)).status).toBe("offline");
  await poll(2n);
  expect((await firstAgent(world)).status).toBe("online");
});

it("notices at its next wake-up that all sockets were lost, and takes the agents back", async () => {
  const world = await fleetWorld();
  const dialed = await Promise.all(Array.from({ length: 5 }, () => world.dial(world.token())));
  for (const { agent } of dialed) {
    agent.hello();
    await agent.next();
  }
  const { connectedAt } = await firstAgent(world);
  expect(connectedAt).not.toBeNull();
  await evictDurableObject(world.stub, { webSockets: "close" });
  expect(value(await world.stub.summary(world.scope)).counts).toMatchObject({ online: 0, offline: 5 });
  expect(await eventsOf(world, "agent.disconnected")).toHaveLength(5);
  await Promise.all(dialed.map(({ agent }) => world.redial(agent, world.token())));
  for (const { agent } of dialed) agent.heartbeat();
  await until(
    async () => value(await world.stub.summary(world.scope)).counts,
    ({ online, total }) => online === 5 && total === 5,
  );
});

it("takes a goodbye at its word", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  agent.goodbye();
  await agent.next();
  expect((await firstAgent(world)).status).toBe("offline");
});

it("shows health when it changes, and keeps the tree", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  const sick = { healthy: false, lastError: "port 80 is taken", status: "down" };
  for (let i = 0; i < 3; i++) {
    agent.say({ health: { ...sick, statusTimeUnixNano: BigInt(i), componentHealthMap: { proxy: sick } } });
    await agent.next();
  }
  const row = await firstAgent(world);
  expect(row).toMatchObject({ healthy: false, healthError: "port 80 is taken" });
  expect(await eventsOf(world, "agent.health_changed")).toHaveLength(2);
  const detail = value(await world.stub.getAgent(world.scope, row.id as AgentId));
  expect(detail.health).toMatchObject({ components: { proxy: { lastError: "port 80 is taken" } } });
  expect(value(await world.stub.summary(world.scope)).counts.unhealthy).toBe(1);
});

it("shows viewers every event and each changed agent, and resumes without a gap", async () => {
  const world = await fleetWorld();
  const first = await world.follow();
  const { agent } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  const types = (messages: Record<string, unknown>[]) =>
    messages.flatMap((message) =>
      message.type === "event" ? [(message.event as { type: string; id: string }).type] : [],
    );
  await until(
    () => types(first.messages),
    (seen) => seen.includes("agent.enrolled") && seen.includes("agent.connected"),
  );
  await until(
    () => first.messages,
    (messages) => messages.some((message) => message.type === "agents"),
  );
  expect(first.messages[0]).toMatchObject({ type: "hello", resumedFrom: null, truncated: false });

  const seen = first.messages.flatMap((message) =>
    message.type === "event" ? [(message.event as { id: string }).id] : [],
  );
  first.socket.close(1000);
  agent.say({ health: { healthy: false, lastError: "x" } });
  await agent.next();
  await evictDurableObject(world.stub);
  const second = await world.follow(seen.at(-1));
  agent.say({ health: { healthy: true } });
  const ids = await until(
    () => types(second.messages),
    (now) => now.filter((type) => type === "agent.health_changed").length === 2,
  );
  expect(ids).toEqual(["agent.health_changed", "agent.health_changed"]);
  expect(second.messages[0]).toMatchObject({ type: "hello", resumedFrom: seen.at(-1), truncated: false });

  const stale = await world.follow("evt_00000000000000000000000000");
  await until(
    () => stale.messages,
    (messages) => messages.length > 0,
  );
  expect(stale.messages[0]).toMatchObject({ type: "hello", resumedFrom: null, truncated: true });
});

it("answers a viewer's ping, also while it sleeps", async () => {
  const world = await fleetWorld();
  const { socket } = await world.follow();
  await evictDurableObject(world.stub);
  await pingPong(socket);
});

it("puts history events on the queue exactly once in the metadata store", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  const { id } = await firstAgent(world);
  value(await world.stub.revokeAgent(world.scope, id as AgentId, "usr_x"));
  value(await world.stub.revokeAgent(world.scope, id as AgentId, "usr_x"));
  const [event] = await eventsOf(world, "agent.revoked");
  const { DB } = env as unknown as { DB: D1Database };
  const rows = () =>
    DB.prepare("SELECT id FROM events WHERE fleet_id = ?")
      .bind(world.scope.fleetId)
      .all<{ id: string }>()
      .then(({ results }) => results.map((row) => row.id));
  expect(await until(rows, (ids) => ids.length > 0)).toEqual([event?.id]);
  const left = await runInDurableObject(world.stub, (_, state) =>
    state.storage.sql.exec("SELECT count(*) AS n FROM outbox").one(),
  );
  expect(left.n).toBe(0);
});
