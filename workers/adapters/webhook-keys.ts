import { hkdfSync } from "node:crypto";
import type { OrganizationId } from "../../domain/ids.ts";

/** Each organization and version has a key of its own, which tells nothing of the secret or of another key. */
export function webhookKeys(secret: string): (organizationId: OrganizationId, version: number) => Uint8Array {
  const material = Buffer.from(secret, "base64url");
  return (organizationId, version) =>
    new Uint8Array(hkdfSync("sha256", material, "", `muster webhooks ${organizationId} ${version}`, 32));
}
