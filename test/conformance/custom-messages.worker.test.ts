import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import type { Fleet } from "../../durable-objects/main.ts";
import { metricsCapability } from "../../protocol/custom/metrics.ts";
import { stagingCapability } from "../../protocol/custom/staging.ts";
import { encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { uidFromHex, uidToHex } from "../../protocol/opamp/uid.ts";
import { customOfOurs, type FakeAgentOptions, randomUid } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, value } from "../harness/worker/fleet-world.ts";

async function enrolled(options: Omit<FakeAgentOptions, "send"> = {}) {
  const world = await fleetWorld();
  const dialed = await world.dial(world.token(), { own: true, custom: customOfOurs, ...options });
  dialed.agent.hello();
  await dialed.agent.next();
  const [agent] = value(await world.stub.listAgents(world.scope, { sort: "name", limit: 2 })).items;
  return { world, ...dialed, id: agent?.id as AgentId };
}

/** The stored row, as the next waking reads it. */
const row = (world: FleetWorld) =>
  runInDurableObject(world.stub as DurableObjectStub<Fleet>, (_, { storage }) => {
    const { record } = storage.sql.exec<{ record: string }>("SELECT record FROM agents").one();
    return JSON.parse(record) as { custom?: string[] };
  });

it("says what it understands, and keeps what the agent said through hibernation", async () => {
  const { world, agent } = await enrolled();
  expect(agent.received[0]?.customCapabilities?.capabilities).toEqual([
    "io.muster.agent/1",
    stagingCapability,
    metricsCapability,
  ]);
  await evictDurableObject(world.stub);
  agent.heartbeat();
  expect((await agent.next()).customCapabilities).toBeUndefined();
  expect((await row(world)).custom).toEqual(["io.muster.agent/1", stagingCapability, metricsCapability]);
});

it("keeps of the custom capabilities only what it knows", async () => {
  const { world } = await enrolled({ own: false, custom: ["com.example.else/9", metricsCapability] });
  expect((await row(world)).custom).toEqual([metricsCapability]);
});

it("does not count on one that polls: it could not be asked in time", async () => {
  const world = await fleetWorld();
  const body = encodeAgentBody({
    instanceUid: uidFromHex(randomUid()),
    sequenceNum: 0n,
    capabilities: 0x1003n,
    agentDescription: { identifyingAttributes: [] },
    customCapabilities: { capabilities: [...customOfOurs] },
  });
  await world.poll(world.token(), new Uint8Array(body));
  expect((await row(world)).custom ?? []).toEqual([]);
});

it.each([
  ["no JSON", stagingCapability, "staged", new TextEncoder().encode("{")],
  ["bytes that are no text", metricsCapability, "reading", new Uint8Array([0xff, 0xfe, 0])],
  ["the wrong shape", metricsCapability, "reading", new TextEncoder().encode('{"values":{"x":1}}')],
  ["a number that is none", metricsCapability, "reading", new TextEncoder().encode('{"values":{"0":"1"}}')],
  ["nobody's business", metricsCapability, "reading", new TextEncoder().encode('{"values":{"0":1}}')],
  ["a type that nobody knows", stagingCapability, "unstage", new TextEncoder().encode("{}")],
  ["another capability", "com.example/1", "x", new Uint8Array()],
  ["too much", metricsCapability, "reading", new Uint8Array(100_000)],
])(
  "answers a custom message with %s, closes nothing and changes nothing",
  async (_, capability, type, data) => {
    const { world, agent, socket } = await enrolled();
    const changes = () =>
      runInDurableObject(world.stub, (_fleet, state) =>
        Number(state.storage.sql.exec("SELECT total_changes() AS n").one().n),
      );
    const before = await changes();
    agent.say({ customMessage: { capability, type, data } });
    const answer = await agent.next();
    expect(answer.errorResponse).toBeUndefined();
    expect(uidToHex(answer.instanceUid)).toBe(agent.uid);
    agent.heartbeat();
    await agent.next();
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(await changes()).toBe(before);
  },
);

it("does not hear an agent under a capability that it has not", async () => {
  const { world, agent } = await enrolled({ custom: [] });
  agent.staged("aa");
  agent.reading({ 0: 1 });
  await agent.next();
  await agent.next();
  expect(value(await world.stub.summary(world.scope)).counts.online).toBe(1);
});
