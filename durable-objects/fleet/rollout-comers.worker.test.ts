/** Who comes, goes, returns or is relabelled while a rollout runs: each row of the guide's table. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { attributesTo } from "../../protocol/opamp/attributes.ts";
import { RemoteConfigStatuses } from "../../protocol/opamp/opamp_pb.js";
import type { FakeAgent } from "../../test/harness/fake-agent.ts";
import {
  type DialedAgent,
  type FleetWorld,
  fleetWorld,
  until,
  value,
} from "../../test/harness/worker/fleet-world.ts";
import { agentsOf, applies, ended, hashOf, order } from "../../test/harness/worker/orders.ts";
import { pass, rolloutOf, settleOn } from "../../test/harness/worker/rollouts.ts";

afterEach(() => {
  vi.useRealTimers();
});

const base = hashOf("base");
const candidate = hashOf("candidate");
const canary = {
  kind: "canary" as const,
  steps: [{ agents: 1 }],
  promotion: "manual" as const,
  pauseSeconds: 0,
};

async function startCanary(world: FleetWorld, selector = "") {
  const next = order("candidate", { strategy: canary }, selector);
  value(await world.stub.startRollout(world.scope, next));
  return next;
}

const holdsForPromotion = (world: FleetWorld, id: Awaited<ReturnType<typeof startCanary>>["id"]) =>
  until(
    () => rolloutOf(world, id),
    ({ hold }) => hold === "promotion",
  );

const offered = (agent: FakeAgent, hash: string) =>
  until(
    () => agent.offers,
    (offers) => offers.at(-1) === hash,
  );

/** Dials again and waits until the fleet has heard all that it said. */
async function comeBack(world: FleetWorld, one: DialedAgent, online: number): Promise<void> {
  const { socket } = await world.redial(one.agent, world.token());
  one.socket = socket;
  one.agent.sequence = 0;
  one.agent.hello();
  await countOnline(world, online);
}

const countOnline = (world: FleetWorld, count: number) =>
  until(
    async () => value(await world.stub.summary(world.scope)).counts.online,
    (online) => online === count,
  );

const isOffline = async (world: FleetWorld, one: DialedAgent, online: number) => {
  one.socket.close();
  await countOnline(world, online);
};

/** The agents in the order of the waves of the next rollout. */
async function inOrder<T extends { id: string }>(world: FleetWorld, agents: T[]): Promise<[T, T]> {
  const { waves } = value(await world.stub.previewRollout(world.scope, order("candidate")));
  const ids = waves.flatMap((wave) => wave.agents.map(({ id }) => id));
  return ids.map((id) => agents.find((one) => one.id === id)) as [T, T];
}

test("a newcomer gets the current release while a rollout runs, never its candidate, and that once it has succeeded", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies, applies]);
  await settleOn(world, "base");
  const { id } = await startCanary(world);
  await holdsForPromotion(world, id);
  const { agent } = await world.dial(world.token(), {
    identifying: { "service.name": "greeter", "service.instance.id": "new" },
    onConfig: (one, config) =>
      applies(one, [...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join("")),
  });
  agent.hello();
  await offered(agent, base);
  value(await world.stub.promoteRollout(world.scope, id, "usr_ada"));
  const end = await ended(world, id);
  expect(end, "the plan does not hold it").toMatchObject({ state: "succeeded", total: 2 });
  await offered(agent, candidate);
  expect(agent.offers).toEqual([base, candidate]);
});

test("one that returns while its wave is open is offered then, and one that went in mid-applying once more", async () => {
  const world = await fleetWorld();
  const begins = (agent: FakeAgent, hash: string) => {
    agent.applying(hash);
    const times = agent.offers.filter((one) => one === hash).length;
    if (hash !== candidate || times > 1) agent.applied(hash);
  };
  const [away, gone] = await agentsOf(world, [applies, begins]);
  if (!away || !gone) throw new Error("two agents dialled");
  await settleOn(world, "base");
  await isOffline(world, away, 1);
  const next = order("candidate");
  value(await world.stub.startRollout(world.scope, next));
  await until(
    () => rolloutOf(world, next.id),
    ({ counts }) => counts.applying === 1,
  );
  await isOffline(world, gone, 0);
  // It was started again, and knows only what it ran before.
  gone.agent.status = { hash: base, status: RemoteConfigStatuses.RemoteConfigStatuses_APPLIED, error: "" };
  await comeBack(world, gone, 1);
  await comeBack(world, away, 2);
  expect(await ended(world, next.id)).toMatchObject({ state: "succeeded", counts: { verified: 2 } });
  expect(away.agent.offers).toEqual([base, candidate]);
  expect(gone.agent.offers).toEqual([base, candidate, candidate]);
});

for (const [name, decide, last] of [
  ["the release once the rollout has succeeded", "promoteRollout", candidate],
  ["what it ran where the rollout was aborted", "abortRollout", base],
] as const) {
  test(`one that returns a day after its wave has closed has no candidate before the end; then ${name}`, async () => {
    const world = await fleetWorld();
    const agents = await agentsOf(world, [applies, applies, applies]);
    await settleOn(world, "base");
    const [away] = await inOrder(world, agents);
    await isOffline(world, away, 2);
    const next = order("candidate", {
      strategy: { kind: "canary", steps: [{ agents: 2 }], promotion: "manual", pauseSeconds: 0 },
    });
    value(await world.stub.startRollout(world.scope, next));
    await until(
      () => rolloutOf(world, next.id),
      ({ counts }) => counts.verified === 1,
    );
    pass(31);
    for (const one of agents) if (one !== away) one.agent.heartbeat();
    await runDurableObjectAlarm(world.stub);
    const held = await holdsForPromotion(world, next.id);
    expect(held.counts).toMatchObject({ unreachable: 1, failed: 0, timed_out: 0 });

    pass(86_400);
    for (const one of agents) if (one !== away) one.agent.heartbeat();
    await comeBack(world, away, 3);
    expect(away.agent.offers, "its wave is closed").toEqual([base]);
    value(await world.stub[decide](world.scope, next.id, "usr_ada"));
    await ended(world, next.id);
    await until(
      () => agents.map(({ agent }) => agent.status?.hash),
      (hashes) => hashes.every((hash) => hash === last),
    );
    expect(away.agent.offers).toEqual(last === candidate ? [base, candidate] : [base]);
  });
}

test("the plan is frozen for who is relabelled; its labels count when the rollout has ended", async () => {
  const world = await fleetWorld();
  const agents = await agentsOf(world, [applies, applies, applies]);
  await settleOn(world, "base");
  const wears = async (index: number, app: string) => {
    agents[index]?.agent.say({
      agentDescription: {
        identifyingAttributes: attributesTo({
          "service.name": "greeter",
          "service.instance.id": `agent-${index}`,
        }),
        nonIdentifyingAttributes: attributesTo({ "muster.label.app": app }),
      },
    });
    await until(
      async () => value(await world.stub.listAgents(world.scope, { sort: "name", limit: 5 })).items,
      (items) => items[index]?.labels.app === app,
    );
  };
  await wears(0, "web");
  await wears(1, "web");
  await wears(2, "other");
  const { id } = await startCanary(world, "app=web");
  await holdsForPromotion(world, id);
  const waits = agents.findIndex(({ agent }, index) => index < 2 && !agent.offers.includes(candidate));
  await wears(waits, "other");
  await wears(2, "web");
  const joins = agents[2]?.agent as FakeAgent;
  expect(joins.offers).toEqual([base]);
  value(await world.stub.promoteRollout(world.scope, id, "usr_ada"));
  expect(await ended(world, id)).toMatchObject({ state: "succeeded", total: 2, counts: { verified: 2 } });
  await offered(joins, candidate);
  expect(agents[waits]?.agent.offers, "it was in the plan").toEqual([base, candidate]);
});
