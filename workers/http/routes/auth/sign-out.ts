import { z } from "zod";
import { refreshBody } from "../../../../protocol/api/auth.ts";
import { signOut } from "../../../services/auth/sign-out.ts";
import { publicRoute } from "../../route.ts";
import { refreshCookie, setRefreshCookie } from "./cookie.ts";

export const signOutRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sign-out",
  operationId: "signOut",
  tag: "Auth",
  summary: "End the session",
  description:
    "The refresh token ends at once. An access token that is out goes on for its 15 minutes at most.",
  body: refreshBody,
  bodyOptional: true,
  readsCookie: true,
  answer: z.undefined(),
  status: 204,
  handle: async ({ ctx, body, http }) => {
    await signOut({ ctx, input: { refreshToken: body.refreshToken ?? refreshCookie(http, ctx.publicUrl) } });
    setRefreshCookie(http, ctx.publicUrl, "");
    return undefined;
  },
});
