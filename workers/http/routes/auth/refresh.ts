import { refreshBody, session } from "../../../../protocol/api/auth.ts";
import { refresh } from "../../../services/auth/refresh.ts";
import { publicRoute } from "../../route.ts";
import { sessionAnswer } from "./answer.ts";
import { refreshCookie } from "./cookie.ts";

export const refreshRoute = publicRoute({
  method: "post",
  path: "/v1/auth/refresh",
  operationId: "refreshSession",
  tag: "Auth",
  summary: "Get a new access token; the refresh token is replaced by the next one",
  description:
    "The token comes from the cookie, or from the body for programs. Each refresh token counts once; an older one, shown again, ends the session for everybody who holds it.",
  body: refreshBody,
  bodyOptional: true,
  readsCookie: true,
  answer: session,
  refusals: ["unauthenticated", "session_revoked"],
  handle: async ({ ctx, body, http }) => {
    const refreshToken = body.refreshToken ?? refreshCookie(http, ctx.publicUrl);
    const signedIn = await refresh({ ctx, input: { refreshToken } });
    return sessionAnswer(http, ctx.publicUrl, body.refreshToken ? "body" : "cookie", signedIn);
  },
});
