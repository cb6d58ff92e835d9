/** Agents that break, fall silent, or have the wrong time. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import type { FakeAgent } from "../harness/fake-agent.ts";
import { fleetWorld, until, value } from "../harness/worker/fleet-world.ts";
import { agentsOf, applies, ended, hashOf } from "../harness/worker/orders.ts";
import { plainTerms } from "../harness/worker/plain-terms.ts";
import { pass, rolloutOf, settleOn, start } from "../harness/worker/rollouts.ts";

afterEach(() => {
  vi.useRealTimers();
});

const candidate = hashOf("candidate");

/** Takes any config; the candidate makes its program crash a moment later. */
const crashesLater = (agent: FakeAgent, hash: string) => {
  applies(agent, hash);
  agent.say({
    health: hash === candidate ? { healthy: false, lastError: "exit code 139" } : { healthy: true },
  });
};

test("a config that validates and then crashes agents stays with the canary, is undone, and never offered again", async () => {
  const world = await fleetWorld();
  const agents = await agentsOf(
    world,
    Array.from({ length: 10 }, () => crashesLater),
  );
  await settleOn(world, "base");
  const terms = {
    strategy: {
      kind: "canary" as const,
      steps: [{ agents: 2 }],
      promotion: "automatic" as const,
      pauseSeconds: 0,
    },
  };
  const first = await start(world, "candidate", {
    ...terms,
    gates: { ...plainTerms.gates, soakSeconds: 1, applyTimeoutSeconds: 2 },
  });
  const end = await until(
    async () => {
      await runDurableObjectAlarm(world.stub);
      return rolloutOf(world, first.id);
    },
    ({ endedAt }) => endedAt !== null,
  );
  expect(end).toMatchObject({ state: "rolled_back", counts: { reverted: 2, waiting: 8 } });
  const reached = () => agents.filter(({ agent }) => agent.offers.includes(candidate));
  expect(reached()).toHaveLength(2);
  for (const { agent } of agents) expect(agent.status?.hash).toBe(hashOf("base"));

  const again = await start(world, "candidate", terms);
  expect(await ended(world, again.id)).toMatchObject({ state: "failed", counts: { rejected: 2 } });
  expect(agents.flatMap(({ agent }) => agent.offers.filter((hash) => hash === candidate))).toHaveLength(2);
});

test("three of ten agents are silent: the deadline ends the waiting, and unknown is not failed", async () => {
  const world = await fleetWorld();
  const isSilent = (agent: FakeAgent, hash: string) => {
    if (hash !== candidate) agent.applied(hash);
  };
  const agents = await agentsOf(
    world,
    Array.from({ length: 10 }, (_, index) => (index < 3 ? isSilent : applies)),
  );
  await settleOn(world, "base");
  const { id } = await start(world, "candidate");
  await until(
    () => rolloutOf(world, id),
    ({ counts }) => counts.verified === 7,
  );
  await runDurableObjectAlarm(world.stub);
  expect((await rolloutOf(world, id)).state).toBe("running");
  pass(31);
  for (const { agent } of agents) agent.heartbeat();
  await runDurableObjectAlarm(world.stub);
  const end = await ended(world, id);
  expect(end).toMatchObject({
    state: "succeeded",
    counts: { verified: 7, unreachable: 3, failed: 0, timed_out: 0, rejected: 0 },
  });
  const silent = value(
    await world.stub.rolloutAgents(world.scope, id, { state: "unreachable", limit: 10 }),
  ).items;
  expect(silent.map(({ name }) => name).sort()).toEqual(["agent-0", "agent-1", "agent-2"]);
});

test("an agent whose clock is a day wrong, either way, changes nothing", async () => {
  const dayNs = 86_400_000_000_000n;
  const sees = (offsetNs: bigint) => (agent: FakeAgent, hash: string) => {
    const nowNs = BigInt(Date.now()) * 1_000_000n + offsetNs;
    agent.applying(hash);
    agent.say({ health: { healthy: true, startTimeUnixNano: nowNs, statusTimeUnixNano: nowNs } });
    agent.applied(hash);
  };
  const run = async (offsets: bigint[]) => {
    const world = await fleetWorld();
    const agents = await agentsOf(world, offsets.map(sees));
    await settleOn(world, "base");
    const { id } = await start(world, "candidate", {
      strategy: { kind: "rolling", batch: 1, pauseSeconds: 0, maxUnavailable: null, rate: null },
    });
    const end = await ended(world, id);
    return {
      state: end.state,
      counts: end.counts,
      waves: end.waves?.map(({ state }) => state),
      offers: agents.map(({ agent }) => agent.offers.length),
    };
  };
  expect(await run([dayNs, -dayNs, 0n])).toEqual(await run([0n, 0n, 0n]));
});
