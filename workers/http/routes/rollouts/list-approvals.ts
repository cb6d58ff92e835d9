import { z } from "zod";
import { rolloutApprovals } from "../../../../protocol/api/rollouts.ts";
import { listApprovals } from "../../../services/rollouts/list-approvals.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listApprovalsRoute = route({
  method: "get",
  path: "/v1/rollouts/{rollout}/approvals",
  operationId: "listRolloutApprovals",
  tag: "Rollouts",
  summary: "Who approved or rejected a rollout, and whether you may",
  access: "rollout.read",
  params: z.object({ rollout: idParam("rollout") }),
  answer: rolloutApprovals,
  handle: ({ ctx, params }) => listApprovals({ ctx, input: params }),
});
