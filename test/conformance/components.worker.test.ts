import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { reportAvailableComponents } from "../../protocol/opamp/capabilities.ts";
import { decodeServerToAgent, encodeAgentBody } from "../../protocol/opamp/frame.ts";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { type AgentMessage, type FakeAgent, randomUid, usualCapabilities } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../harness/worker/fleet-world.ts";

type Available = NonNullable<AgentMessage["availableComponents"]>;

const capabilities = [...usualCapabilities, "ReportsAvailableComponents"] as const;
const hashOf = (name: string) => new TextEncoder().encode(name);

/** As a collector's OpAMP extension says it. */
function components(name: string, receivers: string[], exporters: string[]): Available {
  const details = (types: string[]) => ({
    subComponentMap: Object.fromEntries(types.map((type) => [type, {}])),
  });
  return {
    hash: hashOf(name),
    components: { receivers: details(receivers), exporters: details(exporters), pipelines: details(["x"]) },
  };
}

async function collector(world: FleetWorld, labels: Record<string, string> = {}, version = "0.154.0") {
  return world.dial(world.token({ labels }), {
    capabilities,
    identifying: { "service.name": "otelcol", "service.version": version },
  });
}

/** A full state with components. */
const hello = (agent: FakeAgent, availableComponents: Available): AgentMessage =>
  Object.assign({ availableComponents }, agent.fullState());

const askedFor = (agent: FakeAgent) =>
  agent.received.filter(({ flags }) => (Number(flags) & reportAvailableComponents) !== 0).length;
const count = async (world: FleetWorld, query = {}) =>
  value(await world.stub.fleetComponents(world.scope, query));
const setsOf = (world: FleetWorld) =>
  runInDurableObject(world.stub, (_, { storage }) =>
    storage.sql.exec<{ components: string }>("SELECT components FROM component_sets").toArray(),
  );
/** The answer to a message that is sent now. */
async function answered(agent: FakeAgent, say: () => void) {
  const before = agent.received.length;
  say();
  await until(
    () => agent.received.length,
    (now) => now > before,
  );
}

it("asks for components of which it knows only the hash, and keeps a set once for all that have it", async () => {
  const world = await fleetWorld();
  const full = components("one", ["otlp", "filelog"], ["otlp"]);
  for (const name of ["a", "b"]) {
    const { agent } = await collector(world, { name });
    await answered(agent, () => agent.say(hello(agent, { hash: hashOf("one") })));
    expect(askedFor(agent)).toBe(1);
    await answered(agent, () => agent.say({ availableComponents: full }));
    await answered(agent, () => agent.heartbeat());
    expect(askedFor(agent)).toBe(1);
  }
  expect(await count(world)).toEqual({
    agents: 2,
    reporting: 2,
    versions: [{ version: "0.154.0", agents: 2 }],
    components: [
      { role: "receiver", type: "filelog", agents: 2 },
      { role: "receiver", type: "otlp", agents: 2 },
      { role: "exporter", type: "otlp", agents: 2 },
    ],
  });
  expect(await setsOf(world)).toHaveLength(1);
});

it("does not ask again whoever leaves it unanswered, however often it speaks, even after the object slept", async () => {
  const world = await fleetWorld();
  const { agent } = await collector(world);
  await answered(agent, () => agent.say(hello(agent, { hash: hashOf("x") })));
  await answered(agent, () => agent.heartbeat());
  await answered(agent, () => agent.say({ availableComponents: { hash: hashOf("x") } }));
  await evictDurableObject(world.stub, { webSockets: "hibernate" });
  await answered(agent, () => agent.heartbeat());
  await answered(agent, () => agent.heartbeat());
  expect(askedFor(agent)).toBe(1);
  expect(await count(world)).toMatchObject({ agents: 1, reporting: 0, components: [] });
});

it("asks nobody who does not say that it reports components", async () => {
  const world = await fleetWorld();
  const { agent } = await world.dial(world.token());
  await answered(agent, () => agent.hello());
  await answered(agent, () => agent.heartbeat());
  expect(askedFor(agent)).toBe(0);
});

it("takes a new set for the old one, which is forgotten, and remembers it after the object slept", async () => {
  const world = await fleetWorld();
  const { agent } = await collector(world);
  await answered(agent, () => agent.say(hello(agent, components("one", ["otlp"], []))));
  expect(askedFor(agent)).toBe(0);
  await answered(agent, () => agent.say({ availableComponents: { hash: hashOf("two") } }));
  expect(askedFor(agent)).toBe(1);
  expect((await count(world)).reporting).toBe(0);
  await answered(agent, () => agent.say({ availableComponents: components("two", ["otlp", "kafka"], []) }));
  await evictDurableObject(world.stub, { webSockets: "close" });
  expect((await count(world)).components.map(({ type }) => type)).toEqual(["kafka", "otlp"]);
  expect(await setsOf(world)).toHaveLength(1);
});

it("believes no hash that another agent gave its components", async () => {
  const world = await fleetWorld();
  const first = await collector(world);
  await answered(first.agent, () => first.agent.say(hello(first.agent, components("same", ["otlp"], []))));
  const second = await collector(world);
  await answered(second.agent, () => second.agent.say(hello(second.agent, { hash: hashOf("same") })));
  expect(askedFor(second.agent)).toBe(1);
  expect((await count(world)).reporting).toBe(1);
});

it("counts those that are asked for by label, whom the caller may see, and nobody who was revoked", async () => {
  const world = await fleetWorld();
  for (const [role, version] of [
    ["edge", "1"],
    ["core", "2"],
    ["core", "3"],
  ] as const) {
    const { agent } = await collector(world, { role, version }, version);
    await answered(agent, () => agent.say(hello(agent, components(version, [`r${version}`], []))));
  }
  const types = async (query: object) => (await count(world, query)).components.map(({ type }) => type);
  expect(await types({ selector: "role=core" })).toEqual(["r2", "r3"]);
  expect(await world.stub.fleetComponents(world.scope, { selector: "role in" })).toMatchObject({ ok: false });
  const { items } = value(
    await world.stub.listAgents(world.scope, { sort: "name", limit: 5, label: "version=3" }),
  );
  const [agent] = items;
  if (!agent) throw new Error("the agent is not listed");
  value(
    await world.stub.revokeAgent(
      world.scope,
      agent.id as Parameters<typeof world.stub.revokeAgent>[1],
      "usr_1",
    ),
  );
  expect(await types({})).toEqual(["r1", "r2"]);
});

it("asks and takes components over HTTP too", async () => {
  const world = await fleetWorld();
  const uid = randomUid();
  let sequence = 0n;
  const poll = async (availableComponents?: Available) => {
    const body = encodeAgentBody({
      instanceUid: uidFromHex(uid),
      sequenceNum: sequence++,
      capabilities: 0x4001n,
      agentDescription: {},
      ...(availableComponents && { availableComponents }),
    });
    const response = await world.poll(world.token(), new Uint8Array(body));
    return Number(decodeServerToAgent(new Uint8Array(await response.arrayBuffer())).flags);
  };
  expect(await poll({ hash: hashOf("h") })).toBe(reportAvailableComponents);
  expect(await poll(components("h", ["otlp"], []))).toBe(0);
  expect(await poll()).toBe(0);
  expect((await count(world)).components).toEqual([{ role: "receiver", type: "otlp", agents: 1 }]);
});
