import { z } from "zod";
import { agentAction } from "../../../../protocol/api/agents.ts";
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
  answer: agentAction,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => revoke({ ctx, input: params }),
});
