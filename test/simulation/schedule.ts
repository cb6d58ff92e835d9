import fc from "fast-check";
import type { Freeze, MaintenanceWindow, Policy } from "../../domain/rollouts/policy.ts";
import type { CanaryStep, Gates, MetricGate, Strategy, WebhookGate } from "../../domain/rollouts/rollout.ts";
import type { Behaviour, Meter } from "./agents.ts";
import { type AgentSetup, type OrderSetup, type Setup, startMs } from "./setup.ts";
import type { Move } from "./world.ts";

const often = <T>(usual: T, others: readonly T[], weight = 9): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const mostly = (value: boolean) => often(value, [!value]);
const seldom = <T>(value: fc.Arbitrary<T>, otherwise: T, weight = 4): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary: value });

const behaviours: Behaviour[] = [
  "fails",
  "hangs",
  "is-silent",
  "sickens",
  "restores-itself",
  "refuses-return",
  "claims",
  "misreports",
  "refuses-staging",
  "refuses-staging",
];
const agentSetup: fc.Arbitrary<AgentSetup> = fc.record({
  behaviour: often<Behaviour>("applies", behaviours, 3),
  meter: often<Meter>("honest", ["worse", "lies", "is-silent"], 4),
  label: fc.constantFrom("a" as const, "b" as const),
  connected: mostly(true),
  canStage: mostly(true),
  first: mostly(false),
  latched: often(false, [true], 19),
  current: mostly(false),
});

const percent = fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`);
const count = fc.oneof(fc.integer({ min: 1, max: 4 }), percent);
const pauseSeconds = fc.constantFrom(0, 0, 30);
const step: fc.Arbitrary<CanaryStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ agents: fc.oneof(fc.integer({ min: 1, max: 2 }), percent) }) },
  { weight: 1, arbitrary: fc.constantFrom({ selector: "role=a" }, { selector: "role=b" }) },
);
const strategy: fc.Arbitrary<Strategy> = fc.oneof(
  fc.constant<Strategy>({ kind: "all-at-once" }),
  fc.record({
    kind: fc.constant("rolling" as const),
    batch: count,
    pauseSeconds,
    maxUnavailable: seldom(count, null, 1),
    rate: seldom(
      fc.record({
        perMinute: fc.constantFrom(1, 6, 120),
        factor: fc.constantFrom(1, 2),
        everySucceeded: fc.constantFrom(1, 2),
        maxPerMinute: fc.constantFrom(10, 600),
      }),
      null,
      2,
    ),
  }),
  fc.record({
    kind: fc.constant("canary" as const),
    steps: fc.array(step, { minLength: 1, maxLength: 2 }),
    promotion: fc.constantFrom("automatic" as const, "manual" as const),
    pauseSeconds,
  }),
  fc.record({
    kind: fc.constant("blue-green" as const),
    activation: fc.constantFrom("automatic" as const, "manual" as const),
  }),
);

const metric: fc.Arbitrary<MetricGate> = fc.record({
  metric: fc.constant("http_errors_total"),
  as: fc.constant("value" as const),
  per: fc.constant(null),
  max: fc.constantFrom(null, 20),
  min: fc.constantFrom(null, 5),
  compare: fc.constantFrom(null, { worse: "higher" as const, byPercent: 20, atLeast: 2 }),
  minSamples: fc.constantFrom(2, 3),
});
const webhook: fc.Arbitrary<WebhookGate> = fc.record({
  url: fc.constant("https://gate.example/confirm"),
  on: fc.subarray(["start", "wave", "promotion", "rollback"] as const, { minLength: 1 }).map((on) => [...on]),
  timeoutSeconds: fc.constantFrom(10, 60),
  attempts: fc.constantFrom(1, 3),
  whenUnanswered: fc.constantFrom("hold" as const, "fail" as const),
});
const gates: fc.Arbitrary<Gates> = fc.record({
  soakSeconds: fc.constantFrom(0, 10, 10, 900),
  maxFailures: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), percent),
  minReported: often(1, [2, 3]),
  applyTimeoutSeconds: fc.constantFrom(60, 120),
  progressDeadlineSeconds: fc.constantFrom(30, 300),
  metrics: seldom(fc.array(metric, { minLength: 1, maxLength: 2 }), []),
  webhooks: seldom(fc.array(webhook, { minLength: 1, maxLength: 2 }), []),
  approval: often(false, [true]),
});

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const window: fc.Arbitrary<MaintenanceWindow> = fc.record({
  days: fc.constantFrom([...days], ["mon" as const], ["tue" as const, "thu" as const]),
  from: fc.constantFrom("00:00", "06:00", "06:10", "22:00"),
  to: fc.constantFrom("02:00", "06:05", "07:00", "23:59"),
  timeZone: fc.constant("UTC"),
});
const windows = seldom(fc.array(window, { minLength: 1, maxLength: 2 }), [], 12);
const freeze: fc.Arbitrary<Freeze> = fc
  .record({ from: fc.integer({ min: -600, max: 1200 }), seconds: fc.integer({ min: 60, max: 4000 }) })
  .map(({ from, seconds }) => ({
    fromMs: startMs + from * 1000,
    untilMs: startMs + (from + seconds) * 1000,
    reason: "the sale",
  }));
const policy: fc.Arbitrary<Policy> = fc.record({
  protected: often(false, [true], 3),
  windows,
  freezes: seldom(fc.array(freeze, { minLength: 1, maxLength: 2 }), [], 6),
});

const order: fc.Arbitrary<OrderSetup> = fc.record({
  kind: often<OrderSetup["kind"]>("release", ["revert"], 2),
  whom: often<OrderSetup["whom"]>("all", ["a"], 4),
  strategy,
  gates,
  autoRevert: mostly(true),
  startInSeconds: seldom(fc.nat({ max: 600 }), null, 9),
  windows: seldom(fc.array(window, { minLength: 1, maxLength: 1 }), [], 29),
  onActive: fc.constantFrom("refuse" as const, "queue" as const, "supersede" as const),
  author: fc.constantFrom(0, 1, null),
});

export const setup: fc.Arbitrary<Setup> = fc.record({
  agents: fc.array(agentSetup, { maxLength: 7, size: "max" }),
  orders: fc
    .tuple(order, fc.array(order, { maxLength: 2, size: "max" }))
    .map(([first, others]) => [{ ...first, kind: "release" }, ...others]),
  policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
});

/** `pick` is taken modulo those that the move is possible for. */
const pick = fc.nat({ max: 23 });
const move = (weight: number, kinds: readonly Move["kind"][]) => ({
  weight,
  arbitrary: fc.record({ kind: fc.constantFrom(...kinds), pick }),
});
export const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    move(34, ["frame", "word"]),
    move(6, ["burst", "repeat", "swap", "late"]),
    move(6, ["drop", "return"]),
    move(3, ["sicken", "recover"]),
    move(2, ["revoke", "delete", "enrol", "relabel"]),
    move(8, ["pass", "step-back"]),
    move(10, ["tick", "tick", "early-tick"]),
    move(5, ["evict", "crash", "fail-commit"]),
    move(6, ["answer", "answer-again", "reading", "reading"]),
    move(3, ["pause", "resume", "promote"]),
    move(2, ["abort"]),
    move(4, ["abort-pending", "approve", "approve", "reject", "override-freeze", "policy", "retry"]),
    move(6, ["order"]),
  ),
  { maxLength: 120, size: "max" },
);
