import { z } from "zod";
import { driftComparisons, driftPolicies, driftSeverities, repairKinds } from "../../domain/fleets/drift.ts";
import { rolloutPlanBody } from "./rollout-terms.ts";
import { id, receipt, timestamp } from "./shared.ts";

const severity = z.enum(driftSeverities).meta({
  description:
    "`critical`: a file is missing; `major`: it means something else; `minor`: only comments, order or white space differ",
});
export const driftPolicy = z.enum(driftPolicies).meta({
  description:
    "What the fleet does about an agent that runs other files than it was given: `tell`, `reapply` (gives them anew, by a rollout) or `accept` (a new config version of them)",
});

/** On an agent, while what it reports differs from what it was given. */
export const drift = z.object({
  since: timestamp,
  severity,
  files: z.array(z.object({ name: z.string(), change: z.enum(["missing", "changed"]), severity })),
});

/** What the fleet will do about it by its policy. */
export const driftRepair = z.object({
  kind: z.enum(repairKinds),
  text: z.string().meta({ description: "Why that, in words" }),
  at: timestamp.nullable().meta({ description: "When at the earliest; null = not by itself, or now" }),
  attempts: z.number().int().meta({ description: "How often the policy has repaired this agent lately" }),
});

export const driftedAgent = drift
  .extend({
    agentId: id("agent"),
    name: z.string(),
    status: z.string(),
    expectedHash: z.string(),
    repair: driftRepair,
  })
  .meta({ id: "DriftedAgent" });
export type DriftedAgent = z.infer<typeof driftedAgent>;

/** What the fleet should run, and what it runs. */
export const fleetDrift = z
  .object({
    policy: driftPolicy,
    desired: z.object({
      releaseId: id("release").nullable(),
      releaseNumber: z.number().int().nullable().meta({ description: "null = no release has succeeded yet" }),
      agents: z.number().int().meta({ description: "How many it gives something to run" }),
    }),
    current: z.object({
      inSync: z.number().int().meta({ description: "Run what they should, and report just that" }),
      drifted: z.number().int(),
      critical: z.number().int(),
      major: z.number().int(),
      minor: z.number().int(),
      behind: z.number().int().meta({ description: "Run something else, or nothing yet" }),
      silent: z.number().int().meta({
        description: "Run what they should by their own word, and do not show their files",
      }),
    }),
    order: z
      .object({ rolloutId: id("rollout"), policy: driftPolicy, agents: z.number().int(), at: timestamp })
      .nullable()
      .meta({ description: "The repair that is under way" }),
    items: z.array(driftedAgent).meta({ description: "The longest drifted first" }),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "FleetDrift" });
export type FleetDrift = z.infer<typeof fleetDrift>;

export const driftFile = z.object({
  name: z.string(),
  configId: id("config")
    .nullable()
    .meta({ description: "null = the release that gave it is not held any more" }),
  configName: z.string().nullable(),
  version: z.number().int().nullable(),
  state: z.enum(["same", "changed", "missing", "unknown"]),
  severity: severity.nullable(),
  diff: z
    .string()
    .nullable()
    .meta({ description: "Unified, from what it was given to what it has; null = none, or too large" }),
  desired: z.string().meta({ description: "Secrets are masked" }),
  current: z.string().nullable().meta({ description: "Secrets are masked; null = missing or unknown" }),
});

export const agentDrift = z
  .object({
    agentId: id("agent"),
    fleetId: id("fleet"),
    comparison: z.enum(driftComparisons).meta({
      description:
        "`files`: each file by its name; `own_form`: the agent reports its config in a form of its own, compared with what it reported right after it applied; `none`: nothing to compare yet",
    }),
    text: z.string().meta({ description: "How it was compared, or why it was not" }),
    expectedHash: z.string().nullable(),
    drift: drift.nullable(),
    repair: driftRepair.nullable(),
    files: z.array(driftFile),
  })
  .meta({ id: "AgentDrift" });
export type AgentDrift = z.infer<typeof agentDrift>;

/** Where a config should run, and where it does. */
export const configDrift = z
  .object({
    items: z.array(
      z.object({
        fleetId: id("fleet"),
        fleetName: z.string(),
        files: z.array(z.string()),
        versions: z.array(
          z.object({
            version: z.number().int(),
            desired: z.number().int().meta({ description: "Agents that should run it" }),
            current: z.number().int().meta({ description: "Agents that said they applied it" }),
          }),
        ),
        drifted: z.array(
          z.object({
            agentId: id("agent"),
            name: z.string(),
            version: z.number().int(),
            severity,
            since: timestamp,
          }),
        ),
      }),
    ),
    unasked: z
      .array(z.object({ fleetId: id("fleet"), fleetName: z.string() }))
      .meta({ description: "Fleets that could not be asked just now" }),
  })
  .meta({ id: "ConfigDrift" });
export type ConfigDrift = z.infer<typeof configDrift>;

export const reapplyBody = rolloutPlanBody.omit({ planToken: true }).extend({
  agents: z
    .array(id("agent"))
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: "Every drifted agent when left out" }),
});

export const acceptDriftBody = rolloutPlanBody.omit({ planToken: true }).extend({
  files: z
    .array(z.string().min(1).max(255))
    .min(1)
    .optional()
    .meta({ description: "Every changed file of the agent when left out" }),
});

/** What taking an agent's files over would write. */
export const acceptedDraft = z
  .object({
    files: z.array(
      z.object({
        name: z.string(),
        configId: id("config"),
        configName: z.string(),
        baseVersion: z.number().int(),
        content: z.string(),
        diff: z.string().meta({ description: "Unified, from the base version to what would be saved" }),
      }),
    ),
  })
  .meta({ id: "AcceptedDraft" });
export type AcceptedDraft = z.infer<typeof acceptedDraft>;

export const acceptedDrift = z
  .object({
    receipt,
    versions: z.array(
      z.object({
        name: z.string(),
        configId: id("config"),
        configName: z.string(),
        version: z.number().int(),
      }),
    ),
    rolloutId: id("rollout"),
  })
  .meta({ id: "AcceptedDrift" });
export type AcceptedDrift = z.infer<typeof acceptedDrift>;
