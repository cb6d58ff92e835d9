import { z } from "zod";
import { serviceAccount } from "../../../../protocol/api/service-accounts.ts";
import { get } from "../../../services/service-accounts/get.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const getServiceAccountRoute = route({
  method: "get",
  path: "/v1/service-accounts/{serviceAccount}",
  operationId: "getServiceAccount",
  tag: "Service accounts",
  summary: "A service account",
  access: "service_account.read",
  params: z.object({ serviceAccount: idParam("serviceAccount") }),
  answer: serviceAccount,
  handle: ({ ctx, params }) => get({ ctx, input: params }),
});
