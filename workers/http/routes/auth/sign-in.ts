import { signInAnswer, signInBody, signInQuery } from "../../../../protocol/api/auth.ts";
import { signIn } from "../../../services/auth/sign-in.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "./answer.ts";

export const signInRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sign-in",
  operationId: "signIn",
  tag: "Auth",
  summary: "Sign in with e-mail address and password",
  description:
    "Answers a session; or, when the account has a second factor, a ticket for `POST /v1/auth/second-factor`. Wrong guesses are limited: 10 per account and 50 per address in 15 minutes.",
  query: signInQuery,
  body: signInBody,
  answer: signInAnswer,
  refusals: ["invalid_credentials", "rate_limited"],
  handle: async ({ ctx, query, body, http }) => {
    const outcome = await signIn({ ctx, input: body });
    return "session" in outcome ? sessionAnswer(http, ctx.publicUrl, query.tokens, outcome) : outcome;
  },
});
