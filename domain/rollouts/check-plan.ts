import type { FieldError, Refusal } from "../errors.ts";
import { formatSelector, parseSelector, SelectorError } from "../fleets/selector.ts";
import { plural } from "../plural.ts";
import type { Policy, Schedule } from "./policy.ts";
import type { ConfirmationPhase, CountOrPercent, Gates, MetricGate, Strategy } from "./rollout.ts";
import { timeText } from "./schedule/closed.ts";
import { horizonDays, openingAt } from "./schedule/schedule.ts";
import { checkWindows } from "./schedule/validate.ts";

/** What a person orders, as far as it can be judged without the fleet. */
export interface PlanToCheck {
  strategy: Strategy;
  gates: Gates;
  schedule: Schedule;
  packages: readonly { name: string; selector: string }[];
  /** The environment's; `openPolicy` where it is not known. */
  policy: Pick<Policy, "windows" | "freezes">;
  overridesFreeze: boolean;
}

const dayMs = 86_400_000;

/** Why no fleet could carry the plan out, naming each field with its cause and fix; null = nothing stands against it. */
export function checkPlan(plan: PlanToCheck, nowMs: number): Refusal | null {
  const errors = [
    ...checkStrategy(plan.strategy),
    ...checkGates(plan.gates, plan.strategy),
    ...checkPackages(plan.packages),
    ...checkSchedule(plan, nowMs),
  ];
  const [first, ...more] = errors;
  if (!first) return null;
  const others = more.length === 0 ? "" : ` (and ${plural(more.length, "more field")})`;
  return {
    code: "plan_impossible",
    detail: `The plan cannot be carried out: ${first.path} ${first.message}.${others}`,
    errors,
  };
}

function checkStrategy(strategy: Strategy): FieldError[] {
  switch (strategy.kind) {
    case "all-at-once":
    case "blue-green":
      return [];
    case "rolling": {
      const { batch, maxUnavailable, rate } = strategy;
      return [
        ...checkCount(batch, "strategy.batch"),
        ...(maxUnavailable === null ? [] : checkCount(maxUnavailable, "strategy.maxUnavailable")),
        ...(rate !== null && rate.maxPerMinute < rate.perMinute
          ? [
              {
                path: "strategy.rate.maxPerMinute",
                message: `is ${rate.maxPerMinute}, below the ${rate.perMinute} of perMinute. Raise it, or lower perMinute`,
              },
            ]
          : []),
      ];
    }
    case "canary":
      if (strategy.steps.length === 0) {
        return [{ path: "strategy.steps", message: "has no step. Add one, such as 1 agent, or use rolling" }];
      }
      return strategy.steps.flatMap((step, index) =>
        "selector" in step
          ? checkSelector(
              step.selector,
              `strategy.steps[${index}].selector`,
              "is empty, which takes every agent",
            )
          : checkCount(step.agents, `strategy.steps[${index}].agents`),
      );
  }
}

function checkCount(value: CountOrPercent, path: string): FieldError[] {
  const isGood =
    typeof value === "number" ? Number.isInteger(value) && value >= 1 : /^(100|[1-9][0-9]?)%$/.test(value);
  if (isGood) return [];
  return [{ path, message: `is ${value}. Use a whole number from 1, or a percentage such as 5%` }];
}

/** `empty`: what is wrong with an empty selector; without it, one is allowed. */
function checkSelector(text: string, path: string, empty?: string): FieldError[] {
  if (empty !== undefined && text.trim() === "") {
    return [{ path, message: `${empty}. Name a label, such as canary=true` }];
  }
  try {
    parseSelector(text);
    return [];
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return (error.refusal.errors ?? []).map(({ message }) => ({ path, message: withoutStop(message) }));
  }
}

const withoutStop = (message: string) => message.replace(/\.$/, "");

function checkGates({ metrics, webhooks }: Gates, strategy: Strategy): FieldError[] {
  return [
    ...metrics.flatMap((gate, index) => checkMetric(gate, `gates.metrics[${index}]`, strategy)),
    ...webhooks.flatMap(({ url, on }, index) => [
      ...checkUrl(url, `gates.webhooks[${index}].url`),
      ...checkPhases(on, `gates.webhooks[${index}].on`, strategy),
    ]),
  ];
}

function checkMetric(
  { metric, max, min, compare }: MetricGate,
  path: string,
  strategy: Strategy,
): FieldError[] {
  const errors: FieldError[] = [];
  if (max === null && min === null && compare === null) {
    errors.push({
      path,
      message: `judges ${metric} by nothing. Give it max, min or compare`,
    });
  }
  if (max !== null && min !== null && min > max) {
    errors.push({
      path: `${path}.min`,
      message: `is ${min}, above the ${max} of max, so nothing is within both. Swap them`,
    });
  }
  if (compare !== null && (strategy.kind === "all-at-once" || strategy.kind === "blue-green")) {
    errors.push({
      path: `${path}.compare`,
      message: `has nobody to compare with: ${strategy.kind} changes all agents in one wave. Use canary or rolling, or a limit (max, min)`,
    });
  }
  return errors;
}

function checkUrl(text: string, path: string): FieldError[] {
  const fix = "Use an address such as https://ci.example.com/confirm";
  const parts = /^(https?):\/\/([^/?#\s]+)([^\s]*)$/i.exec(text);
  if (!parts) return [{ path, message: `is no http or https address. ${fix}` }];
  if (parts[2]?.includes("@")) {
    return [{ path, message: "holds a user name or password, which would be shown to others. Leave it out" }];
  }
  return [];
}

/** A webhook that is never asked would look like one that confirms. */
function checkPhases(on: readonly ConfirmationPhase[], path: string, { kind }: Strategy): FieldError[] {
  return on.flatMap((phase, index) => {
    const isOnce = kind === "all-at-once" || kind === "blue-green";
    const fix = `Leave "${phase}" out, or use another strategy`;
    if (phase === "wave" && isOnce) {
      return [{ path: `${path}[${index}]`, message: `is never asked: ${kind} has one wave alone. ${fix}` }];
    }
    if (phase === "promotion" && kind !== "canary" && kind !== "blue-green") {
      return [{ path: `${path}[${index}]`, message: `is never asked: ${kind} promotes nothing. ${fix}` }];
    }
    return [];
  });
}

function checkPackages(packages: PlanToCheck["packages"]): FieldError[] {
  const seen = new Map<string, number>();
  return packages.flatMap(({ name, selector }, index) => {
    const path = `packages[${index}].selector`;
    const faults = checkSelector(selector, path);
    if (faults.length > 0) return faults;
    const key = `${name} ${formatSelector(parseSelector(selector))}`;
    const first = seen.get(key);
    seen.set(key, first ?? index);
    if (first === undefined) return [];
    return [
      {
        path: `packages[${index}].name`,
        message: `is "${name}", as in packages[${first}], for the same agents. Leave one out, or give them selectors that exclude each other`,
      },
    ];
  });
}

function checkSchedule({ schedule, policy, overridesFreeze }: PlanToCheck, nowMs: number): FieldError[] {
  const { startAtMs, windows } = schedule;
  const errors = [...checkStartAt(startAtMs, nowMs), ...checkWindows(windows, "schedule.windows")];
  // A window that cannot be read opens at no known time.
  if (errors.length > 0 || checkWindows(policy.windows, "windows").length > 0) return errors;
  const fromMs = Math.max(startAtMs ?? nowMs, nowMs);
  const freezes = overridesFreeze ? [] : policy.freezes;
  if (openingAt([policy.windows, windows], freezes, fromMs) !== null) return [];
  return [neverOpens({ schedule, policy, overridesFreeze }, fromMs)];
}

function checkStartAt(startAtMs: number | null, nowMs: number): FieldError[] {
  const path = "schedule.startAt";
  if (startAtMs === null) return [];
  if (!Number.isFinite(startAtMs)) {
    return [{ path, message: "is no time. Use one such as 2026-11-22T02:00:00Z" }];
  }
  if (startAtMs < nowMs - dayMs) {
    return [
      { path, message: `is ${timeText(startAtMs)}, more than a day ago. Leave it out to start at once` },
    ];
  }
  if (startAtMs > nowMs + horizonDays * dayMs) {
    return [
      {
        path,
        message: `is ${timeText(startAtMs)}, more than ${horizonDays} days ahead. Choose an earlier time`,
      },
    ];
  }
  return [];
}

/** Names what alone, or together with what, keeps it shut. */
function neverOpens(
  { schedule, policy, overridesFreeze }: Pick<PlanToCheck, "schedule" | "policy" | "overridesFreeze">,
  fromMs: number,
): FieldError {
  const own = schedule.windows;
  const path = own.length > 0 ? "schedule.windows" : "schedule.startAt";
  const within = `within ${horizonDays} days of ${timeText(fromMs)}`;
  if (own.length > 0 && openingAt([own], [], fromMs) === null) {
    return { path, message: `never opens ${within}. Correct its days and times` };
  }
  if (openingAt([policy.windows, own], [], fromMs) === null) {
    const what =
      own.length > 0
        ? "never opens together with the environment's maintenance windows"
        : "lies before the environment's maintenance windows, which never open";
    return { path, message: `${what} ${within}. Choose times that both allow, or change the environment's` };
  }
  const fix = overridesFreeze ? "" : ", or override the freeze (overrideFreeze)";
  return { path, message: `is kept shut by the environment's freezes ${within}. Shorten them${fix}` };
}
