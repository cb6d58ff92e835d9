/** The alarm comes early, twice, late, or fails seven times: no wave is skipped, none starts twice or too soon. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import type { RolloutId } from "../../domain/ids.ts";
import { type DialedAgent, type FleetWorld, fleetWorld, until } from "../harness/worker/fleet-world.ts";
import { agentsOf, applies, ended, hashOf } from "../harness/worker/orders.ts";
import { pass, rolloutOf, settleOn, start } from "../harness/worker/rollouts.ts";

afterEach(() => {
  vi.useRealTimers();
});

const pauseSeconds = 300;
const slow = {
  strategy: { kind: "rolling" as const, batch: 1, pauseSeconds, maxUnavailable: null, rate: null },
};
const candidate = hashOf("candidate");
const offers = (agents: readonly DialedAgent[]) =>
  agents.map(({ agent }) => agent.offers.filter((hash) => hash === candidate).length);
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

async function threeAgentsInTheirFirstPause() {
  const world = await fleetWorld();
  const agents = await agentsOf(world, [applies, applies, applies]);
  await settleOn(world, "base");
  const { id } = await start(world, "candidate", slow);
  await waves(world, id, 1);
  return { world, agents, id };
}

const waves = (world: FleetWorld, id: RolloutId, passed: number) =>
  until(
    () => rolloutOf(world, id),
    (rollout) => rollout.waves?.filter(({ state }) => state === "passed").length === passed,
  );

/** Agents that say nothing for minutes would count as gone. */
function stayAlive(agents: readonly DialedAgent[]): void {
  for (const { agent } of agents) agent.heartbeat();
}

test("early and doubled alarms start nothing", async () => {
  const { world, agents, id } = await threeAgentsInTheirFirstPause();
  for (let times = 0; times < 3; times++) await runDurableObjectAlarm(world.stub);
  expect(total(offers(agents))).toBe(1);
  pass(pauseSeconds + 1);
  stayAlive(agents);
  await Promise.all([1, 2, 3].map(() => runDurableObjectAlarm(world.stub)));
  await waves(world, id, 2);
  expect(total(offers(agents)), "one wave, not two").toBe(2);
  pass(pauseSeconds + 1);
  stayAlive(agents);
  await runDurableObjectAlarm(world.stub);
  expect(await ended(world, id)).toMatchObject({ state: "succeeded", counts: { verified: 3 } });
  expect(offers(agents)).toEqual([1, 1, 1]);
});

test("an alarm that comes a day late goes on with the next wave, and with that one only", async () => {
  const { world, agents, id } = await threeAgentsInTheirFirstPause();
  pass(86_400);
  stayAlive(agents);
  await runDurableObjectAlarm(world.stub);
  const rollout = await waves(world, id, 2);
  expect(rollout.state).toBe("running");
  expect(total(offers(agents))).toBe(2);
});

test("an alarm that fails seven times is made up for", async () => {
  const { world, agents, id } = await threeAgentsInTheirFirstPause();
  let failures = 0;
  await runInDurableObject(world.stub, (_object, state) => {
    const commit = state.storage.transactionSync.bind(state.storage);
    Object.defineProperty(state.storage, "transactionSync", {
      value<T>(block: () => T): T {
        if (failures < 7) {
          failures++;
          throw new Error("the storage is away");
        }
        return commit(block);
      },
    });
  });
  pass(pauseSeconds + 1);
  // Each failure puts the next attempt off: seconds at first, ten minutes in the end.
  for (let attempt = 0; failures < 7; attempt++) {
    expect(attempt).toBeLessThan(20);
    await runDurableObjectAlarm(world.stub);
    pass(601);
  }
  expect(total(offers(agents))).toBe(1);
  stayAlive(agents);
  for (let attempt = 0; attempt < 3; attempt++) await runDurableObjectAlarm(world.stub);
  await waves(world, id, 2);
  expect(total(offers(agents))).toBe(2);
});
