import { z } from "zod";
import { ssoPolicy, updateSsoPolicyBody } from "../../../../protocol/api/sso.ts";
import { updatePolicy } from "../../../services/sso/policy.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateSsoPolicyRoute = route({
  method: "patch",
  path: "/v1/orgs/{org}/sso-policy",
  operationId: "updateSsoPolicy",
  tag: "Single sign-on",
  summary: "Require single sign-on of everybody, or no longer",
  description:
    "Needs an enabled connection with a verified domain, and a session by it (or, of an owner, a second factor). Owners with a second factor always get in: a broken provider locks nobody out for good.",
  access: "sso.write",
  peopleOnly: true,
  params: z.object({ org: idParam("organization") }),
  body: updateSsoPolicyBody,
  answer: ssoPolicy,
  refusals: ["conflict", "reauthentication_required"],
  handle: ({ ctx, params, body }) => updatePolicy({ ctx, input: { ...params, ...body } }),
});
