import { z } from "zod";
import { revertRolloutBody, rolloutPreview, startedRollout } from "../../../../protocol/api/rollouts.ts";
import { dryRunQuery } from "../../../../protocol/api/shared.ts";
import { previewRevert, revert } from "../../../services/rollouts/revert.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const revertRolloutRoute = route({
  method: "post",
  path: "/v1/rollouts/{rollout}/revert",
  operationId: "revertRollout",
  tag: "Rollouts",
  summary:
    "Take a finished rollout back: each agent that still runs what it brought returns to what it ran before",
  description:
    "Makes a new rollout, with a strategy and gates of its own. `?dryRun=true` answers the plan and a `planToken`. Agents that run something else by now are left out. A revert can be reverted.",
  access: "rollout.write",
  params: z.object({ rollout: idParam("rollout") }),
  query: dryRunQuery,
  body: revertRolloutBody,
  bodyOptional: true,
  answer: startedRollout,
  status: 201,
  otherAnswers: { 200: rolloutPreview },
  refusals: ["conflict", "plan_impossible", "plan_outdated", "rollout_active", "unavailable"],
  handle: ({ ctx, params, query, body, http }) => {
    const input = { ...params, terms: body };
    if (!query.dryRun) return revert({ ctx, input });
    http.setStatus(200);
    return previewRevert({ ctx, input });
  },
});
