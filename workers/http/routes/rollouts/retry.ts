import { z } from "zod";
import { rolloutAction } from "../../../../protocol/api/rollouts.ts";
import { act } from "../../../services/rollouts/act.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const retryRolloutRoute = route({
  method: "post",
  path: "/v1/rollouts/{rollout}/retry",
  operationId: "retryRollout",
  tag: "Rollouts",
  summary:
    "Lift the hold on the agents that failed in an ended rollout; those that should run its release are offered it again",
  access: "rollout.write",
  params: z.object({ rollout: idParam("rollout") }),
  answer: rolloutAction,
  refusals: ["conflict", "unavailable"],
  handle: ({ ctx, params }) => act({ ctx, input: { ...params, action: "retry" } }),
});
