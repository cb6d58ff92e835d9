import { bindingsOf } from "../../../db/queries/roles.ts";
import { teamsAmong } from "../../../db/queries/teams.ts";
import { refuse } from "../../../domain/errors.ts";
import type { TeamId } from "../../../domain/ids.ts";
import type { GroupMap } from "../../../domain/tenancy/groups.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import { givenRole, refuseExcess, statementsOfRole } from "../access/role.ts";
import type { Context, Membership } from "../context.ts";

const everywhere = { kind: "organization" } as const;

type MappedGroups = GroupMap & { groupsClaim: string };

/**
 * Refuses roles and teams that are not there, or that give more than the caller has. Only what is new is weighed: what
 * a group got before, while the same claim names the groups.
 */
export async function checkMap(
  ctx: Context,
  organization: Membership,
  map: MappedGroups,
  before: MappedGroups | null,
): Promise<void> {
  const standing = before?.groupsClaim === map.groupsClaim ? before.groupRoles : [];
  const had = (name: string) => standing.filter(({ group }) => group === name);
  const wanted = [
    {
      role: map.defaultRole,
      path: "defaultRole",
      what: "those who belong to no mapped group",
      isNew: map.defaultRole !== before?.defaultRole,
    },
    ...map.groupRoles.map(({ group, role }, i) => ({
      role,
      path: `groupRoles[${i}].role`,
      what: `the group ${group}`,
      isNew: !had(group).some((one) => one.role === role),
    })),
  ];
  for (const { role, path, what, isNew } of wanted) {
    if (role === null || !isNew) continue;
    const given = await givenRole(ctx, organization.id, role, path);
    refuseExcess(organization, statementsOfRole(given, everywhere, what), what, path);
  }
  for (const [i, { teamId, role, group }] of map.groupRoles.entries()) {
    if (role === null && map.defaultRole === null) {
      refuse(
        "validation_failed",
        "A group that gives only a team leaves its people without a role. Give the group a role, or set a default role.",
        [{ path: `groupRoles[${i}].role`, message: "must be given where there is no default role" }],
      );
    }
    if (teamId === null || had(group).some((one) => one.teamId === teamId)) continue;
    await checkTeam(ctx, organization, teamId, `groupRoles[${i}].teamId`, group);
  }
}

async function checkTeam(
  ctx: Context,
  organization: Membership,
  teamId: TeamId,
  path: string,
  group: string,
): Promise<void> {
  const [[team], bindings] = await Promise.all([
    teamsAmong(ctx.db, organization.id, [teamId]),
    bindingsOf(ctx.db, organization.id, teamId),
  ]);
  if (!team) {
    refuse("validation_failed", `There is no team ${teamId} in this organization. List its teams.`, [
      { path, message: "is not a team of the organization" },
    ]);
  }
  const statements = bindings.flatMap(({ binding, custom }) =>
    statementsOf(binding.role, custom ?? undefined, binding.scope, "the team"),
  );
  refuseExcess(organization, statements, `the group ${group}`, path);
}
