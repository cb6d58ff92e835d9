import { z } from "zod";
import { twoFactorPolicy } from "../../../../protocol/api/factors.ts";
import { getPolicy } from "../../../services/factors/policy.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getTwoFactorPolicyRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/two-factor-policy",
  operationId: "getTwoFactorPolicy",
  tag: "Organizations",
  summary: "Whether the organization asks for a second factor, and how many members have none",
  access: "organization.read",
  params: z.object({ org: idParam("organization") }),
  answer: twoFactorPolicy,
  handle: ({ ctx, params }) => getPolicy({ ctx, input: params }),
});
