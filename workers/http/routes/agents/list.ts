import { z } from "zod";
import { agent, agentsQuery } from "../../../../protocol/api/agents.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/agents/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listAgentsRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/agents",
  operationId: "listAgents",
  tag: "Agents",
  summary: "Agents of a fleet, filtered and sorted",
  access: "agent.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: agentsQuery,
  answer: page(agent),
  refusals: ["unavailable"],
  handle: ({ ctx, params, query: { status, configState, drifted, label, q, sort, limit, cursor } }) =>
    list({
      ctx,
      input: {
        ...params,
        query: {
          sort,
          limit,
          ...(status && { status }),
          ...(configState && { configState }),
          ...(drifted !== undefined && { drifted }),
          ...(label && { label }),
          ...(q && { q }),
          ...(cursor && { cursor }),
        },
      },
    }),
});
