import { z } from "zod";
import type { FleetId } from "../../../../domain/ids.ts";
import { agentDetail, agentQuery } from "../../../../protocol/api/agents.ts";
import { get } from "../../../services/agents/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getAgentRoute = route({
  method: "get",
  path: "/v1/agents/{agent}",
  operationId: "getAgent",
  tag: "Agents",
  summary: "One agent: health, attributes, configs wanted and reported",
  access: "agent.read",
  params: z.object({ agent: idParam("agent") }),
  query: agentQuery,
  answer: agentDetail,
  refusals: ["unavailable"],
  // The query's schema has checked that it is a fleet's id.
  handle: ({ ctx, params, query }) =>
    get({ ctx, input: { ...params, fleet: query.fleet as FleetId | undefined } }),
});
