/**
 * The object is lost at every storage write of a rollout, one run for each write: with its sockets kept, as the platform
 * evicts an idle object, and with them closed and the write's effects lost, as it dies. The end is that of a run without.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { RolloutId } from "../../domain/ids.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import { RemoteConfigStatuses } from "../../protocol/opamp/opamp_pb.js";
import type { FakeAgent } from "../harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, stubOf, until, value } from "../harness/worker/fleet-world.ts";
import { agentsOf, ended, hashOf, order } from "../harness/worker/orders.ts";
import { settleOn } from "../harness/worker/rollouts.ts";

type Agents = Awaited<ReturnType<typeof agentsOf>>;
type Sockets = "hibernate" | "close";

const candidate = hashOf("candidate");
/** One answer after the other, so that each is a write of its own. */
const answersAfter = (ms: number, error: string | null) => (agent: FakeAgent, hash: string) => {
  agent.applying(hash);
  setTimeout(() => {
    try {
      if (error !== null && hash === candidate) agent.failed(hash, error);
      else agent.applied(hash);
    } catch {
      // Its socket is gone: it says so when it has dialled again.
    }
  }, ms);
};
const applies = [5, 10, 15, 20].map((ms) => answersAfter(ms, null));
const oneFails = applies.with(2, answersAfter(15, "line 3: unknown keyword"));

interface Scenario {
  agents: ((agent: FakeAgent, hash: string) => void)[];
  batch: number;
}
const scenarios: Record<string, Scenario> = {
  "a good config, in two waves": { agents: applies, batch: 2 },
  "a config that fails on one of four agents": { agents: oneFails, batch: 4 },
};

/** What must be the same, whatever was lost on the way. */
async function outcomeOf(world: FleetWorld, agents: Agents, id: RolloutId) {
  const rollout = await ended(world, id);
  const { items } = value(await stubOf(world.scope).rolloutAgents(world.scope, id, { limit: 10 }));
  await until(
    async () => value(await stubOf(world.scope).listAgents(world.scope, { sort: "name", limit: 10 })).items,
    (all) => all.every(({ config }) => config.state === "in_sync"),
  );
  return {
    state: rollout.state,
    counts: rollout.counts,
    waves: rollout.waves?.map(({ state }) => state),
    agents: items.map(({ name, state }) => `${name} ${state}`).sort(),
    running: agents.map(({ agent }) => agent.status?.hash),
  };
}

interface Run {
  /** Storage writes from the order to the end. */
  writes: number;
  outcome: Awaited<ReturnType<typeof outcomeOf>>;
  /** Agents that got the candidate more often than once, without having lost their connection before they answered. */
  offeredWithoutCause: string[];
}

async function run(
  { agents: behaviours, batch }: Scenario,
  lose: { at: number; sockets: Sockets } | null,
): Promise<Run> {
  const world = await fleetWorld();
  const agents = await agentsOf(world, behaviours);
  await settleOn(world, "base");
  let writes = 0;
  let isReached = false;
  const cutOff = new Set<FakeAgent>();
  await runInDurableObject(world.stub, (_object, state) => {
    const commit = state.storage.transactionSync.bind(state.storage);
    Object.defineProperty(state.storage, "transactionSync", {
      value<T>(block: () => T): T {
        const result = commit(block);
        writes++;
        if (writes === lose?.at) {
          isReached = true;
          if (lose.sockets === "close") state.abort("lost after a write");
        }
        return result;
      },
    });
  });

  const next = order("candidate", {
    strategy: { kind: "rolling", batch, pauseSeconds: 0, maxUnavailable: null, rate: null },
  });
  const start = async () => stubOf(world.scope).startRollout(world.scope, next);
  // The order is taken once, however often it is sent; who sends it does so until it is answered.
  const started = start().catch(() => null);
  if (lose) {
    // How acks fall together differs from run to run: a late write may not come at all.
    await until(
      async () => isReached || (await hasEnded(world, next.id)),
      (over) => over,
    );
    if (lose.sockets === "close") {
      for (const { agent } of agents) if (!hasAnswered(agent)) cutOff.add(agent);
      await redialAll(world, agents);
    } else await evictDurableObject(stubOf(world.scope), { webSockets: "hibernate" });
  }
  if ((await started) === null) value(await start());
  const outcome = await outcomeOf(world, agents, next.id);
  for (const { socket } of agents) socket.close();
  return {
    writes,
    outcome,
    offeredWithoutCause: agents
      .filter(({ agent }) => {
        const offers = agent.offers.filter((hash) => hash === candidate).length;
        return offers > (cutOff.has(agent) ? 2 : 1);
      })
      .map(({ agent }) => agent.uid),
  };
}

function hasAnswered({ status }: FakeAgent): boolean {
  const isOver =
    status?.status === RemoteConfigStatuses.RemoteConfigStatuses_APPLIED ||
    status?.status === RemoteConfigStatuses.RemoteConfigStatuses_FAILED;
  return status?.hash === candidate && isOver;
}

async function hasEnded(world: FleetWorld, id: RolloutId): Promise<boolean> {
  const found = await stubOf(world.scope)
    .getRollout(world.scope, id)
    .catch(() => null);
  return found?.ok === true && isTerminal(found.value.state);
}

async function redialAll(world: FleetWorld, agents: Agents): Promise<void> {
  for (const one of agents) {
    const { socket } = await world.redial(one.agent, world.token());
    one.socket = socket;
    one.agent.sequence = 0;
    one.agent.hello();
  }
}

for (const [name, scenario] of Object.entries(scenarios)) {
  for (const sockets of ["hibernate", "close"] as const) {
    test(`${name}, sockets: ${sockets}`, { timeout: 240_000 }, async () => {
      const whole = await run(scenario, null);
      expect(whole.writes).toBeGreaterThan(3);
      for (let at = 1; at <= whole.writes; at++) {
        const attempt = await run(scenario, { at, sockets });
        expect(attempt.outcome, `lost after write ${at} of ${whole.writes}`).toEqual(whole.outcome);
        expect(attempt.offeredWithoutCause).toEqual([]);
      }
    });
  }
}
