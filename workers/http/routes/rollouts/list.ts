import { z } from "zod";
import { rollout } from "../../../../protocol/api/rollouts.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/rollouts/list.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listRolloutsRoute = route({
  method: "get",
  path: "/v1/fleets/{fleet}/rollouts",
  operationId: "listRollouts",
  tag: "Rollouts",
  summary: "Rollouts of a fleet, newest first",
  access: "rollout.read",
  params: z.object({ fleet: idParam("fleet") }),
  query: pageQuery,
  answer: page(rollout),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...params, ...query } }),
});
