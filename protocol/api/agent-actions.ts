/** What people do to agents: labels and a name of their own, and one order for many agents. */
import { z } from "zod";
import { agent, decommissionBody } from "./agents.ts";
import { countOrPercent, rolloutPlanBody } from "./rollout-terms.ts";
import { displayName, id, labelKey, receipt, timestamp } from "./shared.ts";

const labelChanges = z
  .record(labelKey, z.string().max(255).nullable())
  .refine((changes) => Object.keys(changes).length <= 64, { error: "at most 64 labels at once" });

const relabelling = {
  labels: labelChanges.default({}).meta({
    description:
      "Labels to set; they win over what the agent reports and over its token's. null = the agent is without it, whatever it reports",
  }),
  resetLabels: z
    .array(labelKey)
    .max(64)
    .default([])
    .meta({ description: "Keys that are again what the agent reports and its token gives" }),
  immediately: z.boolean().default(false).meta({
    description:
      "Agents that would run something else get it at once. When false, labels that change what runs are changed by a rollout of the current release",
  }),
  rollout: rolloutPlanBody.omit({ planToken: true }).prefault({}).meta({
    description: "How that rollout goes, where there is one",
  }),
  planToken: z.string().optional().meta({ description: "From a dry run: refused when the world has moved" }),
};

export const updateAgentBody = z
  .strictObject({
    ...relabelling,
    name: displayName
      .nullable()
      .optional()
      .meta({ description: "What people call it; null = as it reports; left out = as it is" }),
  })
  .refine(
    ({ labels, resetLabels, name }) =>
      Object.keys(labels).length + resetLabels.length > 0 || name !== undefined,
    { error: "name what to change: labels, resetLabels or name" },
  );
export type UpdateAgentBody = z.output<typeof updateAgentBody>;

/** Either way, only agents with which the caller may do that. */
const whom = {
  selector: z
    .string()
    .max(1000)
    .optional()
    .meta({ description: 'Agents whose labels match, such as `role=web`; "" = all of the fleet' }),
  agents: z.array(id("agent")).min(1).max(1_000).optional(),
};

export const agentActionBody = z
  .discriminatedUnion("action", [
    z.strictObject({ action: z.literal("label"), ...whom, ...relabelling }),
    z.strictObject({
      action: z.literal("restart"),
      ...whom,
      maxUnavailable: countOrPercent
        .default(1)
        .meta({ description: "As many agents, or that share of them, restart at the same time" }),
      timeoutSeconds: z.number().int().min(10).max(3600).default(120).meta({
        description: "Until an agent must be back and healthy. One that is not ends the restart",
      }),
      planToken: z.string().optional(),
    }),
    z.strictObject({ action: z.literal("revoke"), ...whom, planToken: z.string().optional() }),
    z.strictObject({
      action: z.literal("decommission"),
      ...whom,
      ...decommissionBody.shape,
      planToken: z.string().optional(),
    }),
  ])
  .refine((body) => (body.selector === undefined) !== (body.agents === undefined), {
    error: "name the agents by exactly one of selector and agents",
  })
  .refine(
    (body) => body.action !== "label" || Object.keys(body.labels).length + body.resetLabels.length > 0,
    { path: ["labels"], error: "name at least one label to set or to reset" },
  );
export type AgentActionBody = z.output<typeof agentActionBody>;

export const plannedAction = z.object({
  agentId: id("agent"),
  name: z.string(),
  does: z.enum(["relabel", "restart", "revoke", "decommission", "nothing"]),
  text: z.string().meta({ description: "What happens to it, or why nothing does" }),
  runs: z
    .enum(["same", "other"])
    .meta({ description: "`other`: with its new labels the current release gives it other files" }),
  before: z.record(z.string(), z.string()).meta({ description: "The labels that change, as they are" }),
  after: z.record(z.string(), z.string()),
});

export const agentActionPlan = z
  .object({
    total: z.number().int().meta({ description: "Agents that something happens to" }),
    nothing: z.number().int(),
    runsOther: z.number().int().meta({ description: "Of them, those that would run something else" }),
    byRollout: z.boolean().meta({ description: "The labels are changed by a rollout" }),
    maxUnavailable: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Of a restart: agents at the same time" }),
    agents: z
      .array(plannedAction)
      .meta({ description: "The first 200, those that something happens to first" }),
    warnings: z.array(z.string()),
    planToken: z.string(),
  })
  .meta({ id: "AgentActionPlan" });
export type AgentActionPlan = z.infer<typeof agentActionPlan>;

export const restartStates = ["running", "succeeded", "failed", "cancelled"] as const;

export const agentRestart = z
  .object({
    id: id("restart"),
    fleetId: id("fleet"),
    state: z.enum(restartStates),
    reason: z.string().nullable().meta({ description: "Why it failed or was cancelled" }),
    total: z.number().int(),
    restarted: z.number().int(),
    waiting: z.number().int(),
    maxUnavailable: z.number().int(),
    restarting: z.array(z.object({ agentId: id("agent"), name: z.string(), since: timestamp })),
    left: z
      .array(z.object({ agentId: id("agent"), name: z.string(), reason: z.string() }))
      .meta({ description: "Agents that were not restarted, or did not come back well" }),
    startedBy: z.string(),
    createdAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: "AgentRestart" });
export type AgentRestart = z.infer<typeof agentRestart>;

export const agentRestarts = z.object({ items: z.array(agentRestart) }).meta({ id: "AgentRestarts" });
export const restartAction = agentRestart.extend({ receipt }).meta({ id: "RestartAction" });
export type RestartAction = z.infer<typeof restartAction>;

/** What a change of one agent answers. */
export const updatedAgent = agent
  .extend({
    receipt,
    rolloutId: id("rollout").nullable().meta({ description: "The rollout that changes its labels" }),
  })
  .meta({ id: "UpdatedAgent" });
export type UpdatedAgent = z.infer<typeof updatedAgent>;

export const agentActionResult = z
  .object({
    receipt,
    agents: z.number().int(),
    rolloutId: id("rollout").nullable(),
    restart: agentRestart.nullable(),
  })
  .meta({ id: "AgentActionResult" });
export type AgentActionResult = z.infer<typeof agentActionResult>;
