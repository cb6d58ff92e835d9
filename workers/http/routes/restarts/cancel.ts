import { z } from "zod";
import { restartAction } from "../../../../protocol/api/agent-actions.ts";
import { cancelRestart } from "../../../services/agents/restarts.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const cancelRestartRoute = route({
  method: "post",
  path: "/v1/fleets/{fleet}/restarts/{restart}/cancel",
  operationId: "cancelRestart",
  tag: "Agents",
  summary: "Tell no further agent to restart",
  description: "Agents that restart now are not called back.",
  access: "agent.operate",
  params: z.object({ fleet: idParam("fleet"), restart: idParam("restart") }),
  answer: restartAction,
  refusals: ["conflict", "unavailable"],
  handle: ({ ctx, params }) => cancelRestart({ ctx, input: params }),
});
