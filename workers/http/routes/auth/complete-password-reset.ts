import { sessionsEnded } from "../../../../protocol/api/account.ts";
import { completePasswordResetBody } from "../../../../protocol/api/auth.ts";
import { completePasswordReset } from "../../../services/auth/complete-password-reset.ts";
import { publicRoute } from "../../route.ts";

export const completePasswordResetRoute = publicRoute({
  method: "post",
  path: "/v1/auth/password-reset/complete",
  operationId: "completePasswordReset",
  tag: "Auth",
  summary: "Set a new password by the link from the mail; ends every session",
  description: "Signs nobody in: sign in afterwards, with the second factor if the account has one.",
  body: completePasswordResetBody,
  answer: sessionsEnded,
  refusals: ["token_invalid"],
  handle: ({ ctx, body }) => completePasswordReset({ ctx, input: body }),
});
