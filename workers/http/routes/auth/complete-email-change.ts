import { completeEmailChangeBody, emailChanged } from "../../../../protocol/api/account.ts";
import { completeEmailChange } from "../../../services/account/complete-email-change.ts";
import { route } from "../../route.ts";

export const completeEmailChangeRoute = route({
  method: "post",
  path: "/v1/auth/email-change/complete",
  operationId: "completeEmailChange",
  tag: "Auth",
  summary: "Use the new e-mail address, by the link that was mailed to it",
  description:
    "Only the account that asked for the change can: nobody else ties an address to theirs by a mail.",
  access: "person",
  peopleOnly: true,
  idempotent: false,
  body: completeEmailChangeBody,
  answer: emailChanged,
  refusals: ["token_invalid"],
  handle: ({ ctx, body }) => completeEmailChange({ ctx, input: body }),
});
