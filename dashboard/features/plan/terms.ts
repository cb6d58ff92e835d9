import { defaultGates } from "../../../domain/rollouts/defaults.ts";
import type { ActiveChoice, MaintenanceWindow } from "../../../domain/rollouts/policy.ts";
import type { StrategyKind } from "../../../domain/rollouts/states.ts";
import type { StartRolloutBody } from "../../../protocol/api/rollouts.ts";

type Body = Omit<StartRolloutBody, "release" | "assignments" | "packages" | "keepOthers" | "refreshInputs">;
type Gates = NonNullable<Body["gates"]>;
type MetricGate = NonNullable<Gates["metrics"]>[number];
type WebhookGate = NonNullable<Gates["webhooks"]>[number];
export type WebhookPhase = WebhookGate["on"][number];

export interface StepDraft {
  key: number;
  by: "agents" | "selector";
  agents: string;
  selector: string;
}

/** Judged by limits of its own, or by what the agents of later waves report. */
export interface MetricDraft {
  key: number;
  metric: string;
  as: "value" | "rate";
  per: string;
  max: string;
  min: string;
  compared: boolean;
  worse: "higher" | "lower";
  byPercent: string;
  atLeast: string;
  minSamples: string;
}

export interface WebhookDraft {
  key: number;
  url: string;
  on: WebhookPhase[];
  timeoutSeconds: string;
  attempts: string;
  whenUnanswered: "hold" | "fail";
}

export interface WindowDraft extends MaintenanceWindow {
  key: number;
}

/** How a rollout goes, as it is typed: the server reads it, and names the field that it refuses. */
export interface TermsDraft {
  strategy: StrategyKind;
  batch: string;
  pauseSeconds: string;
  maxUnavailable: string;
  ramped: boolean;
  perMinute: string;
  factor: string;
  everySucceeded: string;
  maxPerMinute: string;
  steps: StepDraft[];
  promotion: "automatic" | "manual";
  activation: "automatic" | "manual";
  soakSeconds: string;
  maxFailures: string;
  minReported: string;
  applyTimeoutSeconds: string;
  progressDeadlineSeconds: string;
  metrics: MetricDraft[];
  webhooks: WebhookDraft[];
  approval: boolean;
  autoRevert: boolean;
  /** `YYYY-MM-DDTHH:MM` by the browser's clock; empty = as soon as it may. */
  startAt: string;
  windows: WindowDraft[];
  /** null = queue while another rollout is active. */
  onActive: ActiveChoice | null;
  overridesFreeze: boolean;
  freezeReason: string;
  message: string;
}

export const defaultTerms: TermsDraft = {
  strategy: "rolling",
  batch: "25%",
  pauseSeconds: "0",
  maxUnavailable: "",
  ramped: false,
  perMinute: "10",
  factor: "2",
  everySucceeded: "10",
  maxPerMinute: "1000",
  steps: [
    { key: 0, by: "agents", agents: "1", selector: "" },
    { key: 1, by: "agents", agents: "25%", selector: "" },
  ],
  promotion: "manual",
  activation: "manual",
  soakSeconds: String(defaultGates.soakSeconds),
  maxFailures: String(defaultGates.maxFailures),
  minReported: String(defaultGates.minReported),
  applyTimeoutSeconds: String(defaultGates.applyTimeoutSeconds),
  progressDeadlineSeconds: String(defaultGates.progressDeadlineSeconds),
  metrics: [],
  webhooks: [],
  approval: false,
  autoRevert: true,
  startAt: "",
  windows: [],
  onActive: null,
  overridesFreeze: false,
  freezeReason: "",
  message: "",
};

export const emptyMetric: Omit<MetricDraft, "key"> = {
  metric: "",
  as: "rate",
  per: "",
  max: "",
  min: "",
  compared: true,
  worse: "higher",
  byPercent: "10",
  atLeast: "0",
  minSamples: "5",
};

export const emptyWebhook: Omit<WebhookDraft, "key"> = {
  url: "",
  on: ["start"],
  timeoutSeconds: "60",
  attempts: "5",
  whenUnanswered: "hold",
};

/** A key that no item of the list has. */
export function nextKey(items: readonly { key: number }[]): number {
  return Math.max(-1, ...items.map((item) => item.key)) + 1;
}

/** `3` or `25%`; null when it is neither. */
export function readCountOrPercent(text: string): number | string | null {
  const trimmed = text.trim();
  if (/^(100|[1-9]?[0-9])%$/.test(trimmed)) return trimmed;
  return /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : null;
}

const share = (text: string) => readCountOrPercent(text) ?? text.trim();
/** What is no number is sent as null, which the server refuses at its field. */
const number = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));
const numberOrNull = (text: string) => (text.trim() === "" ? null : Number(text));

function strategyBody(terms: TermsDraft): NonNullable<Body["strategy"]> {
  switch (terms.strategy) {
    case "all-at-once":
      return { kind: "all-at-once" };
    case "rolling":
      return {
        kind: "rolling",
        batch: share(terms.batch),
        pauseSeconds: number(terms.pauseSeconds),
        ...(terms.maxUnavailable.trim() ? { maxUnavailable: share(terms.maxUnavailable) } : {}),
        ...(terms.ramped
          ? {
              rate: {
                perMinute: number(terms.perMinute),
                factor: number(terms.factor),
                everySucceeded: number(terms.everySucceeded),
                maxPerMinute: number(terms.maxPerMinute),
              },
            }
          : {}),
      };
    case "canary":
      return {
        kind: "canary",
        steps: terms.steps.map((step) =>
          step.by === "agents" ? { agents: share(step.agents) } : { selector: step.selector },
        ),
        promotion: terms.promotion,
        pauseSeconds: number(terms.pauseSeconds),
      };
    case "blue-green":
      return { kind: "blue-green", activation: terms.activation };
  }
}

const metricBody = (draft: MetricDraft): MetricGate => ({
  metric: draft.metric.trim(),
  as: draft.as,
  ...(draft.per.trim() ? { per: draft.per.trim() } : {}),
  max: numberOrNull(draft.max),
  min: numberOrNull(draft.min),
  compare: draft.compared
    ? { worse: draft.worse, byPercent: number(draft.byPercent), atLeast: number(draft.atLeast) }
    : null,
  minSamples: number(draft.minSamples),
});

const webhookBody = (draft: WebhookDraft): WebhookGate => ({
  url: draft.url.trim(),
  on: draft.on,
  timeoutSeconds: number(draft.timeoutSeconds),
  attempts: number(draft.attempts),
  whenUnanswered: draft.whenUnanswered,
});

/** `YYYY-MM-DDTHH:MM` by this clock as the API's UTC; what cannot be read is sent as it is, and refused at its field. */
export function toTimestamp(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? local : date.toISOString();
}

/** The request's body but for what the release holds. */
export function termsBody(terms: TermsDraft, { active }: { active: boolean }): Body {
  return {
    strategy: strategyBody(terms),
    gates: {
      soakSeconds: number(terms.soakSeconds),
      maxFailures: share(terms.maxFailures),
      minReported: number(terms.minReported),
      applyTimeoutSeconds: number(terms.applyTimeoutSeconds),
      progressDeadlineSeconds: number(terms.progressDeadlineSeconds),
      metrics: terms.metrics.map(metricBody),
      webhooks: terms.webhooks.map(webhookBody),
      approval: terms.approval,
    },
    autoRevert: terms.autoRevert,
    schedule: {
      startAt: terms.startAt ? toTimestamp(terms.startAt) : null,
      windows: terms.windows.map(({ days, from, to, timeZone }) => ({ days, from, to, timeZone })),
    },
    onActive: terms.onActive ?? (active ? "queue" : "refuse"),
    ...(terms.overridesFreeze ? { overrideFreeze: { reason: terms.freezeReason.trim() } } : {}),
    ...(terms.message.trim() ? { message: terms.message.trim() } : {}),
  };
}
