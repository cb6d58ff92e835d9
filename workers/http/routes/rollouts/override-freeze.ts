import { z } from "zod";
import { overrideFreezeBody, rolloutAction } from "../../../../protocol/api/rollouts.ts";
import { overrideFreeze } from "../../../services/rollouts/override-freeze.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const overrideFreezeRoute = route({
  method: "post",
  path: "/v1/rollouts/{rollout}/override-freeze",
  operationId: "overrideFreeze",
  tag: "Rollouts",
  summary: "Let a rollout go on in spite of freezes; the reason is audited",
  access: "rollout.override_freeze",
  params: z.object({ rollout: idParam("rollout") }),
  body: overrideFreezeBody,
  answer: rolloutAction,
  refusals: ["rollout_finished", "conflict", "unavailable"],
  handle: ({ ctx, params, body }) => overrideFreeze({ ctx, input: { ...params, ...body } }),
});
