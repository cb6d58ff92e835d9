import { z } from "zod";
import { twoFactorPolicy, updateTwoFactorPolicyBody } from "../../../../protocol/api/factors.ts";
import { updatePolicy } from "../../../services/factors/policy.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateTwoFactorPolicyRoute = route({
  method: "patch",
  path: "/v1/orgs/{org}/two-factor-policy",
  operationId: "updateTwoFactorPolicy",
  tag: "Organizations",
  summary: "Ask everybody for a second factor, or no longer",
  description:
    "Sessions that were opened without one can do nothing in the organization from then on, until their person adds one or signs in with it. A session by the organization's own single sign-on counts as it is. API keys go on working.",
  access: "organization.write",
  peopleOnly: true,
  params: z.object({ org: idParam("organization") }),
  body: updateTwoFactorPolicyBody,
  answer: twoFactorPolicy,
  refusals: ["conflict", "reauthentication_required"],
  handle: ({ ctx, params, body }) => updatePolicy({ ctx, input: { ...params, ...body } }),
});
