import { signInQuery, signUpAnswer, signUpBody } from "../../../../protocol/api/auth.ts";
import { signUp } from "../../../services/auth/sign-up.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "./answer.ts";

export const signUpRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sign-up",
  operationId: "signUp",
  tag: "Auth",
  summary: "Create a person, an organization, a project, its production environment and a first fleet",
  query: signInQuery,
  body: signUpBody,
  answer: signUpAnswer,
  status: 201,
  refusals: ["already_exists", "forbidden"],
  handle: async ({ ctx, query, body, http }) => {
    const signedUp = await signUp({ ctx, input: body });
    return { ...sessionAnswer(http, ctx.publicUrl, query.tokens, signedUp), created: signedUp.created };
  },
});
