import { plural } from "../../../domain/plural.ts";
import { windowText } from "../../../domain/rollouts/schedule/closed.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { duration } from "../../time.ts";

type Strategy = Rollout["strategy"];
type MetricGate = Rollout["gates"]["metrics"][number];

const between = (seconds: number) => (seconds > 0 ? `, ${duration(seconds)} between` : "");
const amount = (value: number | string) => (typeof value === "number" ? plural(value, "agent") : value);

export function showStrategy(strategy: Strategy): string {
  switch (strategy.kind) {
    case "all-at-once":
      return strategy.kind;
    case "rolling": {
      const { batch, maxUnavailable, rate, pauseSeconds } = strategy;
      const most = maxUnavailable === null ? "" : `, at most ${amount(maxUnavailable)} unavailable`;
      const growth =
        rate === null || rate.factor === 1
          ? ""
          : ` × ${rate.factor} each ${plural(rate.everySucceeded, "verified agent")}`;
      const speed = rate === null ? "" : `, ${rate.perMinute} a minute${growth}`;
      return `rolling, ${amount(batch)} at a time${most}${speed}${between(pauseSeconds)}`;
    }
    case "canary": {
      const steps = strategy.steps.map((step) => ("agents" in step ? amount(step.agents) : step.selector));
      const { promotion, pauseSeconds } = strategy;
      return `canary: ${steps.join(", ")}, then the rest; ${promotion} promotion${between(pauseSeconds)}`;
    }
    case "blue-green":
      return `blue-green, ${strategy.activation} activation`;
  }
}

function showMetric(gate: MetricGate): string {
  const per = gate.per === null ? "" : ` per ${gate.per}`;
  const as = gate.as === "rate" ? " as rate" : "";
  const limits = [
    gate.max === null ? null : `max ${gate.max}`,
    gate.min === null ? null : `min ${gate.min}`,
    gate.compare === null ? null : `worse ${gate.compare.worse} by ${gate.compare.byPercent}%`,
    gate.compare === null || gate.compare.atLeast === 0 ? null : `at least ${gate.compare.atLeast}`,
    `samples ${gate.minSamples}`,
  ];
  return `${gate.metric}${per}${as}, ${limits.filter((one) => one !== null).join(", ")}`;
}

/** One line a gate; metrics as `--metric` reads them. */
export function showGates({ gates }: Rollout): string {
  const lines = [
    `soak ${duration(gates.soakSeconds)}, at most ${gates.maxFailures} failed, apply within ${duration(gates.applyTimeoutSeconds)}`,
    gates.minReported > 1 ? `at least ${plural(gates.minReported, "agent")} of a wave must report` : null,
    ...gates.metrics.map((gate) => `metric ${showMetric(gate)}`),
    ...gates.webhooks.map(
      ({ url, on, attempts }) => `webhook ${url} on ${on.join(", ")}, ${plural(attempts, "attempt")}`,
    ),
  ];
  return lines.filter((line) => line !== null).join("\n");
}

export function showApproval({ approval }: Rollout): string | null {
  if (approval === null) return null;
  const { required, by, verdict, comment } = approval;
  if (verdict === null) return required ? "required, nobody has decided yet" : null;
  const word = verdict === "approve" ? "approved" : "rejected";
  return `${word} by ${by ?? "nobody known"}${comment === null ? "" : `: ${comment}`}`;
}

export function showSchedule({ schedule }: Rollout): string | null {
  const parts = [
    schedule.startAt === null ? null : `not before ${schedule.startAt}`,
    ...schedule.windows.map(windowText),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join("\n");
}
