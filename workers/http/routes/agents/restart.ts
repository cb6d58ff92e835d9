import { z } from "zod";
import type { FleetId } from "../../../../domain/ids.ts";
import { agentAction, agentQuery } from "../../../../protocol/api/agents.ts";
import { restart } from "../../../services/agents/restart.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const restartAgentRoute = route({
  method: "post",
  path: "/v1/agents/{agent}/restart",
  operationId: "restartAgent",
  tag: "Agents",
  summary: "Ask the agent to restart what it runs",
  access: "agent.operate",
  params: z.object({ agent: idParam("agent") }),
  query: agentQuery,
  answer: agentAction,
  refusals: ["unavailable"],
  // The query's schema has checked that it is a fleet's id.
  handle: ({ ctx, params, query }) =>
    restart({ ctx, input: { ...params, fleet: query.fleet as FleetId | undefined } }),
});
