import { z } from "zod";
import { rolloutAction } from "../../../../protocol/api/rollouts.ts";
import { act } from "../../../services/rollouts/act.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const promoteRolloutRoute = route({
  method: "post",
  path: "/v1/rollouts/{rollout}/promote",
  operationId: "promoteRollout",
  tag: "Rollouts",
  summary: "Let a wave without evidence pass, or end the pause before the next wave",
  access: "rollout.write",
  params: z.object({ rollout: idParam("rollout") }),
  answer: rolloutAction,
  refusals: ["rollout_finished", "conflict", "unavailable"],
  handle: ({ ctx, params }) => act({ ctx, input: { ...params, action: "promote" } }),
});
