import { createHash } from "node:crypto";
import { stateMs } from "../../../services/sso/start.ts";

/** One for each sign-in under way, so that two tabs do not end each other's. */
const nameOf = (publicUrl: string, state: string): string => {
  const place = createHash("sha256").update(state).digest("hex").slice(0, 16);
  return `${publicUrl.startsWith("https:") ? "__Host-" : ""}muster_sso_${place}`;
};

/** SameSite=Lax, because the provider sends the browser back from its own site. */
export function ssoCookie(publicUrl: string, state: string, value: string): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  const age = value === "" ? 0 : stateMs / 1000;
  return `${nameOf(publicUrl, state)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${age}${secure}`;
}

export const ssoCookieName = nameOf;
