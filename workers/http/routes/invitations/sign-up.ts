import { session, signInQuery } from "../../../../protocol/api/auth.ts";
import { signUpInvitedBody } from "../../../../protocol/api/invitations.ts";
import { signUpInvited } from "../../../services/invitations/accept.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "../auth/answer.ts";

export const signUpInvitedRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sign-up-invited",
  operationId: "signUpInvited",
  tag: "Auth",
  summary: "Make an account and accept an invitation with it",
  query: signInQuery,
  body: signUpInvitedBody,
  answer: session,
  status: 201,
  refusals: ["already_exists", "quota_exceeded", "token_invalid"],
  handle: async ({ ctx, query, body, http }) =>
    sessionAnswer(http, ctx.publicUrl, query.tokens, await signUpInvited({ ctx, input: body })),
});
