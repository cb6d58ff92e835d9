import { z } from "zod";
import { approvalBody, rolloutAction } from "../../../../protocol/api/rollouts.ts";
import { approve } from "../../../services/rollouts/approve.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const approveRolloutRoute = route({
  method: "post",
  path: "/v1/rollouts/{rollout}/approvals",
  operationId: "approveRollout",
  tag: "Rollouts",
  summary: "Approve or reject a rollout that waits for it",
  description:
    "Only people, never an API key. In a protected environment another person than the author, who is the person behind an API key's rollout too. A rejected rollout is cancelled.",
  access: "rollout.approve",
  peopleOnly: true,
  params: z.object({ rollout: idParam("rollout") }),
  body: approvalBody,
  answer: rolloutAction,
  refusals: ["rollout_finished", "conflict", "unavailable"],
  handle: ({ ctx, params, body }) => approve({ ctx, input: { ...params, ...body } }),
});
