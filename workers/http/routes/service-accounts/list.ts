import { z } from "zod";
import { serviceAccount } from "../../../../protocol/api/service-accounts.ts";
import { page, pageQuery } from "../../../../protocol/api/shared.ts";
import { list } from "../../../services/service-accounts/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const listServiceAccountsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/service-accounts",
  operationId: "listServiceAccounts",
  tag: "Service accounts",
  summary: "Service accounts of an organization, oldest first",
  access: "service_account.read",
  params: z.object({ org: idParam("organization") }),
  query: pageQuery,
  answer: page(serviceAccount),
  handle: ({ ctx, params, query }) => list({ ctx, input: { ...query, ...params } }),
});
