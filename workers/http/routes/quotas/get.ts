import { z } from "zod";
import { quotas } from "../../../../protocol/api/quotas.ts";
import { get } from "../../../services/quotas/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getQuotasRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/quotas",
  operationId: "getQuotas",
  tag: "Quotas",
  summary: "What the plan allows, and what is used of it",
  access: "quota.read",
  params: z.object({ org: idParam("organization") }),
  answer: quotas,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
