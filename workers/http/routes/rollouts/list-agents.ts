import { z } from "zod";
import { rolloutAgent, rolloutAgentsQuery } from "../../../../protocol/api/rollouts.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { listAgents } from "../../../services/rollouts/list-agents.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listRolloutAgentsRoute = route({
  method: "get",
  path: "/v1/rollouts/{rollout}/agents",
  operationId: "listRolloutAgents",
  tag: "Rollouts",
  summary: "Where each agent stands within a rollout",
  access: "rollout.read",
  params: z.object({ rollout: idParam("rollout") }),
  query: rolloutAgentsQuery,
  answer: page(rolloutAgent),
  refusals: ["unavailable"],
  handle: ({ ctx, params, query }) => listAgents({ ctx, input: { ...params, ...query } }),
});
