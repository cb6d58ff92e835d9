import { z } from "zod";
import { serviceAccountChange, updateServiceAccountBody } from "../../../../protocol/api/service-accounts.ts";
import { update } from "../../../services/service-accounts/update.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const updateServiceAccountRoute = route({
  method: "patch",
  path: "/v1/service-accounts/{serviceAccount}",
  operationId: "updateServiceAccount",
  tag: "Service accounts",
  summary: "Rename, disable or give another role",
  access: "service_account.write",
  params: z.object({ serviceAccount: idParam("serviceAccount") }),
  body: updateServiceAccountBody,
  answer: serviceAccountChange,
  refusals: ["already_exists"],
  handle: ({ ctx, params, body }) => update({ ctx, input: { ...body, ...params } }),
});
