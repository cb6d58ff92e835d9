import { refuse } from "../../../domain/errors.ts";
import type { PublicContext } from "../context.ts";

/** What passkeys are bound to. */
export interface Site {
  /** RP id: the host alone. */
  id: string;
  origin: string;
}

const isAddress = (host: string): boolean => host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host);

/** Why browsers make no passkeys for this address; null = they do. */
export function passkeysRefused({ publicUrl }: Pick<PublicContext, "publicUrl">): string | null {
  const { hostname, protocol, port } = new URL(publicUrl);
  if (isAddress(hostname)) {
    const local = hostname === "127.0.0.1" || hostname === "[::1]";
    const instead = local ? `http://localhost${port && `:${port}`}` : "a host name with https";
    return `Passkeys belong to a host name, and ${hostname} is an IP address. Open Muster at ${instead}.`;
  }
  const isLocal = hostname === "localhost" || hostname.endsWith(".localhost");
  if (protocol !== "https:" && !isLocal) {
    return "Browsers make passkeys only over https. Open Muster by its https address.";
  }
  return null;
}

export function siteOf(ctx: PublicContext): Site {
  const refused = passkeysRefused(ctx);
  if (refused) return refuse("conflict", refused);
  const url = new URL(ctx.publicUrl);
  return { id: url.hostname, origin: url.origin };
}
