import { linkSent, passwordResetBody } from "../../../../protocol/api/auth.ts";
import { askPasswordReset } from "../../../services/auth/ask-password-reset.ts";
import { publicRoute } from "../../route.ts";

export const askPasswordResetRoute = publicRoute({
  method: "post",
  path: "/v1/auth/password-reset",
  operationId: "askPasswordReset",
  tag: "Auth",
  summary: "Ask for a link that sets a new password",
  description:
    "The answer is the same whether there is an account with this address or not. The link counts once, and for one hour; a newer one replaces it.",
  body: passwordResetBody,
  answer: linkSent,
  status: 202,
  refusals: ["rate_limited"],
  handle: ({ ctx, body }) => askPasswordReset({ ctx, input: body }),
});
