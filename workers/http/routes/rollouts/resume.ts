import { z } from "zod";
import { rolloutAction } from "../../../../protocol/api/rollouts.ts";
import { act } from "../../../services/rollouts/act.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const resumeRolloutRoute = route({
  method: "post",
  path: "/v1/rollouts/{rollout}/resume",
  operationId: "resumeRollout",
  tag: "Rollouts",
  summary: "Let a paused rollout go on",
  access: "rollout.write",
  params: z.object({ rollout: idParam("rollout") }),
  answer: rolloutAction,
  refusals: ["rollout_finished", "conflict", "unavailable"],
  handle: ({ ctx, params }) => act({ ctx, input: { ...params, action: "resume" } }),
});
