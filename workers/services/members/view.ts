import { type MemberRow, teamsOfMembers } from "../../../db/queries/members.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Member } from "../../../protocol/api/members.ts";
import { roleName } from "../auth/memberships.ts";
import type { Context } from "../context.ts";
import { iso } from "../time.ts";

/** As people see them, with their teams: one more read for all of them. */
export async function memberViews(
  ctx: Pick<Context, "db">,
  organizationId: OrganizationId,
  rows: readonly MemberRow[],
): Promise<Member[]> {
  const ids = rows.map(({ membership }) => membership.userId);
  const teams = ids.length === 0 ? [] : await teamsOfMembers(ctx.db, organizationId, ids);
  return rows.map(({ membership, email, name, custom, twoFactor }) => ({
    userId: membership.userId,
    organizationId,
    email,
    name,
    role: membership.role,
    roleName: roleName(membership.role, custom),
    twoFactor: twoFactor === 1,
    teams: teams
      .filter((team) => team.userId === membership.userId)
      .map(({ id, name: teamName }) => ({ id, name: teamName })),
    joinedAt: iso(membership.createdAt),
  }));
}

export async function memberView(
  ctx: Pick<Context, "db">,
  organizationId: OrganizationId,
  row: MemberRow,
): Promise<Member> {
  const [view] = await memberViews(ctx, organizationId, [row]);
  if (!view) throw new Error("a view of one member was not made");
  return view;
}
