import { z } from "zod";
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

export const release = z
  .object({
    id: id("release"),
    fleetId: id("fleet"),
    number: z.number().int(),
    assignments: z.array(assignment),
    message: z.string().nullable(),
    author: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "Release" });
export type Release = z.infer<typeof release>;
/** What a new release is made of. */
const newAssignments = {
  assignments: z.array(assignmentBody).min(1).max(maxAssignments),
  keepOthers: z.boolean().default(false).meta({
    description:
      "Carries over the current release's assignments whose config is not named again, except where a named one writes the same file for the same selector. Without it the new release has the named ones alone",
  }),
};

export const createReleaseBody = z.strictObject({
  ...newAssignments,
  message: z.string().max(500).optional(),
});

const percent = z.string().regex(/^(100|[1-9]?[0-9])%$/, { error: "use a whole percentage such as 25%" });
/** A whole number of agents, or a percentage of the plan, rounded up, at least one. */
export const countOrPercent = z.union([z.number().int().min(1), percent]);

export const strategy = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("all-at-once") }),
  z.strictObject({
    kind: z.literal("rolling"),
    batch: countOrPercent,
    pauseSeconds: z
      .number()
      .int()
      .min(0)
      .max(86_400)
      .default(0)
      .meta({ description: "Between one wave's gate and the next wave" }),
  }),
]);
export type Strategy = z.infer<typeof strategy>;

export const gates = z.strictObject({
  soakSeconds: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(10)
    .meta({ description: "How long an agent must stay healthy after APPLIED" }),
  maxFailures: countOrPercent
    .or(z.literal(0))
    .default(0)
    .meta({ description: "More failures than this (share: of the agents that reported) stop the rollout" }),
  applyTimeoutSeconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(120)
    .meta({ description: "From offer to APPLIED or FAILED" }),
  progressDeadlineSeconds: z
    .number()
    .int()
    .min(10)
    .max(604_800)
    .default(600)
    .meta({ description: "Without any progress for so long, waiting ends" }),
});
export type Gates = z.infer<typeof gates>;

export const rolloutPlanBody = z.strictObject({
  strategy: strategy.default({ kind: "all-at-once" }),
  gates: gates.prefault({}),
  autoRevert: z
    .boolean()
    .default(true)
    .meta({ description: "On a failed gate return each agent to what it ran before" }),
  message: z.string().max(500).optional(),
});
export const startRolloutBody = z.union([
  rolloutPlanBody.extend({ release: id("release"), planToken: z.string().optional() }),
  rolloutPlanBody.extend({
    ...newAssignments,
    planToken: z.string().optional(),
  }),
]);
export type StartRolloutBody = z.input<typeof startRolloutBody>;

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
          }),
        ),
      }),
    ),
    warnings: z.array(z.string()),
    planToken: z.string(),
  })
  .meta({ id: "RolloutPreview" });
export type RolloutPreview = z.infer<typeof rolloutPreview>;

export const startedRollout = z.object({ receipt, rollout, release }).meta({ id: "StartedRollout" });
export type StartedRollout = z.infer<typeof startedRollout>;
export const rolloutAction = z.object({ receipt, rollout }).meta({ id: "RolloutAction" });
