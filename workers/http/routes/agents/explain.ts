import { z } from "zod";
import { agentExplanation } from "../../../../protocol/api/agents.ts";
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
  answer: agentExplanation,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => explain({ ctx, input: params }),
});
