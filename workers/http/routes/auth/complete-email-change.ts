import { completeEmailChangeBody, emailChanged } from "../../../../protocol/api/account.ts";
import { completeEmailChange } from "../../../services/account/complete-email-change.ts";
import { publicRoute } from "../../route.ts";

export const completeEmailChangeRoute = publicRoute({
  method: "post",
  path: "/v1/auth/email-change/complete",
  operationId: "completeEmailChange",
  tag: "Auth",
  summary: "Use the new e-mail address, by the link that was mailed to it",
  body: completeEmailChangeBody,
  answer: emailChanged,
  refusals: ["token_invalid"],
  handle: ({ ctx, body }) => completeEmailChange({ ctx, input: body }),
});
