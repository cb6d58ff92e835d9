import type { Session } from "../../../../protocol/api/auth.ts";
import type { Exchange } from "../../route.ts";
import { setRefreshCookie } from "./cookie.ts";

interface SignedIn {
  session: Session;
  refreshToken: string;
}

/** The refresh token goes into the cookie, or into the body for programs that asked so. */
export function sessionAnswer(
  http: Exchange,
  publicUrl: string,
  tokens: "cookie" | "body",
  signedIn: SignedIn,
): Session {
  if (tokens === "body") return { ...signedIn.session, refreshToken: signedIn.refreshToken };
  setRefreshCookie(http, publicUrl, signedIn.refreshToken);
  return signedIn.session;
}
