import { z } from "zod";
import { agentAction, decommissionBody } from "../../../../protocol/api/agents.ts";
import { decommission } from "../../../services/agents/decommission.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const decommissionAgentRoute = route({
  method: "post",
  path: "/v1/agents/{agent}/decommission",
  operationId: "decommissionAgent",
  tag: "Agents",
  summary: "Let an agent go for good, and keep its row with the reason",
  description:
    "As revoke, and Muster's own agent, if it is connected, forgets its credential and dials no more, also after a restart; one that is away is refused when it comes. `muster-agent decommission` does the same from the host.",
  access: "agent.revoke",
  params: z.object({ agent: idParam("agent") }),
  body: decommissionBody,
  bodyOptional: true,
  answer: agentAction,
  refusals: ["unavailable"],
  handle: ({ ctx, params, body }) => decommission({ ctx, input: { ...params, ...body } }),
});
