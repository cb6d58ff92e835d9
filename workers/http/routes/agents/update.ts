import { z } from "zod";
import { agentActionPlan, updateAgentBody, updatedAgent } from "../../../../protocol/api/agent-actions.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { previewUpdate, update } from "../../../services/agents/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateAgentRoute = route({
  method: "patch",
  path: "/v1/agents/{agent}",
  operationId: "updateAgent",
  tag: "Agents",
  summary: "Set an agent's labels and name",
  description:
    "What people set wins over what the agent reports and over its token's labels. Labels that change what it runs are changed by a rollout of the current release, unless `immediately`. With `If-Match`, refused with 409 and what they are now when somebody changed them meanwhile. `?dryRun=true` answers the plan.",
  access: "agent.operate",
  params: z.object({ agent: idParam("agent") }),
  query: dryRunQuery,
  body: updateAgentBody,
  answer: z.union([updatedAgent, agentActionPlan]),
  refusals: ["conflict", "plan_impossible", "plan_outdated", "rollout_active", "unavailable"],
  handle: async ({ ctx, params, query, body, http }) => {
    const input = { ...params, body, ifMatch: http.header("if-match") };
    if (query.dryRun) return previewUpdate({ ctx, input });
    const { agent, etag } = await update({ ctx, input });
    http.setHeader("etag", etag);
    return agent;
  },
});
