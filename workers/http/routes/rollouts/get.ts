import { z } from "zod";
import { rolloutDetail } from "../../../../protocol/api/rollouts.ts";
import { get } from "../../../services/rollouts/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getRolloutRoute = route({
  method: "get",
  path: "/v1/rollouts/{rollout}",
  operationId: "getRollout",
  tag: "Rollouts",
  summary: "One rollout with its waves and decisions",
  description:
    "`live` is false when the fleet could not be asked: then it is the last summary that the store has.",
  access: "rollout.read",
  params: z.object({ rollout: idParam("rollout") }),
  answer: rolloutDetail,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
