import { z } from "zod";
import { listRolloutsQuery, rollout } from "../../../../protocol/api/rollouts.ts";
import { page } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/rollouts/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listRolloutsRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/rollouts",
  operationId: "listRollouts",
  tag: "Rollouts",
  summary: "Rollouts of a fleet, newest first",
  description:
    "With `state`, those of that state alone (`open`: all that have not ended). Those that have not ended are asked of the fleet; the others are as the store has them.",
  access: "rollout.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: listRolloutsQuery,
  answer: page(rollout),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
