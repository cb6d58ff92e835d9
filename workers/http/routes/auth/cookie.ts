import type { Exchange } from "../../route.ts";

const maxAgeSeconds = 30 * 24 * 3600;

/** With `__Host-` a browser takes it only from us, over https, for this host alone. */
const nameFor = (publicUrl: string): string =>
  publicUrl.startsWith("https:") ? "__Host-muster_refresh" : "muster_refresh";

export const refreshCookie = (http: Exchange, publicUrl: string): string | undefined =>
  http.cookie(nameFor(publicUrl));

/** HttpOnly, never with another site's request. Secure wherever we are reached by https. An empty token removes it. */
export function setRefreshCookie(http: Exchange, publicUrl: string, token: string): void {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  const age = token === "" ? 0 : maxAgeSeconds;
  http.setHeader(
    "set-cookie",
    `${nameFor(publicUrl)}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`,
  );
}
