import { expect, test } from "vitest";
import { checkPlan, type PlanToCheck } from "./check-plan.ts";
import { defaultGates } from "./defaults.ts";
import { type Freeze, type MaintenanceWindow, noSchedule, openPolicy } from "./policy.ts";
import type { MetricGate, Strategy, WebhookGate } from "./rollout.ts";

const now = Date.parse("2026-11-20T12:00Z");
const day = 86_400_000;
const canary: Strategy = { kind: "canary", steps: [{ agents: 1 }], promotion: "manual", pauseSeconds: 0 };
const rolling = (changes: Partial<Extract<Strategy, { kind: "rolling" }>>): Strategy => ({
  kind: "rolling",
  batch: "10%",
  pauseSeconds: 0,
  maxUnavailable: null,
  rate: null,
  ...changes,
});
const steps = (...all: Extract<Strategy, { kind: "canary" }>["steps"]): Partial<PlanToCheck> => ({
  strategy: { kind: "canary", steps: all, promotion: "automatic", pauseSeconds: 0 },
});
const metric = (changes: Partial<MetricGate>): Partial<PlanToCheck> => ({
  gates: {
    ...defaultGates,
    metrics: [
      {
        metric: "errors",
        as: "value",
        per: null,
        max: null,
        min: null,
        compare: null,
        minSamples: 5,
        ...changes,
      },
    ],
  },
});
const compare = { worse: "higher" as const, byPercent: 10, atLeast: 0 };
const webhook = (changes: Partial<WebhookGate>): Partial<PlanToCheck> => ({
  gates: {
    ...defaultGates,
    webhooks: [
      {
        url: "https://ci.example.com/confirm",
        on: ["start"],
        timeoutSeconds: 60,
        attempts: 5,
        whenUnanswered: "hold",
        ...changes,
      },
    ],
  },
});
const startAt = (startAtMs: number): Partial<PlanToCheck> => ({ schedule: { startAtMs, windows: [] } });
const monday: MaintenanceWindow = { days: ["mon"], from: "08:00", to: "10:00", timeZone: "UTC" };
const tuesday: MaintenanceWindow = { ...monday, days: ["tue"] };
const longFreeze: Freeze = { fromMs: now - day, untilMs: now + 500 * day, reason: "for good" };
const windows = (...own: MaintenanceWindow[]): Partial<PlanToCheck> => ({
  schedule: { startAtMs: null, windows: own },
});

const plan = (changes: Partial<PlanToCheck>): PlanToCheck => ({
  strategy: { kind: "all-at-once" },
  gates: defaultGates,
  schedule: noSchedule,
  packages: [],
  policy: openPolicy,
  overridesFreeze: false,
  ...changes,
});

test.each<[string, Partial<PlanToCheck>]>([
  ["nothing but a release", {}],
  [
    "a rolling one with all that there is",
    {
      strategy: rolling({
        maxUnavailable: "5%",
        rate: { perMinute: 1, factor: 2, everySucceeded: 5, maxPerMinute: 1 },
      }),
    },
  ],
  [
    "canary steps of each kind",
    steps({ agents: 1 }, { agents: "10%" }, { selector: "canary=true,region in (eu,us)" }),
  ],
  ["a comparison in a canary", { ...metric({ compare }), strategy: canary }],
  [
    "a limit in blue/green",
    { ...metric({ max: 5, min: 5 }), strategy: { kind: "blue-green", activation: "manual" } },
  ],
  [
    "a webhook on every phase of a canary",
    { ...webhook({ on: ["start", "wave", "promotion", "rollback"] }), strategy: canary },
  ],
  [
    "a webhook on the promotion of blue/green",
    { ...webhook({ on: ["promotion"] }), strategy: { kind: "blue-green", activation: "manual" } },
  ],
  ["a start half a day ago", startAt(now - day / 2)],
  ["a start in a year", startAt(now + 365 * day)],
  [
    "windows that the environment shares",
    { ...windows(monday), policy: { windows: [monday, tuesday], freezes: [] } },
  ],
  ["a freeze that is overridden", { policy: { windows: [], freezes: [longFreeze] }, overridesFreeze: true }],
  [
    "one package for two kinds of agents",
    {
      packages: [
        { name: "edge", selector: "os=linux" },
        { name: "edge", selector: "os=windows" },
      ],
    },
  ],
])("possible: %s", (_, changes) => {
  expect(checkPlan(plan(changes), now)).toBeNull();
});

test.each<[string, Partial<PlanToCheck>, string, RegExp]>([
  ["batch 0", { strategy: rolling({ batch: 0 }) }, "strategy.batch", /whole number from 1/],
  ["batch 0%", { strategy: rolling({ batch: "0%" }) }, "strategy.batch", /percentage such as 5%/],
  ["half an agent", { strategy: rolling({ batch: 1.5 }) }, "strategy.batch", /whole number/],
  [
    "nobody may be unavailable",
    { strategy: rolling({ maxUnavailable: 0 }) },
    "strategy.maxUnavailable",
    /whole number/,
  ],
  [
    "a ramp that falls",
    { strategy: rolling({ rate: { perMinute: 10, factor: 2, everySucceeded: 5, maxPerMinute: 5 } }) },
    "strategy.rate.maxPerMinute",
    /Raise it/,
  ],
  ["no steps", steps(), "strategy.steps", /Add one/],
  ["a step of nobody", steps({ agents: 1 }, { agents: 0 }), "strategy.steps[1].agents", /whole number/],
  [
    "an empty selector",
    steps({ selector: " " }),
    "strategy.steps[0].selector",
    /takes every agent. Name a label/,
  ],
  [
    "a selector that cannot be read",
    steps({ selector: "role==" }),
    "strategy.steps[0].selector",
    /column 7.*Write one/,
  ],
  ["a metric judged by nothing", metric({}), "gates.metrics[0]", /max, min or compare/],
  ["limits that exclude each other", metric({ max: 1, min: 2 }), "gates.metrics[0].min", /Swap them/],
  ["a comparison all at once", metric({ compare }), "gates.metrics[0].compare", /Use canary or rolling/],
  [
    "a comparison in blue/green",
    { ...metric({ compare }), strategy: { kind: "blue-green", activation: "automatic" } },
    "gates.metrics[0].compare",
    /nobody to compare with/,
  ],
  ["a webhook that is no address", webhook({ url: "ci.example.com" }), "gates.webhooks[0].url", /https:\/\//],
  [
    "one over another protocol",
    webhook({ url: "file:///etc/passwd" }),
    "gates.webhooks[0].url",
    /http or https/,
  ],
  [
    "one with a password in it",
    webhook({ url: "https://a:b@ci.example.com/" }),
    "gates.webhooks[0].url",
    /Leave it out/,
  ],
  [
    "one before each wave of one",
    webhook({ on: ["start", "wave"] }),
    "gates.webhooks[0].on[1]",
    /one wave alone/,
  ],
  [
    "one on a promotion that never comes",
    { ...webhook({ on: ["promotion"] }), strategy: rolling({}) },
    "gates.webhooks[0].on[0]",
    /promotes nothing/,
  ],
  [
    "one package twice",
    {
      packages: [
        { name: "edge", selector: "os = linux" },
        { name: "edge", selector: "os=linux" },
      ],
    },
    "packages[1].name",
    /as in packages\[0\]/,
  ],
  [
    "a package's selector",
    { packages: [{ name: "edge", selector: "=x" }] },
    "packages[0].selector",
    /column 1/,
  ],
  ["a start two days ago", startAt(now - 2 * day), "schedule.startAt", /Leave it out/],
  ["a start in two years", startAt(now + 700 * day), "schedule.startAt", /400 days ahead/],
  ["a start that is no time", startAt(Number.NaN), "schedule.startAt", /is no time/],
  [
    "a time zone on Mars",
    windows({ ...monday, timeZone: "Mars/Base" }),
    "schedule.windows[0].timeZone",
    /Europe\/Berlin/,
  ],
  ["a window of no day", windows({ ...monday, days: [] }), "schedule.windows[0].days", /Name some/],
  [
    "a window that the environment never shares",
    { ...windows(monday), policy: { windows: [tuesday], freezes: [] } },
    "schedule.windows",
    /together with the environment/,
  ],
  [
    "a freeze without end",
    { policy: { windows: [], freezes: [longFreeze] } },
    "schedule.startAt",
    /override the freeze/,
  ],
  [
    "a freeze over all of a window",
    { ...windows(monday), policy: { windows: [], freezes: [longFreeze] } },
    "schedule.windows",
    /freezes/,
  ],
])("impossible: %s", (_, changes, path, message) => {
  const refusal = checkPlan(plan(changes), now);
  expect(refusal?.code).toBe("plan_impossible");
  expect(refusal?.errors?.map((error) => error.path)).toEqual([path]);
  expect(refusal?.errors?.[0]?.message).toMatch(message);
  expect(refusal?.detail).toContain(path);
});

test("names every field at once", () => {
  const refusal = checkPlan(plan({ ...metric({}), strategy: rolling({ batch: 0 }), ...startAt(0) }), now);
  expect(refusal?.errors?.map((error) => error.path)).toEqual([
    "strategy.batch",
    "gates.metrics[0]",
    "schedule.startAt",
  ]);
  expect(refusal?.detail).toContain("(and 2 more fields)");
});

test("a window that opens once a week is found from a start that is months away", () => {
  expect(checkPlan(plan({ schedule: { startAtMs: now + 300 * day, windows: [monday] } }), now)).toBeNull();
});
