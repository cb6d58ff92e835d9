import { emailVerificationBody, signInQuery, signUpAnswer } from "../../../../protocol/api/auth.ts";
import { verifyEmail } from "../../../services/auth/verify-email.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "./answer.ts";

export const verifyEmailRoute = publicRoute({
  method: "post",
  path: "/v1/auth/email-verification",
  operationId: "verifyEmail",
  tag: "Auth",
  summary: "Open the account that was asked for",
  description:
    "Makes a person, an organization, a project, its production environment, a first fleet and a session in one write. The token is from the link in the mail; it counts once, and for 24 hours. The password is that of the sign-up, once more: so a link opens no account that a stranger asked for.",
  query: signInQuery,
  body: emailVerificationBody,
  answer: signUpAnswer,
  status: 201,
  refusals: ["rate_limited", "token_invalid"],
  handle: async ({ ctx, query, body, http }) => {
    const signedUp = await verifyEmail({ ctx, input: body });
    return { ...sessionAnswer(http, ctx.publicUrl, query.tokens, signedUp), created: signedUp.created };
  },
});
