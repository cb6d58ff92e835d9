import { isPublicAddress } from "../../../domain/webhooks/address.ts";

/** Names that never lie outside, whatever a resolver says. */
const insideNames = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|localdomain)\.?$/i;

/** `allowed`: hosts, or hosts with ports, that may be called whatever they are, without TLS too. */
export function isAllowedHost(url: URL, allowed: readonly string[]): boolean {
  return allowed.includes(url.host) || allowed.includes(url.hostname);
}

/** Why this address will never be called, as far as its text tells; null = it may be. */
export function targetFault(text: string, allowed: readonly string[]): string | null {
  if (!URL.canParse(text)) return "is not an address; use https://host/path";
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return "must not hold a name or password; verify our signature instead";
  }
  if (isAllowedHost(url, allowed)) return null;
  if (url.protocol !== "https:") return "must begin with https://";
  const literal = isPublicAddress(url.hostname);
  if (literal === false || insideNames.test(url.hostname)) {
    return `names a place inside a network (${url.hostname}); use an address that the internet reaches`;
  }
  return null;
}
