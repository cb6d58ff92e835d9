import { z } from "zod";
import { receiptAnswer } from "../../../../protocol/api/members.ts";
import { remove } from "../../../services/secrets/destroy.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";

export const deleteSecretRoute = route({
  method: "delete",
  path: "/v1/secrets/{secret}",
  operationId: "deleteSecret",
  tag: "Secrets",
  summary: "Delete a secret with all its versions",
  description:
    "Refused while a fleet may still send one of them to an agent, and while a fleet cannot be asked.",
  access: "secret.write",
  params: z.object({ secret: idParam("secret") }),
  answer: receiptAnswer,
  refusals: ["conflict", "unavailable"],
  handle: ({ ctx, params, http }) => remove({ ctx, input: { ...params, ifMatch: http.header("if-match") } }),
});
