import { session, signInQuery } from "../../../../protocol/api/auth.ts";
import { passkeySignInBody } from "../../../../protocol/api/factors.ts";
import { signInWithPasskey } from "../../../services/auth/passkey-sign-in.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "./answer.ts";

export const passkeySignInRoute = publicRoute({
  method: "post",
  path: "/v1/auth/passkeys",
  operationId: "signInWithPasskey",
  tag: "Auth",
  summary: "Sign in with a passkey, which is both factors at once",
  query: signInQuery,
  body: passkeySignInBody,
  answer: session,
  refusals: ["token_invalid", "conflict"],
  handle: async ({ ctx, query, body, http }) =>
    sessionAnswer(http, ctx.publicUrl, query.tokens, await signInWithPasskey({ ctx, input: body })),
});
