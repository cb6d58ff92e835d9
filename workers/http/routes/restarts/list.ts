import { z } from "zod";
import { agentRestarts } from "../../../../protocol/api/agent-actions.ts";
import { listRestarts } from "../../../services/agents/restarts.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listRestartsRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/restarts",
  operationId: "listRestarts",
  tag: "Agents",
  summary: "The fleet's last restarts of many agents, the newest first",
  access: "agent.read",
  params: z.object({ fleet: idParam("fleet") }),
  answer: agentRestarts,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => listRestarts({ ctx, input: params }),
});
