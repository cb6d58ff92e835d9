import { type CountedTeam, findTeam, listTeamMembers, listTeams } from "../../../db/queries/teams.ts";
import type { OrganizationId, TeamId } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Context, Membership } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";
import { teamMemberView, teamView } from "./view.ts";

export async function teamScope(
  ctx: Context,
  teamId: TeamId,
  permission: Permission,
): Promise<CountedTeam & { organization: Membership }> {
  const team = await findTeam(ctx.db, organizationIds(ctx), teamId);
  if (!team) return missing("team", teamId);
  return { ...team, organization: organizationScope(ctx, team.row.organizationId, permission) };
}

export async function get({ ctx, input }: { ctx: Context; input: { team: TeamId } }) {
  return teamView(await teamScope(ctx, input.team, "team.read"));
}

/** Oldest first. */
export async function list({ ctx, input }: { ctx: Context; input: ListInput & { org: OrganizationId } }) {
  const organization = organizationScope(ctx, input.org, "team.read");
  const after = idCursor("team", input.cursor);
  const rows = await listTeams(ctx.db, organization.id, { limit: input.limit, ...(after && { after }) });
  return pageOf(rows, teamView, ({ row }) => row.id);
}

export async function listMembers({ ctx, input }: { ctx: Context; input: ListInput & { team: TeamId } }) {
  const { row } = await teamScope(ctx, input.team, "team.read");
  const after = idCursor("user", input.cursor);
  const rows = await listTeamMembers(ctx.db, row.organizationId, row.id, {
    limit: input.limit,
    ...(after && { after }),
  });
  return pageOf(rows, teamMemberView, (one) => one.row.userId);
}
