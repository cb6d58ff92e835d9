import { z } from "zod";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import { activeChoices, weekdays } from "../../domain/rollouts/policy.ts";
import { rolloutAgentStates, rolloutStates } from "../../domain/rollouts/states.ts";
import { maxAssignments } from "../../domain/rollouts/succession.ts";
import { id, pageQuery, receipt, timestamp } from "./shared.ts";

const fileName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9._-][A-Za-z0-9._/-]*$/, { error: "use a relative file name without spaces" })
  .refine((name) => !name.split("/").some((part) => part === "" || part === "." || part === ".."), {
    error: "must name a file below the config folder, without empty, `.` or `..` parts",
  });

/** A config version (a number, or "latest" which is frozen when the release is made) for the agents that the selector matches. */
export const assignmentBody = z.strictObject({
  config: id("config"),
  version: z.union([z.number().int().min(1), z.literal("latest")]).default("latest"),
  selector: z
    .string()
    .max(1000)
    .default("")
    .meta({ description: "Label selector; empty = every agent", example: "role=web,region!=eu" }),
  fileName: fileName.optional().meta({
    description:
      "When left out: the name that this config has in the fleet's current release (there for the same selector, if it has several), or else the kind's default",
  }),
});

export const assignment = z.object({
  configId: id("config"),
  configName: z.string(),
  kind: z.string(),
  versionId: id("configVersion"),
  version: z.number().int(),
  sha256: z.string(),
  selector: z.string(),
  fileName: z.string(),
});

/** A program that agents with the OpAMP capability AcceptsPackages are offered; others only get the configs. */
export const releasePackage = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "use letters, digits, `.`, `_` and `-`" }),
  version: z.string().min(1).max(100),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: "must be 64 lower-case hex digits" }),
  signature: z.base64().max(4000).nullable().default(null),
  type: z.enum(["top-level", "addon"]).default("top-level"),
  selector: z.string().max(1000).default(""),
});
export type ReleasePackage = z.infer<typeof releasePackage>;

export const release = z
  .object({
    id: id("release"),
    fleetId: id("fleet"),
    number: z.number().int(),
    assignments: z.array(assignment),
    packages: z.array(releasePackage),
    message: z.string().nullable(),
    author: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "Release" });
export type Release = z.infer<typeof release>;
/** What a new release is made of. */
const newAssignments = {
  assignments: z
    .array(assignmentBody)
    .max(maxAssignments)
    .meta({ description: "May be empty where the release brings packages alone" }),
  packages: z.array(releasePackage).max(20).default([]),
  keepOthers: z.boolean().default(false).meta({
    description:
      "Carries over the current release's assignments whose config is not named again, except where a named one writes the same file for the same selector. Without it the new release has the named ones alone",
  }),
};

export const createReleaseBody = z.strictObject({
  ...newAssignments,
  message: z.string().max(500).optional(),
});

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

export const metricGate = z.strictObject({
  metric: z.string().min(1).max(500).meta({ example: 'http_errors_total{code="500"}' }),
  as: z.enum(["value", "rate"]).default("value"),
  per: z.string().min(1).max(500).nullable().default(null),
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
  metrics: z.array(metricGate).max(20).default([]),
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
export type RolloutSchedule = z.infer<typeof rolloutSchedule>;

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
export const startRolloutBody = z.union([
  rolloutPlanBody.extend({ release: id("release") }),
  rolloutPlanBody.extend(newAssignments),
]);
export type StartRolloutBody = z.input<typeof startRolloutBody>;
/** Takes every agent that a finished rollout moved, and that still runs what it brought, back to what that agent ran before. */
export const revertRolloutBody = rolloutPlanBody;

/** `POST /v1/rollouts/{rollout}/approvals`: only people, never an API key. */
export const approvalBody = z.strictObject({
  verdict: z.enum(["approve", "reject"]),
  comment: z.string().max(500).optional(),
});
export const overrideFreezeBody = z.strictObject({ reason: z.string().min(1).max(500) });

export const rolloutCounts = z.object(
  Object.fromEntries(rolloutAgentStates.map((state) => [state, z.number().int()])) as Record<
    (typeof rolloutAgentStates)[number],
    z.ZodNumber
  >,
);

export const waveView = z.object({
  number: z.number().int(),
  state: z.enum(["waiting", "running", "passed", "failed", "skipped"]),
  size: z.number().int(),
  counts: rolloutCounts,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
});

export const rollout = z
  .object({
    id: id("rollout"),
    fleetId: id("fleet"),
    releaseId: id("release"),
    releaseNumber: z.number().int(),
    state: z.enum(rolloutStates),
    reason: z.string().nullable().meta({ description: "Why it is in this state, or what it waits on" }),
    strategy,
    gates,
    autoRevert: z.boolean(),
    schedule: rolloutSchedule,
    /** The finished rollout that this one takes back. */
    revertOf: id("rollout").nullable(),
    approval: z
      .object({
        required: z.boolean(),
        /** Who approved or rejected it; null = nobody yet. */
        by: z.string().nullable(),
        verdict: z.enum(["approve", "reject"]).nullable(),
        comment: z.string().nullable(),
        at: timestamp.nullable(),
      })
      .nullable(),
    freezeOverride: z.object({ by: z.string(), reason: z.string() }).nullable(),
    message: z.string().nullable(),
    author: z.string(),
    counts: rolloutCounts,
    total: z.number().int(),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
  })
  .meta({ id: "Rollout" });
export type Rollout = z.infer<typeof rollout>;

export const decision = z.object({
  at: timestamp,
  wave: z.number().int().nullable(),
  verdict: z.enum(["pass", "hold", "fail", "info"]),
  gate: z.string(),
  text: z.string(),
  inputs: z
    .record(z.string(), z.union([z.number(), z.string()]))
    .meta({ description: "What it was judged by" }),
});
export const rolloutAgent = z.object({
  agentId: id("agent"),
  name: z.string(),
  wave: z.number().int(),
  state: z.enum(rolloutAgentStates),
  hash: z.string(),
  previousHash: z.string().nullable(),
  error: z.string().nullable(),
});

/** `waves` and `decisions` are null once the fleet's object has forgotten a very old rollout. */
export const rolloutDetail = rollout
  .extend({ waves: z.array(waveView).nullable(), decisions: z.array(decision).nullable(), live: z.boolean() })
  .meta({ id: "RolloutDetail" });
export type RolloutDetail = z.infer<typeof rolloutDetail>;
export const rolloutAgentsQuery = pageQuery.extend({ state: z.enum(rolloutAgentStates).optional() });

export const planDiff = z.object({
  from: z.string().nullable().meta({ description: "Hash that the agents run; null = none of ours" }),
  to: z.string(),
  agents: z.number().int(),
  files: z.array(
    z.object({
      name: z.string(),
      change: z.enum(["added", "changed", "removed"]),
      /** Unified diff; null where the files are not held any more, or too large to compare. */
      diff: z.string().nullable(),
    }),
  ),
  packages: z.array(z.object({ name: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
});

export const rolloutPreview = z
  .object({
    assignments: z
      .array(
        assignment.extend({
          agents: z.number().int().meta({ description: "How many agents it matches now" }),
          carriedOver: z.boolean().meta({ description: "Not named, but kept from the current release" }),
        }),
      )
      .meta({ description: "All that the release holds" }),
    total: z.number().int(),
    unchanged: z.number().int(),
    waves: z.array(
      z.object({
        number: z.number().int(),
        agents: z.array(
          z.object({
            id: id("agent"),
            name: z.string(),
            status: z.string(),
            change: z.enum(["changed", "unchanged", "latched"]),
            diff: z
              .number()
              .int()
              .nullable()
              .meta({ description: "Index in `diffs`; null = nothing changes" }),
          }),
        ),
      }),
    ),
    diffs: z.array(planDiff).meta({ description: "One for each distinct change, shared by its agents" }),
    warnings: z.array(z.string()),
    startsAt: timestamp.nullable().meta({
      description:
        "When it would start by its schedule and the environment's windows; null = waits for a person or another rollout",
    }),
    planToken: z.string(),
  })
  .meta({ id: "RolloutPreview" });
export type RolloutPreview = z.infer<typeof rolloutPreview>;

export const startedRollout = z.object({ receipt, rollout, release }).meta({ id: "StartedRollout" });
export type StartedRollout = z.infer<typeof startedRollout>;
export const rolloutAction = z.object({ receipt, rollout }).meta({ id: "RolloutAction" });

/** Why the rollout stands where it stands, in sentences; the newest facts first. */
export const rolloutExplanation = z
  .object({
    rolloutId: id("rollout"),
    state: z.enum(rolloutStates),
    summary: z.string(),
    /** What it waits on, since when, and what ends the waiting. Empty = it waits on nothing. */
    waits: z.array(
      z.object({
        on: z.string(),
        since: timestamp.nullable(),
        until: timestamp.nullable(),
        action: z.object({ label: z.string(), command: z.string() }).nullable(),
      }),
    ),
    why: z.array(z.object({ at: timestamp.nullable(), text: z.string() })),
  })
  .meta({ id: "RolloutExplanation" });
export type RolloutExplanation = z.infer<typeof rolloutExplanation>;

/** `muster rollouts replay` reads it: see `domain/rollouts/replay.ts` for what `document` holds. */
export const rolloutExport = z
  .object({ format: z.literal("muster.rollout/1"), rolloutId: id("rollout"), document: z.unknown() })
  .meta({ id: "RolloutExport" });
export type RolloutExport = z.infer<typeof rolloutExport>;
