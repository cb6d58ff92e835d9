import { z } from "zod";
import {
  agentConfigStates,
  agentCredentialKinds,
  agentPackageStates,
  agentStatuses,
  agentTransports,
} from "../../domain/fleets/agent-state.ts";
import { drift } from "./drift.ts";
import { id, labels, pageQuery, receipt, timestamp } from "./shared.ts";

export const agentConfig = z.object({
  state: z.enum(agentConfigStates),
  wantedHash: z.string().nullable().meta({ description: "Hex sha256 of what the agent should run" }),
  reportedHash: z.string().nullable().meta({ description: "The hash that the agent last reported on" }),
  releaseId: id("release").nullable().meta({ description: "The release that the wanted hash comes from" }),
  error: z.string().nullable().meta({ description: "The agent's own text when it said FAILED" }),
});

export const agent = z
  .object({
    id: id("agent"),
    fleetId: id("fleet"),
    instanceUid: z.string().meta({ description: "OpAMP instance uid, 32 hex digits" }),
    name: z
      .string()
      .meta({ description: "service.instance.id, host.name or the uid, whichever is first known" }),
    type: z.string().nullable().meta({ description: "service.name" }),
    version: z.string().nullable().meta({ description: "service.version" }),
    labels,
    status: z.enum(agentStatuses),
    healthy: z.boolean().nullable().meta({ description: "null when the agent does not report health" }),
    healthError: z.string().nullable(),
    transport: z.enum(agentTransports).nullable(),
    credential: z.enum(agentCredentialKinds),
    capabilities: z.array(z.string()),
    config: agentConfig,
    drift: drift
      .nullable()
      .meta({ description: "While what it reports differs from what it was given; null = it does not" }),
    decommissioned: z.object({ reason: z.string(), by: z.string(), at: timestamp }).nullish().meta({
      description:
        "It left for good, and so is revoked: why, who said so, and when; absent or null = it did not",
    }),
    enrolledAt: timestamp,
    connectedAt: timestamp.nullable(),
    lastSeenAt: timestamp.nullable(),
  })
  .meta({ id: "Agent" });
export type Agent = z.infer<typeof agent>;

/** What revoke and restart answer. */
export const agentAction = agent.extend({ receipt }).meta({ id: "AgentAction" });
export type AgentAction = z.infer<typeof agentAction>;

export const decommissionBody = z.strictObject({
  reason: z.string().trim().min(1).max(500).default("not needed any more"),
  keepRunning: z
    .boolean()
    .default(true)
    .meta({ description: "Whether what Muster's own agent runs goes on; told if it is online" }),
});

export const agentFile = z.object({
  name: z.string(),
  contentType: z.string(),
  content: z
    .string()
    .meta({ description: "UTF-8; bytes that are not text are answered as base64 with encoding=base64" }),
  encoding: z.enum(["utf8", "base64"]),
});

/** What the agent says of one package: OpAMP's PackageStatus. */
export const agentPackage = z.object({
  name: z.string(),
  version: z.string().meta({ description: "What the agent has; empty = not installed" }),
  hash: z.string().meta({ description: "Hex; of what the agent has, if it says so" }),
  offeredVersion: z.string().meta({ description: "What Muster offered; empty = nothing" }),
  offeredHash: z.string(),
  status: z.enum(agentPackageStates),
  error: z.string().nullable(),
});
export type AgentPackage = z.infer<typeof agentPackage>;

export const agentDetail = agent
  .extend({
    labelSources: z
      .object({
        reported: labels.meta({ description: "What the agent says of itself" }),
        token: labels.meta({ description: "From the token that it enrolled with" }),
        operator: z
          .record(z.string(), z.string().nullable())
          .meta({ description: "What people set; null = the agent is to be without it" }),
        name: z.string().nullable().meta({ description: "What people call it; null = as it reports" }),
      })
      .meta({ description: "Where its labels come from; the later win" }),
    attributes: z.object({
      identifying: z.record(z.string(), z.unknown()),
      nonIdentifying: z.record(z.string(), z.unknown()),
    }),
    health: z.unknown().meta({ description: "The reported ComponentHealth tree" }),
    effectiveConfig: z.array(agentFile),
    wantedConfig: z.array(agentFile),
    packages: z
      .array(agentPackage)
      .meta({ description: "What the agent reported on its packages, by name; empty when it reports none" }),
    history: z
      .array(
        z.object({
          hash: z.string(),
          releaseId: id("release").nullable(),
          status: z.string(),
          error: z.string().nullable(),
          at: timestamp,
        }),
      )
      .meta({ description: "What the agent reported on configs, newest first" }),
  })
  .meta({ id: "AgentDetail" });
export type AgentDetail = z.infer<typeof agentDetail>;

export const agentSorts = [
  "name",
  "-name",
  "status",
  "-status",
  "lastSeenAt",
  "-lastSeenAt",
  "enrolledAt",
  "-enrolledAt",
] as const;
export const agentsQuery = pageQuery.extend({
  status: z.enum(agentStatuses).optional(),
  configState: z.enum(agentConfigStates).optional(),
  drifted: z.stringbool().optional().meta({ description: "Only agents that drifted, or only the others" }),
  label: z
    .string()
    .max(500)
    .optional()
    .meta({ description: "A label selector, such as `role=web,region in (eu,us)`" }),
  q: z.string().max(100).optional().meta({ description: "Part of the name, type or id" }),
  sort: z.enum(agentSorts).default("name"),
});

/** Why an agent is as it is: sentences first, each with the facts behind it. */
export const agentExplanation = z
  .object({
    agentId: id("agent"),
    summary: z.string(),
    reasons: z.array(
      z.object({
        topic: z.enum(["connection", "health", "config", "drift", "rollout", "credential"]),
        text: z.string(),
        since: timestamp.nullable(),
        facts: z.record(z.string(), z.unknown()),
      }),
    ),
    release: z.object({ id: id("release"), number: z.number().int() }).nullable(),
    matched: z
      .array(
        z.object({
          configId: id("config"),
          configName: z.string(),
          version: z.number().int(),
          selector: z.string(),
        }),
      )
      .meta({ description: "Which assignments' selectors matched this agent" }),
    rollout: z
      .object({
        id: id("rollout"),
        state: z.string(),
        wave: z.number().int().nullable(),
        agentState: z.string(),
        gate: z.string().nullable().meta({
          description: "The last judgement that let its wave pass, held or stopped it, in words",
        }),
        startedBy: z.string().nullable(),
      })
      .nullable(),
    latched: z
      .array(z.object({ hash: z.string(), error: z.string(), at: timestamp }))
      .meta({ description: "Hashes that failed here and are not offered again" }),
  })
  .meta({ id: "AgentExplanation" });
export type AgentExplanation = z.infer<typeof agentExplanation>;

/** The agent is gone, so the receipt is all that there is. */
export const deletedAgent = z.object({ receipt }).meta({ id: "DeletedAgent" });
export type DeletedAgent = z.infer<typeof deletedAgent>;
