import { confirmBody, confirmed } from "../../../../protocol/api/account.ts";
import { confirm } from "../../../services/auth/confirm.ts";
import { route } from "../../route.ts";

export const confirmRoute = route({
  method: "post",
  path: "/v1/auth/confirm",
  operationId: "confirmPresence",
  tag: "Auth",
  summary: "Confirm that it is you, which opens sensitive actions for 15 minutes",
  description:
    "With your password; with an authenticator app, the password and a code; or with one of your passkeys. A wrong password is `validation_failed` and names the field: the session stays as it is.",
  access: "person",
  peopleOnly: true,
  idempotent: false,
  body: confirmBody,
  answer: confirmed,
  refusals: ["forbidden", "token_invalid", "rate_limited"],
  handle: ({ ctx, body }) => confirm({ ctx, input: body }),
});
