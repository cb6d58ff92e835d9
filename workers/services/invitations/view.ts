import type { InvitationRow, InvitationStatus, NamedInvitation } from "../../../db/queries/invitations.ts";
import type { Invitation } from "../../../protocol/api/invitations.ts";
import { roleName } from "../auth/memberships.ts";
import { iso, isoOrNull } from "../time.ts";

export function statusOf(row: InvitationRow, nowMs: number): InvitationStatus {
  if (row.acceptedAt !== null) return "accepted";
  if (row.revokedAt !== null) return "revoked";
  return row.expiresAt <= nowMs ? "expired" : "open";
}

export const invitationView = ({ row, custom }: NamedInvitation, nowMs: number): Invitation => ({
  id: row.id,
  organizationId: row.organizationId,
  email: row.email,
  role: row.role,
  roleName: roleName(row.role, custom),
  teamIds: row.teamIds,
  status: statusOf(row, nowMs),
  invitedBy: row.invitedBy,
  createdAt: iso(row.createdAt),
  sentAt: iso(row.sentAt),
  expiresAt: iso(row.expiresAt),
  acceptedAt: isoOrNull(row.acceptedAt),
  acceptedBy: row.acceptedBy,
});
