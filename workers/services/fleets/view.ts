import type { EnrollmentTokenRow, FleetRow } from "../../../db/queries/fleets.ts";
import type { EnrollmentToken, Fleet } from "../../../protocol/api/fleets.ts";
import { iso, isoOrNull } from "../time.ts";

export const fleetView = (row: FleetRow): Fleet => ({
  id: row.id,
  organizationId: row.organizationId,
  projectId: row.projectId,
  environmentId: row.environmentId,
  name: row.name,
  slug: row.slug,
  locationHint: row.locationHint,
  currentReleaseId: row.currentReleaseId,
  driftPolicy: row.driftPolicy,
  offlineAfterSeconds: row.offlineAfterSeconds,
  createdAt: iso(row.createdAt),
});

export const fleetEtag = (row: FleetRow): string => `"${row.version}"`;

/** `uses` is null when the fleet's object could not be asked. */
export const enrollmentTokenView = (row: EnrollmentTokenRow, uses: number | null): EnrollmentToken => ({
  id: row.id,
  fleetId: row.fleetId,
  name: row.name,
  labels: row.labels,
  maxUses: row.maxUses,
  uses,
  expiresAt: isoOrNull(row.expiresAt),
  revokedAt: isoOrNull(row.revokedAt),
  createdAt: iso(row.createdAt),
});
