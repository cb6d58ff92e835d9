import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { RolloutOrder } from "../../protocol/rpc/fleet.ts";
import { customOfOurs, type FakeAgentOptions } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../harness/worker/fleet-world.ts";
import { order } from "../harness/worker/orders.ts";
import { plainTerms } from "../harness/worker/plain-terms.ts";

/** Rollouts that ask agents to take files in and to read metrics, over real frames. */
async function fleetOf(options: Omit<FakeAgentOptions, "send">[]) {
  const world = await fleetWorld();
  const dialed = [];
  for (const [index, one] of options.entries()) {
    const agent = await world.dial(world.token(), {
      identifying: { "service.name": "greeter", "service.instance.id": `agent-${index}` },
      own: true,
      custom: customOfOurs,
      ...one,
    });
    agent.agent.hello();
    await agent.agent.next();
    dialed.push(agent);
  }
  return { world, dialed, agents: dialed.map(({ agent }) => agent) };
}

const start = async (world: FleetWorld, content: string, changes: Partial<RolloutOrder>) => {
  const made = order(content, changes);
  value(await world.stub.startRollout(world.scope, made));
  return made.id;
};

const inState = (world: FleetWorld, id: RolloutOrder["id"], state: string) =>
  until(
    async () => value(await world.stub.getRollout(world.scope, id)),
    (rollout) => rollout.state === state,
  );

const blueGreen = (activation: "automatic" | "manual") =>
  ({ strategy: { kind: "blue-green", activation } }) satisfies Partial<RolloutOrder>;

it("stages on everybody who can, and then activates all with the same hash", async () => {
  const held: (() => void)[] = [];
  const { world, agents } = await fleetOf([
    {},
    { onStage: (agent, { hash }) => held.push(() => agent.staged(hash)) },
    { custom: [] },
  ]);
  const id = await start(world, "one", blueGreen("automatic"));
  await until(
    () => held.length,
    (asked) => asked === 1,
  );
  await evictDurableObject(world.stub);
  expect(agents.map(({ offers }) => offers)).toEqual([[], [], []]);
  held[0]?.();
  await inState(world, id, "succeeded");
  const [hash] = agents[0]?.offers ?? [];
  expect(agents.map(({ offers }) => offers)).toEqual([[hash], [hash], [hash]]);
  expect(agents.map(({ stages }) => stages)).toEqual([[hash], [hash], []]);
});

it("activates nobody when one refuses the files, and has nothing to return", async () => {
  const { world, agents } = await fleetOf([
    {},
    { onStage: (agent, { hash }) => agent.staged(hash, "line 1: no such directive") },
  ]);
  const id = await start(world, "one", blueGreen("automatic"));
  const ended = await until(
    async () => value(await world.stub.getRollout(world.scope, id)),
    ({ endedAt }) => endedAt !== null,
  );
  expect(ended.state).not.toBe("succeeded");
  expect(agents.map(({ offers }) => offers)).toEqual([[], []]);
  const { items } = value(await world.stub.rolloutAgents(world.scope, id, { limit: 5 }));
  expect(items.map(({ error }) => error).filter(Boolean)).toEqual(["line 1: no such directive"]);
});

it("asks an agent again that comes back, without having answered, while others still stage", async () => {
  const { world, agents, dialed } = await fleetOf([{ onStage: () => {} }, { onStage: () => {} }]);
  const id = await start(world, "one", blueGreen("manual"));
  const [agent, other] = agents;
  if (!agent || !other) throw new Error("two agents were dialled");
  await until(
    () => agent.stages.length + other.stages.length,
    (stages) => stages === 2,
  );
  dialed[0]?.socket.close(1000);
  await until(
    async () => value(await world.stub.summary(world.scope)).counts.online,
    (online) => online === 1,
  );
  await world.redial(agent, world.token());
  agent.heartbeat();
  await until(
    () => agent.stages.length,
    (stages) => stages === 2,
  );
  expect(agent.offers).toEqual([]);
  agent.staged(agent.stages[1] ?? "");
  other.staged(other.stages[0] ?? "");
  await inState(world, id, "paused");
  value(await world.stub.promoteRollout(world.scope, id, "usr_ada"));
  await inState(world, id, "succeeded");
  expect(agent.offers).toEqual([agent.stages[0]]);
  expect(other.stages).toHaveLength(1);
});

it("reads metrics of the wave while it is open, stops a canary that is worse, and asks nobody any more", async () => {
  const { world, agents } = await fleetOf([{}, {}, {}]);
  await inState(world, await start(world, "good", {}), "succeeded");
  const gate = { metric: "errors", as: "value", per: null, max: 1, min: null, compare: null, minSamples: 3 };
  const id = await start(world, "bad", {
    strategy: { kind: "canary", steps: [{ agents: 1 }], promotion: "automatic", pauseSeconds: 0 },
    gates: {
      ...plainTerms.gates,
      soakSeconds: 0,
      metrics: [gate as RolloutOrder["gates"]["metrics"][number]],
    },
  });
  const watched = () => agents.filter(({ watch }) => watch !== null);
  await until(watched, (some) => some.length === 1);
  const [canary] = watched();
  expect(canary?.watch?.queries).toEqual([{ metric: "errors", as: "value", per: null }]);
  let sent = 0;
  await until(
    async () => {
      canary?.reading({ 0: 9 + (sent++ % 3) / 10 });
      return value(await world.stub.getRollout(world.scope, id));
    },
    ({ state }) => state === "rolled_back",
  );
  await until(watched, (some) => some.length === 0);
  expect(agents.map(({ offers }) => offers.length).sort()).toEqual([1, 1, 3]);
});
