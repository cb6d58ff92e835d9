import type { Id } from "../../../../domain/ids.ts";
import { startedSso, startSsoBody } from "../../../../protocol/api/sso.ts";
import { start } from "../../../services/sso/start.ts";
import { publicRoute } from "../../route.ts";
import { ssoCookie } from "./cookie.ts";

export const startSsoRoute = publicRoute({
  method: "post",
  path: "/v1/auth/sso/start",
  operationId: "startSso",
  tag: "Single sign-on",
  summary: "Where to send the browser to sign in at the identity provider",
  description:
    "Sets a cookie: only the same browser can finish, once, within 10 minutes. Limited per address.",
  body: startSsoBody,
  answer: startedSso,
  refusals: ["not_found", "rate_limited"],
  handle: async ({ ctx, body, http }) => {
    // The schema checked that it is such an id.
    const connection = body.connection as Id<"ssoConnection">;
    const { url, state, browser } = await start({ ctx, input: { ...body, connection } });
    http.setHeader("set-cookie", ssoCookie(ctx.publicUrl, state, browser));
    return { url };
  },
});
