import { z } from "zod";
import type { FleetId } from "../../../../domain/ids.ts";
import { agentAction, agentQuery } from "../../../../protocol/api/agents.ts";
import { revoke } from "../../../services/agents/revoke.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const revokeAgentRoute = route({
  method: "post",
  path: "/v1/agents/{agent}/revoke",
  operationId: "revokeAgent",
  tag: "Agents",
  summary: "Close the agent's socket and end its credential",
  access: "agent.revoke",
  params: z.object({ agent: idParam("agent") }),
  query: agentQuery,
  answer: agentAction,
  refusals: ["unavailable"],
  // The query's schema has checked that it is a fleet's id.
  handle: ({ ctx, params, query }) =>
    revoke({ ctx, input: { ...params, fleet: query.fleet as FleetId | undefined } }),
});
