import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/service-accounts/delete.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteServiceAccountRoute = route({
  method: "delete",
  path: "/v1/service-accounts/{serviceAccount}",
  operationId: "deleteServiceAccount",
  tag: "Service accounts",
  summary: "Delete a service account and revoke its keys",
  access: "service_account.write",
  params: z.object({ serviceAccount: idParam("serviceAccount") }),
  answer: receiptAnswer,
  handle: ({ ctx, params }) => remove({ ctx, input: params }),
});
