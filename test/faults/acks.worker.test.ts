/** Acks that come twice, in another order, late or from before: the rollout's counts and the meter stay exact. */
import { evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { RolloutId } from "../../domain/ids.ts";
import { uidToHex } from "../../protocol/opamp/uid.ts";
import {
  type DialedAgent,
  type FleetWorld,
  fleetWorld,
  until,
  value,
} from "../harness/worker/fleet-world.ts";

/** Connected agents that leave every offer unanswered until the test answers for them. */
async function silentAgents(world: FleetWorld, count: number): Promise<DialedAgent[]> {
  const dialed = await Promise.all(
    Array.from({ length: count }, () => world.dial(world.token(), { onConfig: () => {} })),
  );
  for (const { agent } of dialed) agent.hello();
  await until(
    () => world.stub.summary(world.scope),
    (summary) => value(summary).counts.online === count,
  );
  return dialed;
}

/** The hash of the offer that every agent has got. */
async function offeredTo(agents: readonly DialedAgent[], nth: number): Promise<string> {
  const hashes = await until(
    () => agents.map(({ agent }) => agent.offers[nth]),
    (all) => all.every((hash) => hash !== undefined),
  );
  expect(new Set(hashes).size).toBe(1);
  return hashes[0] ?? "";
}

const rolloutOf = async (world: FleetWorld, id: RolloutId) =>
  value(await world.stub.getRollout(world.scope, id));

const ended = (world: FleetWorld, id: RolloutId) =>
  until(
    () => rolloutOf(world, id),
    (rollout) => rollout.endedAt !== null,
  );

async function deliveries(world: FleetWorld): Promise<number> {
  const hours = value(await world.stub.openUsage(world.scope, 0));
  return hours
    .filter(({ meter }) => meter === "config_deliveries")
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Says something that the fleet answers, so that everything sent before has been handled once the answer is there. */
async function settled({ agent }: DialedAgent): Promise<void> {
  const before = agent.received.length;
  agent.heartbeat();
  await until(
    () => agent.received.slice(before),
    (answers) => answers.some(({ instanceUid }) => uidToHex(instanceUid) === agent.uid),
  );
}

it("counts an agent once, however often it says APPLIED, also after the end", async () => {
  const world = await fleetWorld();
  const agents = await silentAgents(world, 4);
  const id = await world.rollOut("one\n");
  const hash = await offeredTo(agents, 0);
  for (const { agent } of agents) {
    agent.applying(hash);
    for (let times = 0; times < 3; times++) agent.applied(hash);
  }
  const end = await ended(world, id);
  expect(end).toMatchObject({ state: "succeeded", counts: { verified: 4, applied: 0, failed: 0 } });
  for (const dialed of agents) {
    dialed.agent.applied(hash);
    await settled(dialed);
  }
  const after = await rolloutOf(world, id);
  expect([after.state, after.counts, after.endedAt]).toEqual([end.state, end.counts, end.endedAt]);
  expect(await deliveries(world)).toBe(4);
});

it("does not take the answer to an earlier config for the answer to this one", async () => {
  const world = await fleetWorld();
  const agents = await silentAgents(world, 3);
  const first = await world.rollOut("one\n");
  const one = await offeredTo(agents, 0);
  for (const { agent } of agents) agent.applied(one);
  await ended(world, first);

  const second = await world.rollOut("two\n");
  const two = await offeredTo(agents, 1);
  for (const dialed of agents) {
    dialed.agent.applied(one);
    await settled(dialed);
  }
  const running = await rolloutOf(world, second);
  expect([running.state, running.counts.verified]).toEqual(["running", 0]);
  for (const { agent } of agents) agent.applied(two);
  expect(await ended(world, second)).toMatchObject({ state: "succeeded", counts: { verified: 3 } });
  expect(await deliveries(world)).toBe(6);
});

it("ends the same in whatever order acks come, with doubles, and with the object put to sleep in between", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        failing: fc.integer({ min: 0, max: 4 }),
        order: fc.array(fc.nat({ max: 4 }), { minLength: 5, maxLength: 20 }),
        sleepAt: fc.option(fc.nat({ max: 19 })),
      }),
      async ({ failing, order, sleepAt }) => {
        const world = await fleetWorld();
        const agents = await silentAgents(world, 5);
        const id = await world.rollOut("one\n", { maxFailures: 4 });
        const hash = await offeredTo(agents, 0);
        for (const [at, which] of [...order, 0, 1, 2, 3, 4].entries()) {
          if (at === sleepAt) await evictDurableObject(world.stub, { webSockets: "hibernate" });
          const agent = agents[which]?.agent;
          if (which < failing) agent?.failed(hash, "no");
          else agent?.applied(hash);
        }
        const end = await ended(world, id);
        expect(end.counts).toMatchObject({
          verified: 5 - failing,
          failed: failing,
          offered: 0,
          applying: 0,
          applied: 0,
        });
        expect(end.state).toBe("succeeded");
        expect(await deliveries(world)).toBe(5);
        for (const { socket } of agents) socket.close();
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);
