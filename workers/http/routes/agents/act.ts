import { z } from "zod";
import {
  agentActionBody,
  agentActionPlan,
  agentActionResult,
} from "../../../../protocol/api/agent-actions.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { act, previewAct } from "../../../services/agents/act.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const actOnAgentsRoute = route({
  method: "post",
  path: "/v1/fleets/{fleet}/agents/actions",
  operationId: "actOnAgents",
  tag: "Agents",
  summary: "Label, restart, revoke or decommission many agents at once",
  description:
    "Of a restart so many agents go at the same time (`maxUnavailable`), and the next is told when one is back and healthy; the first that is not in time ends it. Labels that change what agents run are changed by a rollout of the current release to these agents, unless `immediately`. To revoke and to decommission take `agent.revoke`, and cannot be undone. `?dryRun=true` answers the plan.",
  access: "agent.operate",
  params: z.object({ fleet: idParam("fleet") }),
  query: dryRunQuery,
  body: agentActionBody,
  answer: agentActionResult,
  status: 201,
  otherAnswers: { 200: agentActionPlan },
  refusals: ["conflict", "plan_impossible", "plan_outdated", "rollout_active", "unavailable"],
  handle: ({ ctx, params, query, body, http }) => {
    const input = { ...params, body };
    if (!query.dryRun) return act({ ctx, input });
    http.setStatus(200);
    return previewAct({ ctx, input });
  },
});
