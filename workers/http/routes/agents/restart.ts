import { z } from "zod";
import { agentAction } from "../../../../protocol/api/agents.ts";
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
  answer: agentAction,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => restart({ ctx, input: params }),
});
