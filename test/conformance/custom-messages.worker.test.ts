import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { assembleFleet, type FleetParts } from "../../durable-objects/fleet/assembly.ts";
import { takeCustomMessage } from "../../durable-objects/fleet/custom-messages.ts";
import type { FleetEnv } from "../../durable-objects/fleet/fleet.ts";
import type { AgentRecord, Tx } from "../../durable-objects/fleet/parts.ts";
import { metricsCapability, stagingCapability } from "../../protocol/custom/agent.ts";
import type { MetricQuery } from "../../protocol/custom/metrics.ts";

import { encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { CustomMessageSchema } from "../../protocol/opamp/opamp_pb.js";
import { uidFromHex, uidToHex } from "../../protocol/opamp/uid.ts";
import { customOfOurs, type FakeAgentOptions, randomUid } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../harness/worker/fleet-world.ts";

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
  runInDurableObject(world.stub, (_, { storage }) => {
    const { record } = storage.sql.exec<{ record: string }>("SELECT record FROM agents").one();
    return JSON.parse(record) as { custom?: string[] };
  });

it("says what it understands, and keeps what the agent said through hibernation", async () => {
  const { world, agent } = await enrolled();
  expect(agent.received[0]?.customCapabilities?.capabilities).toEqual([
    "io.muster.agent/1",
    "io.muster.staging/1",
    "io.muster.metrics/1",
    "io.muster.streams/1",
    "io.muster.exec/1",
    "io.muster.logs/1",
    "io.muster.host-metrics/1",
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

/** The parts of the object once more, over its own rows and sockets: what a rollout asks of them. */
const onObject = (world: FleetWorld, work: (parts: FleetParts) => void) =>
  runInDurableObject(world.stub, async (_, state) => {
    const parts = assembleFleet(state, env as unknown as FleetEnv);
    await parts.wake();
    work(parts);
  });

it("sends files to take in, and what to read, to those that can: as bytes of OpAMP, after the commit", async () => {
  const { world, agent, id } = await enrolled();
  const stranger = await world.dial(world.token());
  stranger.agent.hello();
  await stranger.agent.next();
  await world.rollOut("hello");
  await until(
    async () => value(await world.stub.getAgent(world.scope, id)).config.state,
    (state) => state === "in_sync",
  );
  const [hash = ""] = agent.offers;
  const queries: MetricQuery[] = [{ metric: 'errors{code="500"}', as: "rate", per: "requests" }];
  let others: AgentId[] = [];
  await onObject(world, ({ commits, store }) => {
    others = [...store.agents.keys()].filter((other) => other !== id);
    commits.commit((tx) => {
      for (const one of [id, ...others]) tx.stage(one, hash);
      tx.watch([id, ...others], queries);
      expect(agent.stages).toEqual([]);
    });
  });
  const staged = await agent.next((message) => message.customMessage?.type === "stage");
  expect(uidToHex(staged.instanceUid)).toBe(agent.uid);
  expect(staged.customMessage?.capability).toBe("io.muster.staging/1");
  expect(JSON.parse(new TextDecoder().decode(staged.customMessage?.data))).toEqual({
    hash,
    files: [{ name: "greeting.txt", contentType: "text/plain", content: "hello" }],
  });
  await agent.next((message) => message.customMessage?.type === "watch");
  expect(agent.watch).toEqual({ intervalSeconds: 5, forSeconds: 86_400, queries });
  expect(agent.offers).toHaveLength(1);
  expect(others).toHaveLength(1);
  expect(stranger.agent.received.some(({ customMessage }) => customMessage)).toBe(false);
  await onObject(world, ({ commits }) => commits.commit((tx) => tx.watch([id], [])));
  await agent.next((message) => message.customMessage?.type === "watch");
  expect(agent.watch).toBeNull();
});

it("sends nothing of a block that throws", async () => {
  const { world, agent, id } = await enrolled();
  await onObject(world, ({ commits }) => {
    expect(() =>
      commits.commit((tx) => {
        tx.watch([id], [{ metric: "up", as: "value", per: null }]);
        throw new Error("no");
      }),
    ).toThrow("no");
  });
  agent.heartbeat();
  await agent.next();
  expect(agent.watch).toBeNull();
});

it("hands staged files and readings on, and nothing that is not one", async () => {
  const { world, id } = await enrolled();
  const heard: unknown[] = [];
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  await onObject(world, ({ commits, store }) => {
    const record = store.agents.get(id);
    if (!record) throw new Error("the agent is known");
    const rollouts = {
      onStaged: (_tx: Tx, _agent: AgentRecord, hash: string, error: string | null) =>
        heard.push([hash, error]),
      onReading: (_tx: Tx, _agent: AgentRecord, values: Record<number, number>) => heard.push(values),
    };
    const say = (capability: string, type: string, data: Uint8Array) =>
      commits.commit((tx) =>
        takeCustomMessage(tx, rollouts, record, create(CustomMessageSchema, { capability, type, data })),
      );
    say(stagingCapability, "staged", bytes({ hash: "aa", error: null }));
    say(stagingCapability, "staged", bytes({ hash: "bb", error: "line 1: no" }));
    say(stagingCapability, "staged", bytes({ hash: "cc", error: "x".repeat(10_001) }));
    say(stagingCapability, "staged", bytes({ hash: "dd" }));
    say(metricsCapability, "reading", bytes({ values: { 0: 1.5, 3: -2 } }));
    say(metricsCapability, "reading", bytes({ values: { 100: 1 } }));
    say(metricsCapability, "reading", bytes({ values: Array.from({ length: 100_000 }, () => 1) }));
    say(metricsCapability, "staged", bytes({ hash: "ee", error: null }));
  });
  expect(heard).toEqual([["aa", null], ["bb", "line 1: no"], { 0: 1.5, 3: -2 }]);
});
