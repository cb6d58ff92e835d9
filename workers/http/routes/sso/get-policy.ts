import { z } from "zod";
import { ssoPolicy } from "../../../../protocol/api/sso.ts";
import { getPolicy } from "../../../services/sso/policy.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getSsoPolicyRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/sso-policy",
  operationId: "getSsoPolicy",
  tag: "Single sign-on",
  summary: "Whether single sign-on is required, and what stands in the way of it",
  access: "sso.read",
  params: z.object({ org: idParam("organization") }),
  answer: ssoPolicy,
  handle: ({ ctx, params }) => getPolicy({ ctx, input: params }),
});
