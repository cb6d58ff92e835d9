import { z } from "zod";
import { agentRestart } from "../../../../protocol/api/agent-actions.ts";
import { getRestart } from "../../../services/agents/restarts.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getRestartRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/restarts/{restart}",
  operationId: "getRestart",
  tag: "Agents",
  summary: "How a restart of many agents goes",
  access: "agent.read",
  params: z.object({ fleet: idParam("fleet"), restart: idParam("restart") }),
  answer: agentRestart,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => getRestart({ ctx, input: params }),
});
