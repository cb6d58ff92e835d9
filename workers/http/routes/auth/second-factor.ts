import { session, signInQuery } from "../../../../protocol/api/auth.ts";
import { secondFactorBody } from "../../../../protocol/api/factors.ts";
import { secondFactor } from "../../../services/auth/second-factor.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "./answer.ts";

export const secondFactorRoute = publicRoute({
  method: "post",
  path: "/v1/auth/second-factor",
  operationId: "showSecondFactor",
  tag: "Auth",
  summary: "Second step of a sign-in: show a code, a recovery code or a passkey",
  description:
    "The ticket is from the answer to sign-in. Codes and recovery codes count once. Ten wrong ones within 15 minutes close this step for a while, and the person gets a mail.",
  query: signInQuery,
  body: secondFactorBody,
  answer: session,
  refusals: ["invalid_credentials", "token_invalid", "rate_limited"],
  handle: async ({ ctx, query, body, http }) =>
    sessionAnswer(http, ctx.publicUrl, query.tokens, await secondFactor({ ctx, input: body })),
});
