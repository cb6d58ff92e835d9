import { signInQuery, signUpAnswer, signUpBody } from "../../../../protocol/api/auth.ts";
import { signUp } from "../../../services/auth/sign-up.ts";
import { signUpLimit } from "../../middleware/guess-limit.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "./answer.ts";

export const signUpRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sign-up",
  operationId: "signUp",
  tag: "Auth",
  summary: "Create a person, an organization, a project, its production environment and a first fleet",
  description:
    "Limited per address, whether it succeeds or not. The counters live in the memory of one isolate, so the limit is at least what is stated and may be more where many isolates answer.",
  query: signInQuery,
  body: signUpBody,
  answer: signUpAnswer,
  status: 201,
  refusals: ["already_exists", "forbidden", "rate_limited"],
  handle: async ({ ctx, query, body, http }) => {
    signUpLimit(ctx.clock.now(), http.address);
    const signedUp = await signUp({ ctx, input: body });
    return { ...sessionAnswer(http, ctx.publicUrl, query.tokens, signedUp), created: signedUp.created };
  },
});
