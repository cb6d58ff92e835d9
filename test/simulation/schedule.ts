import fc from "fast-check";
import type { Gates, Strategy } from "../../domain/rollouts/rollout.ts";
import type { Behaviour, Setup, SimulatedFleet } from "./fleet.ts";

/** One thing that the world does; `agent` is taken modulo the number of agents. */
export type Move =
  | { kind: "frame" | "word" | "repeat" | "drop" | "return" | "revoke" | "sicken" | "recover"; agent: number }
  | { kind: "pass"; seconds: number }
  | { kind: "tick" | "early-tick" | "abort" | "pause" | "resume" | "evict" };

const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Behaviour>("applies") },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Behaviour>(
      "fails",
      "hangs",
      "is-silent",
      "sickens",
      "restores-itself",
      "refuses-return",
    ),
  },
);
const mostly = (value: boolean) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(!value) });

const percent = fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`);
const strategy: fc.Arbitrary<Strategy> = fc.oneof(
  fc.constant<Strategy>({ kind: "all-at-once" }),
  fc.record({
    kind: fc.constant("rolling" as const),
    batch: fc.oneof(fc.integer({ min: 1, max: 4 }), percent),
    pauseSeconds: fc.constantFrom(0, 0, 30),
    maxUnavailable: fc.constant(null),
    rate: fc.constant(null),
  }),
);
const unusedGates = {
  minReported: fc.constant(1),
  metrics: fc.constant<never[]>([]),
  webhooks: fc.constant<never[]>([]),
  approval: fc.constant(false),
};
const gates: fc.Arbitrary<Gates> = fc.record({
  ...unusedGates,
  soakSeconds: fc.constantFrom(0, 10, 10, 900),
  maxFailures: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), percent),
  applyTimeoutSeconds: fc.constantFrom(60, 120),
  progressDeadlineSeconds: fc.constantFrom(30, 300),
});

export const setup: fc.Arbitrary<Setup> = fc.record({
  agents: fc.array(
    fc.record({
      behaviour,
      connected: mostly(true),
      first: mostly(false),
      latched: fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, fc.constant(true)),
      current: mostly(false),
    }),
    { minLength: 0, maxLength: 10 },
  ),
  strategy,
  gates,
  autoRevert: mostly(true),
});

const agent = fc.nat({ max: 9 });
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ kind: fc.constantFrom("frame" as const, "word" as const), agent }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("repeat" as const), agent }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom("drop" as const, "return" as const), agent }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("sicken" as const, "recover" as const), agent }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("revoke" as const), agent }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds: fc.nat({ max: 200 }) }) },
  { weight: 8, arbitrary: fc.constantFrom<Move>({ kind: "tick" }, { kind: "early-tick" }) },
  { weight: 4, arbitrary: fc.constant<Move>({ kind: "evict" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Move>({ kind: "abort" }, { kind: "pause" }, { kind: "resume" }),
  },
);
export const moves = fc.array(move, { maxLength: 120 });

export function make(fleet: SimulatedFleet, move: Move): void {
  switch (move.kind) {
    case "pass":
      fleet.passTime(move.seconds);
      return;
    case "tick":
      fleet.tick();
      return;
    case "evict":
      fleet.evict();
      return;
    case "early-tick":
      fleet.observe({ kind: "tick" });
      return;
    case "abort":
    case "pause":
    case "resume":
      fleet.observe({ kind: move.kind, actor: "usr_a" });
      return;
  }
  const agent = fleet.agents[move.agent % Math.max(1, fleet.agents.length)];
  if (!agent || agent.revoked) return;
  switch (move.kind) {
    case "frame":
      fleet.deliverFrame(agent);
      return;
    case "word":
      fleet.deliverWord(agent);
      return;
    case "repeat":
      fleet.deliverWord(agent, 3);
      return;
    case "drop":
      fleet.drop(agent);
      return;
    case "return":
      fleet.return(agent);
      return;
    case "revoke":
      fleet.revoke(agent);
      return;
    case "sicken":
    case "recover":
      agent.healthy = move.kind === "recover";
      if (agent.connected) agent.outbox.push({ healthy: agent.healthy });
  }
}

/** No more faults: everybody is back and well, all that is under way arrives, and time passes until nothing is due. */
export function settle(fleet: SimulatedFleet): { rounds: number } {
  for (const agent of fleet.agents) {
    agent.healthy = true;
    if (!agent.revoked && !agent.connected) fleet.return(agent);
  }
  const maxRounds = 2000;
  for (let rounds = 0; rounds < maxRounds; rounds++) {
    let moved = false;
    for (const agent of fleet.agents) {
      while (agent.inbox.length + agent.outbox.length > 0) {
        moved = true;
        fleet.deliverFrame(agent);
        fleet.deliverWord(agent);
      }
    }
    if (fleet.rollout.header.dueAt !== null) {
      moved = true;
      fleet.tick();
    }
    if (!moved) return { rounds };
  }
  throw new Error(`still not at rest after ${maxRounds} rounds: ${fleet.rollout.header.state}`);
}
