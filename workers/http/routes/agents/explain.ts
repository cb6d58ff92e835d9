import { z } from "zod";
import type { FleetId } from "../../../../domain/ids.ts";
import { agentExplanation, agentQuery } from "../../../../protocol/api/agents.ts";
import { explain } from "../../../services/agents/explain.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const explainAgentRoute = route({
  method: "get",
  path: "/v1/agents/{agent}/explain",
  operationId: "explainAgent",
  tag: "Agents",
  summary: "Why the agent is as it is",
  access: "agent.read",
  params: z.object({ agent: idParam("agent") }),
  query: agentQuery,
  answer: agentExplanation,
  refusals: ["unavailable"],
  // The query's schema has checked that it is a fleet's id.
  handle: ({ ctx, params, query }) =>
    explain({ ctx, input: { ...params, fleet: query.fleet as FleetId | undefined } }),
});
