import { z } from "zod";
import { isOwnSeries } from "../../domain/metrics/series.ts";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import { activeChoices, weekdays } from "../../domain/rollouts/policy.ts";
import { seriesSelectorProblem } from "../custom/series-selector.ts";
import { newAssignments } from "./releases.ts";
import { id, timestamp } from "./shared.ts";

const percent = z.string().regex(/^(100|[1-9][0-9]?)%$/, { error: "use a whole percentage from 1% to 100%" });
/** A whole number of agents, or a percentage of the plan, rounded up, at least one. */
export const countOrPercent = z.union([z.number().int().min(1), percent]);

const daySeconds = 86_400;
const pauseSeconds = z
  .number()
  .int()
  .min(0)
  .max(7 * daySeconds)
  .default(0)
  .meta({ description: "Between one wave's gates and the next wave" });

export const rateRamp = z.strictObject({
  perMinute: z.number().min(0.1).max(100_000).meta({ description: "Offers a minute at first" }),
  factor: z.number().min(1).max(10).default(1).meta({ description: "The rate grows by this factor" }),
  everySucceeded: z
    .number()
    .int()
    .min(1)
    .default(10)
    .meta({ description: "each time so many more agents are verified" }),
  maxPerMinute: z.number().min(0.1).max(100_000).default(100_000),
});

export const canaryStep = z.union([
  z.strictObject({ agents: countOrPercent }),
  z.strictObject({ selector: z.string().min(1).max(1000) }),
]);

export const strategy = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all-at-once") }),
  z.strictObject({
    kind: z.literal("rolling"),
    batch: countOrPercent,
    pauseSeconds,
    maxUnavailable: countOrPercent.nullable().default(null).meta({
      description:
        "Agents in flight, or reached by the rollout and now offline or unhealthy, never exceed this",
    }),
    rate: rateRamp.nullable().default(null),
  }),
  z.strictObject({
    kind: z.literal("canary"),
    steps: z.array(canaryStep).min(1).max(20).meta({
      description: "Each takes so many further agents, or those that match; the rest is the last wave",
    }),
    promotion: z.enum(["automatic", "manual"]).default("automatic"),
    pauseSeconds,
  }),
  z.strictObject({
    kind: z.literal("blue-green"),
    activation: z.enum(["automatic", "manual"]).default("automatic"),
  }),
]);
export type Strategy = z.infer<typeof strategy>;

/** What no agent could read is refused here, before any of them is asked. */
const series = z
  .string()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    const problem = seriesSelectorProblem(text);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  });

export const metricGate = z.strictObject({
  metric: series.meta({ example: 'http_errors_total{code="500"}' }),
  as: z.enum(["value", "rate"]).default("value"),
  per: series.nullable().default(null),
  max: z.number().nullable().default(null),
  min: z.number().nullable().default(null),
  compare: z
    .strictObject({
      worse: z.enum(["higher", "lower"]),
      byPercent: z.number().min(0).max(10_000),
      atLeast: z.number().min(0).default(0),
    })
    .nullable()
    .default(null),
  minSamples: z.number().int().min(2).max(10_000).default(5),
});

/** What an agent measures itself is a rate already where it is one. */
function refuseRatesOfOwn(
  gate: { metric: string; per: string | null; as: string },
  context: z.RefinementCtx,
) {
  if (gate.as !== "rate") return;
  for (const path of ["metric", "per"] as const) {
    if (!isOwnSeries(gate[path] ?? "")) continue;
    context.addIssue({
      code: "custom",
      path: [path],
      message: "agents measure this themselves, per second where it is a rate: leave `as` out",
    });
  }
}

export const webhookGate = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  on: z
    .array(z.enum(["start", "wave", "promotion", "rollback"]))
    .min(1)
    .max(4),
  timeoutSeconds: z.number().int().min(1).max(daySeconds).default(60),
  attempts: z.number().int().min(1).max(100).default(5),
  whenUnanswered: z.enum(["hold", "fail"]).default("hold"),
});

export const gates = z.strictObject({
  soakSeconds: z
    .number()
    .int()
    .min(0)
    .max(daySeconds)
    .default(defaultGates.soakSeconds)
    .meta({ description: "How long an agent must stay healthy after APPLIED" }),
  maxFailures: countOrPercent
    .or(z.literal(0))
    .or(z.literal("0%"))
    .default(0)
    .meta({ description: "More failures than this (share: of the agents that reported) stop the rollout" }),
  minReported: z.number().int().min(1).max(100_000).default(1).meta({
    description: "A wave of which fewer agents reported (all, where it has fewer) is inconclusive and holds",
  }),
  applyTimeoutSeconds: z
    .number()
    .int()
    .min(1)
    .max(daySeconds)
    .default(defaultGates.applyTimeoutSeconds)
    .meta({ description: "From offer to APPLIED or FAILED" }),
  progressDeadlineSeconds: z
    .number()
    .int()
    .min(10)
    .max(7 * daySeconds)
    .default(defaultGates.progressDeadlineSeconds)
    .meta({ description: "Without any progress for so long, waiting ends" }),
  metrics: z.array(metricGate.superRefine(refuseRatesOfOwn)).max(20).default([]),
  webhooks: z.array(webhookGate).max(10).default([]),
  approval: z.boolean().default(false).meta({
    description:
      "A person approves the rollout before it starts; a protected environment asks for one anyway",
  }),
});
export type Gates = z.infer<typeof gates>;

/** `HH:MM` */
const timeOfDay = z
  .string()
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, { error: "use HH:MM, from 00:00 to 23:59" });
export const maintenanceWindow = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1).max(7),
  from: timeOfDay,
  to: timeOfDay.meta({ description: "At or before `from`: on the next day" }),
  timeZone: z.string().min(1).max(64).meta({ example: "Europe/Berlin" }),
});
export const freezeWindow = z.strictObject({
  from: timestamp,
  until: timestamp,
  reason: z.string().min(1).max(500),
});

export const rolloutSchedule = z.strictObject({
  startAt: timestamp.nullable().default(null),
  windows: z.array(maintenanceWindow).max(20).default([]),
});

/** How a rollout goes, whatever it moves. */
const terms = {
  strategy: strategy.default({ kind: "all-at-once" }),
  gates: gates.prefault({}),
  autoRevert: z
    .boolean()
    .default(true)
    .meta({ description: "On a failed gate return each agent to what it ran before" }),
  schedule: rolloutSchedule.prefault({}),
  onActive: z.enum(activeChoices).default("refuse").meta({
    description:
      "While another rollout is active: refuse this one, queue it, or supersede the other (it is cancelled, its agents keep what they run; one that is rolling back ends first)",
  }),
  overrideFreeze: z
    .strictObject({ reason: z.string().min(1).max(500) })
    .optional()
    .meta({ description: "Goes on in a freeze; needs an admin, and is audited" }),
  message: z.string().max(500).optional(),
  planToken: z.string().optional(),
};
export const rolloutPlanBody = z.strictObject(terms);
export type RolloutPlanBody = z.output<typeof rolloutPlanBody>;
export const startRolloutBody = z.union([
  rolloutPlanBody.extend({ release: id("release") }),
  rolloutPlanBody
    .extend(newAssignments)
    .refine(
      ({ assignments, packages, keepOthers, refreshInputs }) =>
        assignments.length + packages.length > 0 || (keepOthers && refreshInputs),
      {
        path: ["assignments"],
        error:
          "name at least one config here, or at least one of `packages`, or send keepOthers and refreshInputs for today's variables and secrets alone: an empty release moves nobody",
      },
    ),
]);
export type StartRolloutBody = z.input<typeof startRolloutBody>;
export const revertRolloutBody = rolloutPlanBody.meta({
  description:
    "Takes every agent that a finished rollout moved, and that still runs what it brought, back to what that agent ran before",
});
