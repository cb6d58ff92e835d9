import { session, signInBody, signInQuery } from "../../../../protocol/api/auth.ts";
import { signIn } from "../../../services/auth/sign-in.ts";
import { guessLimit } from "../../middleware/guess-limit.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "./answer.ts";

export const signInRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sign-in",
  operationId: "signIn",
  tag: "Auth",
  summary: "Sign in with e-mail address and password",
  description:
    "Wrong guesses are limited per account and per address. The counters live in the memory of one isolate, so the limit is at least what is stated and may be more where many isolates answer.",
  query: signInQuery,
  body: signInBody,
  answer: session,
  refusals: ["invalid_credentials", "rate_limited"],
  handle: async ({ ctx, query, body, http }) => {
    const signedIn = await guessLimit(ctx.clock.now(), [body.email.toLowerCase(), http.address], () =>
      signIn({ ctx, input: body }),
    );
    return sessionAnswer(http, ctx.publicUrl, query.tokens, signedIn);
  },
});
