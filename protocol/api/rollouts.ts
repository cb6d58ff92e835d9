import { z } from "zod";
import { rolloutAgentStates, rolloutStates } from "../../domain/rollouts/states.ts";
import { assignment, release } from "./releases.ts";
import { gates, rolloutSchedule, strategy } from "./rollout-terms.ts";
import { id, pageQuery, receipt, timestamp } from "./shared.ts";

export * from "./releases.ts";
export * from "./rollout-terms.ts";

/** `POST /v1/rollouts/{rollout}/approvals`: only people, never an API key. */
export const approvalBody = z.strictObject({
  verdict: z.enum(["approve", "reject"]),
  comment: z.string().max(500).optional(),
});
/** Who may approve, and who did. `you` is about the asker. */
export const rolloutApprovals = z
  .object({
    required: z.boolean(),
    protected: z.boolean().meta({ description: "Another person than the author must approve" }),
    you: z.object({
      may: z.boolean(),
      why: z.string().nullable().meta({ description: "Why not; null = you may" }),
    }),
    items: z.array(
      z.object({
        verdict: z.enum(["approve", "reject"]),
        by: z.string(),
        comment: z.string().nullable(),
        at: timestamp.nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "RolloutApprovals" });
export type RolloutApprovals = z.infer<typeof rolloutApprovals>;
export const overrideFreezeBody = z.strictObject({ reason: z.string().min(1).max(500) });

export const rolloutCounts = z.object(
  Object.fromEntries(rolloutAgentStates.map((state) => [state, z.number().int()])) as Record<
    (typeof rolloutAgentStates)[number],
    z.ZodNumber
  >,
);

export const waveView = z.object({
  number: z.number().int(),
  state: z.enum(["waiting", "running", "passed", "failed", "stopped", "skipped"]),
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
    hold: z.enum(["person", "inconclusive", "promotion", "window"]).nullable().optional().meta({
      description:
        "What holds a paused one: a person's pause, a gate with too little to judge by, a promotion to come, or closed windows and freezes",
    }),
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
export const listRolloutsQuery = pageQuery.extend({
  state: z
    .enum([...rolloutStates, "open"])
    .optional()
    .meta({ description: "`open` = any that has not ended" }),
});
export const rolloutAgentsQuery = pageQuery.extend({ state: z.enum(rolloutAgentStates).optional() });

export const planDiff = z.object({
  from: z.string().nullable().meta({ description: "Hash that the agents run; null = none of ours" }),
  to: z.string(),
  agents: z.number().int(),
  reasons: z.array(z.string()).meta({ description: "What makes the difference, in words" }),
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
