import fc from "fast-check";
import type { AgentId } from "../../domain/ids.ts";
import { advance, applyStep } from "../../domain/rollouts/advance.ts";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import {
  type AgentFacts,
  createPending,
  createRollout,
  planRollout,
  type RolloutTerms,
} from "../../domain/rollouts/plan.ts";
import { openPolicy, type Policy } from "../../domain/rollouts/policy.ts";
import type { AgentProgress } from "../../domain/rollouts/progress.ts";
import type { Observation, Rollout, Strategy } from "../../domain/rollouts/rollout.ts";

/** `from>to`, each as often as it was seen. */
export interface Transitions {
  rollout: Map<string, number>;
  agent: Map<string, number>;
}

const startMs = Date.parse("2026-11-20T12:00Z");
const agentsInFleet = 5;
const id = (n: number): AgentId => `agt_${String(n).padStart(26, "0")}`;

const strategies: Strategy[] = [
  { kind: "all-at-once" },
  { kind: "rolling", batch: 2, pauseSeconds: 30, maxUnavailable: 2, rate: null },
  { kind: "canary", steps: [{ agents: 1 }], promotion: "manual", pauseSeconds: 0 },
  { kind: "blue-green", activation: "automatic" },
  { kind: "blue-green", activation: "manual" },
];

const world = fc.record({
  strategy: fc.constantFrom(...strategies),
  autoRevert: fc.boolean(),
  maxFailures: fc.constantFrom(0, 2, "50%"),
  soakSeconds: fc.constantFrom(0, 10),
  frozen: fc.boolean(),
  agents: fc.array(
    fc.record({
      connected: fc.boolean(),
      canStage: fc.boolean(),
      revoked: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
      running: fc.constantFrom("old", "old", "old", "new", ""),
      latched: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
    { minLength: agentsInFleet, maxLength: agentsInFleet },
  ),
});

const frozen: Policy = {
  ...openPolicy,
  freezes: [{ fromMs: startMs - 1000, untilMs: startMs + 60_000, reason: "stocktaking" }],
};

const agent = fc.nat({ max: agentsInFleet - 1 }).map((n) => id(n));
const actor = { actor: "usr_ada" };
/** Agents mostly do as they are told; anything may happen at any time all the same. */
const observation: fc.Arbitrary<Observation> = fc.oneof(
  {
    weight: 50,
    arbitrary: fc.record({
      kind: fc.constant("status" as const),
      agent,
      hash: fc.constantFrom("new", "new", "new", "old"),
      status: fc.constantFrom("applying" as const, "applied" as const, "applied" as const, "failed" as const),
    }),
  },
  {
    weight: 15,
    arbitrary: fc.record({ kind: fc.constant("health" as const), agent, healthy: fc.boolean() }),
  },
  {
    weight: 25,
    arbitrary: fc.record({ kind: fc.constant("online" as const), agent, healthy: fc.constant(true) }),
  },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("offline" as const), agent }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("revoked" as const, "deleted" as const), agent }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant("staged" as const),
      agent,
      hash: fc.constant("new"),
      error: fc.constantFrom(null, null, null, "line 3"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Observation>(
      { kind: "policy", policy: frozen },
      { kind: "policy", policy: openPolicy },
    ),
  },
  {
    weight: 10,
    arbitrary: fc.constantFrom<Observation>(
      { kind: "pause", ...actor },
      { kind: "resume", ...actor },
      { kind: "promote", ...actor },
      { kind: "promote", ...actor },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Observation>(
      { kind: "abort", ...actor },
      { kind: "supersede", ...actor, by: "rol_2" },
    ),
  },
);
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.tuple(observation, fc.constantFrom(0, 0, 1, 11, 40, 130, 700)),
  { maxLength: 40 },
);
/** Towards the end: agents finish, refuse, or go. */
const endings: fc.Arbitrary<Move[]> = fc.array(
  fc.tuple(
    fc.oneof<fc.Arbitrary<Observation>[]>(
      fc.record({
        kind: fc.constant("status" as const),
        agent,
        hash: fc.constantFrom("new", "old", "old"),
        status: fc.constantFrom("applied" as const, "failed" as const),
      }),
      fc.record({
        kind: fc.constantFrom("deleted" as const, "online" as const),
        agent,
        healthy: fc.constant(true),
      }),
    ),
    fc.constantFrom(0, 0, 0, 0, 700),
  ),
  { minLength: 2, maxLength: 10 },
);
type World = typeof world extends fc.Arbitrary<infer W> ? W : never;
/** What is observed, and how long it takes until the next. */
type Move = [Observation, number];
const pendingState = fc.constantFrom("awaiting_approval" as const, "scheduled" as const);

/** Seldom by chance: it applied, fell ill, restored what it ran before, and so failed its soak. */
const restoredItself: [World, Move[], Move[], "scheduled"] = [
  {
    strategy: { kind: "all-at-once" },
    autoRevert: true,
    maxFailures: 0,
    soakSeconds: 10,
    frozen: false,
    agents: Array.from({ length: agentsInFleet }, (_, n) => ({
      connected: true,
      canStage: false,
      revoked: false,
      running: n === 0 ? "old" : "new",
      latched: false,
    })),
  },
  [
    [{ kind: "status", agent: id(0), hash: "new", status: "applied" }, 1],
    [{ kind: "health", agent: id(0), healthy: false }, 1],
    [{ kind: "status", agent: id(0), hash: "old", status: "applied" }, 130],
  ],
  [],
  "scheduled",
];

/** Plays seeded schedules of anything that can be observed, and collects each change of a state that the engine makes. */
export function collectTransitions(options: { seed: number; runs: number }): Transitions {
  const seen: Transitions = { rollout: new Map(), agent: new Map() };
  const note = (map: Map<string, number>, from: string, to: string) => {
    if (from !== to) map.set(`${from}>${to}`, (map.get(`${from}>${to}`) ?? 0) + 1);
  };
  fc.assert(
    fc.property(
      world,
      moves,
      endings,
      pendingState,
      ({ agents: fleet, strategy, frozen: isFrozen, ...rest }, begun, ends, pending) => {
        const all = [...begun, ...ends];
        const { autoRevert, maxFailures, soakSeconds } = rest;
        const gates = {
          ...defaultGates,
          maxFailures,
          soakSeconds,
          applyTimeoutSeconds: 60,
          progressDeadlineSeconds: 300,
        };
        const policy = isFrozen ? frozen : openPolicy;
        const terms: RolloutTerms = { id: "rol_1", strategy, gates, autoRevert, policy };
        const facts = (one: AgentId): AgentFacts => {
          const known = fleet.find((_, n) => id(n) === one);
          return {
            connected: (known?.connected ?? false) && known?.revoked === false,
            healthy: true,
            revoked: known?.revoked ?? false,
            deleted: false,
            canStage: known?.canStage ?? false,
            report: null,
          };
        };
        const candidates = fleet.map(({ running, latched }, n) => ({
          id: id(n),
          labels: {},
          target: "new",
          running,
          runningReleaseId: null,
          latchedError: latched ? "line 3" : null,
        }));
        const play = (created: Rollout, observations: typeof all) => {
          const agents = new Map<AgentId, AgentProgress>(created.agents);
          let rollout: Rollout = { ...created, agents };
          let nowMs = startMs;
          const see = (one: Observation) => {
            const step = advance(rollout, one, nowMs);
            note(seen.rollout, rollout.header.state, step.header.state);
            for (const [place, after] of step.changes) {
              note(seen.agent, agents.get(place)?.state ?? "", after.state);
            }
            applyStep(agents, step);
            rollout = { ...rollout, header: step.header };
          };
          for (const [one, seconds] of observations) {
            see(one);
            nowMs += seconds * 1000;
            see({ kind: "tick" });
          }
        };
        const isRunning = fleet.some(({ running }) => running !== "new");
        if (strategy.kind !== "canary" || isRunning) {
          const plan = planRollout(candidates, strategy);
          const created = createRollout(terms, plan, facts, startMs);
          play(created, [[{ kind: "start" }, 0], ...all]);
          play(created, [
            [{ kind: "start" }, 0],
            ...begun.slice(0, 8),
            [{ kind: "abort", ...actor }, 0],
            ...ends,
          ]);
        }
        play(createPending(terms, pending, startMs), all.slice(0, 10));
      },
    ),
    { seed: options.seed, numRuns: options.runs, examples: [restoredItself] },
  );
  return seen;
}
