import type { OrganizationRow } from "../../../db/queries/organizations.ts";
import type { OrganizationDetail } from "../../../protocol/api/organizations.ts";
import { organizationView } from "../auth/views.ts";
import type { Membership } from "../context.ts";
import { iso, isoOrNull } from "../time.ts";

/** So long a deleted organization may be brought back. */
export const graceMs = 30 * 24 * 3_600_000;

export const organizationDetailView = (membership: Membership, row: OrganizationRow): OrganizationDetail => ({
  ...organizationView({ ...membership, name: row.name, slug: row.slug, deletedAt: row.deletedAt }),
  version: row.version,
  requireSso: row.requireSso,
  requireTwoFactor: row.requireTwoFactor,
  erasedAfter: isoOrNull(row.deletedAt === null ? null : row.deletedAt + graceMs),
});

export const organizationEtag = (row: Pick<OrganizationRow, "version">): string => `"${row.version}"`;

export const graceText = (deletedAt: number): string => iso(deletedAt + graceMs);
