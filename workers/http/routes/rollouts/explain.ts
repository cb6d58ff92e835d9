import { z } from "zod";
import { rolloutExplanation } from "../../../../protocol/api/rollouts.ts";
import { explain } from "../../../services/rollouts/explain.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const explainRolloutRoute = route({
  method: "get",
  path: "/v1/rollouts/{rollout}/explain",
  operationId: "explainRollout",
  tag: "Rollouts",
  summary: "Why a rollout stands where it stands, what it waits on, and what a person can do",
  access: "rollout.read",
  params: z.object({ rollout: idParam("rollout") }),
  answer: rolloutExplanation,
  refusals: ["unavailable"],
  handle: ({ ctx, params }) => explain({ ctx, input: params }),
});
