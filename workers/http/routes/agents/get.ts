import { z } from "zod";
import { agentEtag } from "../../../../domain/fleets/agent-etag.ts";
import { agentDetail } from "../../../../protocol/api/agents.ts";
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
  answer: agentDetail,
  refusals: ["unavailable"],
  handle: async ({ ctx, params, http }) => {
    const agent = await get({ ctx, input: params });
    http.setHeader("etag", agentEtag(agent.labelSources));
    return agent;
  },
});
