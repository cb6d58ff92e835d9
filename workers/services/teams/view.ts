import type { CountedTeam, TeamMemberRow } from "../../../db/queries/teams.ts";
import type { Team, TeamMember } from "../../../protocol/api/teams.ts";
import { iso } from "../time.ts";

export const teamView = ({ row, memberCount }: CountedTeam): Team => ({
  id: row.id,
  organizationId: row.organizationId,
  name: row.name,
  slug: row.slug,
  memberCount,
  createdAt: iso(row.createdAt),
});

export const teamMemberView = ({ row, email, name }: TeamMemberRow): TeamMember => ({
  userId: row.userId,
  email,
  name,
  fromSso: row.fromSso,
  addedAt: iso(row.createdAt),
});
