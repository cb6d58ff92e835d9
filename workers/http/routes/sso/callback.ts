import { ssoCallbackQuery } from "../../../../protocol/api/sso.ts";
import { finish } from "../../../services/sso/finish.ts";
import { publicRoute } from "../../route.ts";
import { setRefreshCookie } from "../auth/cookie.ts";
import { ssoCookie, ssoCookieName } from "./cookie.ts";

export const ssoCallbackRoute = publicRoute({
  method: "get",
  path: "/v1/auth/sso/callback",
  operationId: "finishSso",
  tag: "Single sign-on",
  summary: "Where the identity provider sends the browser back to",
  description:
    "Goes on to the dashboard with the refresh cookie set, or to the sign-in page with `?sso=` saying what went wrong.",
  kind: "redirect",
  query: ssoCallbackQuery,
  handle: async ({ ctx, query, http }) => {
    const state = query.state ?? "";
    const input = {
      answer: new URL(http.request.url).searchParams,
      browser: http.cookie(ssoCookieName(ctx.publicUrl, state)),
    };
    const finished = await finish({ ctx, input });
    if (finished.ok) setRefreshCookie(http, ctx.publicUrl, finished.refreshToken);
    http.setHeader("set-cookie", ssoCookie(ctx.publicUrl, state, ""));
    const location = finished.ok ? finished.returnTo : `/sign-in?sso=${finished.failure}`;
    return new Response(null, { status: 302, headers: { location } });
  },
});
