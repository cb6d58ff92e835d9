import { findWebhookKey, type WebhookKeyRow } from "../../../db/queries/organizations.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { WebhookKey } from "../../../protocol/api/webhook-keys.ts";
import type { Platform } from "../context.ts";
import { iso, isoOrNull } from "../time.ts";

/** How long the key before a rotation still signs beside the new one. */
const overlapMs = 24 * 3_600_000;

export async function webhookKeyRow(
  platform: Platform,
  organizationId: OrganizationId,
): Promise<WebhookKeyRow> {
  const row = await findWebhookKey(platform.db, organizationId);
  if (!row) throw new Error(`organization ${organizationId} is missing in the store`);
  return row;
}

/** The keys that sign now, the newest first. */
export function signingKeys(
  platform: Platform,
  organizationId: OrganizationId,
  { version, rotatedAt }: WebhookKeyRow,
): Uint8Array[] {
  const both = rotatedAt !== null && platform.clock.now() < rotatedAt + overlapMs;
  return [version, ...(both ? [version - 1] : [])].map((one) => platform.webhookKey(organizationId, one));
}

export function webhookKeyView(
  platform: Platform,
  organizationId: OrganizationId,
  { version, rotatedAt }: WebhookKeyRow,
): WebhookKey {
  const key = Buffer.from(platform.webhookKey(organizationId, version)).toString("base64");
  const previousUntil = rotatedAt === null ? 0 : rotatedAt + overlapMs;
  return {
    organizationId,
    key: `whsec_${key}`,
    version,
    rotatedAt: isoOrNull(rotatedAt),
    previous:
      previousUntil > platform.clock.now() ? { version: version - 1, signsUntil: iso(previousUntil) } : null,
  };
}
