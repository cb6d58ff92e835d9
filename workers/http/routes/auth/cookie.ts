import type { Exchange } from "../../route.ts";

export const refreshCookie = "muster_refresh";
const maxAgeSeconds = 30 * 24 * 3600;

/** HttpOnly, only for the auth routes, never with another site's POST. Secure wherever we are reached by https. */
export function setRefreshCookie(http: Exchange, publicUrl: string, token: string): void {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  const age = token === "" ? 0 : maxAgeSeconds;
  http.setHeader(
    "set-cookie",
    `${refreshCookie}=${token}; Path=/v1/auth; HttpOnly; SameSite=Lax; Max-Age=${age}${secure}`,
  );
}
