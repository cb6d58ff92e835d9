import { z } from "zod";
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
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
