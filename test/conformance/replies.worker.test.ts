import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { messageBurst } from "../../durable-objects/fleet/message-rate.ts";
import { agentsPerSocket } from "../../durable-objects/fleet/sessions.ts";
import { encodeAgentBody, encodeAgentFrame } from "../../protocol/opamp/frame.ts";
import { ServerErrorResponseType } from "../../protocol/opamp/opamp_pb.js";
import { uidFromHex, uidToHex } from "../../protocol/opamp/uid.ts";
import { randomUid } from "../harness/fake-agent.ts";
import { fleetWorld, until, value } from "../harness/worker/fleet-world.ts";

const list = { sort: "name", limit: 50 } as const;

it("answers every message with its uid, duplicates too, and says its capabilities in the first answer", async () => {
  const world = await fleetWorld();
  const { agent, socket } = await world.dial(world.token());
  agent.hello();
  const first = await agent.next();
  expect(uidToHex(first.instanceUid)).toBe(agent.uid);
  expect(Number(first.capabilities) & 1).toBe(1);
  const again = encodeAgentFrame({ instanceUid: uidFromHex(agent.uid), sequenceNum: 0n, capabilities: 1n });
  socket.send(again);
  socket.send(again);
  expect(uidToHex((await agent.next()).instanceUid)).toBe(agent.uid);
  expect(uidToHex((await agent.next()).instanceUid)).toBe(agent.uid);
});

it("takes a frame without header, and an empty one as a heartbeat", async () => {
  const world = await fleetWorld();
  const { agent, socket } = await world.dial(world.token());
  const bytes = encodeAgentBody({ instanceUid: uidFromHex(agent.uid), sequenceNum: 1n, capabilities: 1n });
  expect(bytes[0]).not.toBe(0);
  socket.send(bytes);
  expect(uidToHex((await agent.next()).instanceUid)).toBe(agent.uid);
  socket.send(new Uint8Array([0]));
  expect(uidToHex((await agent.next()).instanceUid)).toBe(agent.uid);
  socket.send(new Uint8Array());
  expect(uidToHex((await agent.next()).instanceUid)).toBe(agent.uid);
});

it("answers a uid that is not 16 bytes with an error that excludes every other field", async () => {
  const world = await fleetWorld();
  const { agent, socket, closed } = await world.dial(world.token());
  socket.send(
    encodeAgentFrame({ instanceUid: new Uint8Array([1, 2, 3]), sequenceNum: 1n, capabilities: 1n }),
  );
  const answer = await agent.next();
  expect(answer.errorResponse?.type).toBe(ServerErrorResponseType.ServerErrorResponseType_BadRequest);
  expect(answer.errorResponse?.errorMessage).toContain("must have 16");
  expect(answer).toMatchObject({ flags: 0n, capabilities: 0n });
  expect(answer.remoteConfig ?? answer.connectionSettings ?? answer.command).toBeUndefined();
  expect((await closed).code).toBe(1008);
});

it("closes only the socket that sends garbage, text or too much", async () => {
  const world = await fleetWorld();
  const bystander = await world.dial(world.token());
  bystander.agent.hello();
  await bystander.agent.next();

  const garbage = await world.dial(world.token());
  garbage.socket.send(new Uint8Array([0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]));
  expect((await garbage.agent.next()).errorResponse?.errorMessage).toContain("not a protobuf");
  expect((await garbage.closed).code).toBe(1007);

  const text = await world.dial(world.token());
  text.socket.send("hello");
  expect((await text.closed).code).toBe(1003);

  const large = await world.dial(world.token());
  large.socket.send(new Uint8Array(1024 * 1024 + 2));
  expect((await large.closed).code).toBe(1009);

  bystander.agent.heartbeat();
  expect(uidToHex((await bystander.agent.next()).instanceUid)).toBe(bystander.agent.uid);
});

it("keeps what is omitted, also when the object was evicted under a hibernated socket", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token({ labels: { team: "red" } }), {
    identifying: { "service.name": "proxy", "service.version": "1.2", "service.instance.id": "p-1" },
    nonIdentifying: { "host.name": "h1", "muster.label.region": "eu", "muster.label.team": "blue" },
  });
  agent.hello();
  await agent.next();
  agent.say({
    effectiveConfig: {
      configMap: {
        configMap: { "a.yaml": { body: new TextEncoder().encode("a: 1"), contentType: "text/yaml" } },
      },
    },
  });
  await agent.next();
  await evictDurableObject(world.stub);
  agent.heartbeat();
  const answer = await agent.next();
  expect(answer.flags).toBe(0n);
  const [row] = value(await world.stub.listAgents(world.scope, list)).items;
  if (!row) throw new Error("the agent is not listed");
  expect(row).toMatchObject({
    name: "p-1",
    type: "proxy",
    version: "1.2",
    status: "online",
    healthy: true,
    labels: { region: "eu", team: "red", "host.name": "h1", "service.name": "proxy" },
  });
  const detail = value(await world.stub.getAgent(world.scope, row.id as never));
  expect(detail.effectiveConfig).toEqual([
    { name: "a.yaml", contentType: "text/yaml", content: "a: 1", encoding: "utf8" },
  ]);
  expect(detail.attributes.nonIdentifying).toMatchObject({ "host.name": "h1" });
});

it("asks for the full state at a gap: once, not in a loop", async () => {
  const world = await fleetWorld();
  const { agent, socket } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  const skip = async () => {
    agent.sequence += 5;
    socket.send(
      encodeAgentFrame({
        instanceUid: uidFromHex(agent.uid),
        sequenceNum: BigInt(agent.sequence++),
        capabilities: BigInt(agent.capabilities),
      }),
    );
    return Number((await agent.next()).flags);
  };
  const asked = [await skip(), await skip(), await skip(), await skip()];
  expect(asked).toEqual([1, 0, 0, 0]);
});

it("writes no row for a heartbeat", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  const changes = () =>
    runInDurableObject(world.stub, (_, state) =>
      Number(state.storage.sql.exec("SELECT total_changes() AS n").one().n),
    );
  const before = await changes();
  for (let i = 0; i < 20; i++) {
    agent.heartbeat();
    await agent.next();
    // A later protocol may know more capabilities than we do.
    agent.say({ capabilities: BigInt(agent.capabilities) | (1n << 40n) });
    await agent.next();
  }
  expect(await changes()).toBe(before);
});

it("carries many uids on one socket, and knows them apart", async () => {
  const world = await fleetWorld();
  const { agent, socket } = await world.dial(world.token(), { reportsFullState: false });
  const uids = Array.from({ length: 5 }, randomUid);
  for (const uid of uids) {
    socket.send(encodeAgentFrame({ instanceUid: uidFromHex(uid), sequenceNum: 0n, capabilities: 1n }));
    expect(uidToHex((await agent.next()).instanceUid)).toBe(uid);
  }
  const counts = async () => value(await world.stub.summary(world.scope)).counts;
  expect(await counts()).toMatchObject({ total: 5, online: 5 });
  socket.send(
    encodeAgentFrame({
      instanceUid: uidFromHex(uids[0] ?? ""),
      sequenceNum: 1n,
      capabilities: 1n,
      agentDisconnect: {},
    }),
  );
  await agent.next();
  expect(await counts()).toMatchObject({ online: 4, offline: 1 });
  socket.close(1000);
  await until(counts, (now) => now.online === 0);
});

it("refuses one agent of a shared socket without closing it on the others", async () => {
  const world = await fleetWorld();
  const { agent, socket, closed } = await world.dial(world.token({ maxUses: 2 }), {
    reportsFullState: false,
  });
  let isOpen = true;
  void closed.then(() => {
    isOpen = false;
  });
  const [first, second, third] = [randomUid(), randomUid(), randomUid()];
  const say = async (uid: string, sequence: bigint) => {
    socket.send(encodeAgentFrame({ instanceUid: uidFromHex(uid), sequenceNum: sequence, capabilities: 1n }));
    return agent.next();
  };
  await say(first, 0n);
  await say(second, 0n);
  expect((await say(third, 0n)).errorResponse?.errorMessage).toContain("used up");
  expect((await say(first, 1n)).errorResponse).toBeUndefined();

  const { items } = value(await world.stub.listAgents(world.scope, { sort: "name", limit: 50 }));
  const revoked = items.find((one) => one.instanceUid === second);
  value(await world.stub.revokeAgent(world.scope, revoked?.id as AgentId, "usr_test"));
  expect((await say(second, 1n)).errorResponse?.errorMessage).toContain("revoked");
  expect((await say(first, 2n)).errorResponse).toBeUndefined();
  expect(isOpen).toBe(true);
  const { counts } = value(await world.stub.summary(world.scope));
  expect(counts).toMatchObject({ online: 1, revoked: 1 });
});

it("lets no more agents onto one socket than can be kept beside it, known ones included", async () => {
  const world = await fleetWorld();
  const uids = Array.from({ length: agentsPerSocket + 1 }, randomUid);
  const enrol = async (some: string[]) => {
    const { agent, socket } = await world.dial(world.token(), { reportsFullState: false });
    const answers: string[] = [];
    for (const uid of some) {
      socket.send(encodeAgentFrame({ instanceUid: uidFromHex(uid), sequenceNum: 0n, capabilities: 1n }));
      answers.push((await agent.next()).errorResponse?.errorMessage ?? "");
    }
    return { socket, answers };
  };
  const online = async () => value(await world.stub.summary(world.scope)).counts.online;
  for (const some of [uids.slice(0, 40), uids.slice(40)]) {
    const { socket, answers } = await enrol(some);
    expect(answers.every((text) => text === "")).toBe(true);
    socket.close(1000);
  }
  await until(online, (count) => count === 0);
  const { answers } = await enrol(uids);
  expect(answers.slice(0, -1).every((text) => text === "")).toBe(true);
  expect(answers.at(-1)).toContain(`at most ${agentsPerSocket} agents`);
  await evictDurableObject(world.stub);
  expect(await online()).toBe(agentsPerSocket);
});

it("tells an agent that floods to wait, once, hears the others, and asks for what it missed", async () => {
  const world = await fleetWorld();
  const bystander = await world.dial(world.token());
  bystander.agent.hello();
  await bystander.agent.next();
  const { agent, socket } = await world.dial(world.token());
  agent.hello();
  await agent.next();
  for (let at = 0; at < 1_000; at++) agent.heartbeat();
  const told = await agent.next((message) => message.errorResponse !== undefined);
  expect(told.errorResponse?.type).toBe(ServerErrorResponseType.ServerErrorResponseType_Unavailable);
  expect(told.errorResponse?.Details.case).toBe("retryInfo");
  expect(told.capabilities).toBe(0n);
  bystander.agent.heartbeat();
  await bystander.agent.next();
  await until(
    () => {
      agent.heartbeat();
      return agent.received.some(({ flags }) => flags === 1n);
    },
    (asked) => asked,
  );
  expect(socket.readyState).toBe(WebSocket.OPEN);
  expect(agent.received.filter(({ errorResponse }) => errorResponse)).toHaveLength(1);
  expect(agent.received.length).toBeLessThan(500);
  const { items } = value(await world.stub.listEvents(world.scope, { limit: 5, type: "agent.throttled" }));
  expect(items).toHaveLength(1);
});

it("answers one that polls too often with 429 and when to come back", async () => {
  const world = await fleetWorld();
  const uid = uidFromHex(randomUid());
  const statuses = new Map<number, number>();
  let last: Response | null = null;
  for (let at = 0; at < messageBurst + 50; at++) {
    const body = encodeAgentBody({ instanceUid: uid, sequenceNum: BigInt(at), capabilities: 1n });
    last = await world.poll(world.token(), new Uint8Array(body));
    await last.arrayBuffer();
    statuses.set(last.status, (statuses.get(last.status) ?? 0) + 1);
    if (last.status === 429) break;
  }
  expect(last?.status).toBe(429);
  expect(Number(last?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(statuses.get(200)).toBeGreaterThanOrEqual(messageBurst);
});
