import { type CustomRoleRow, findCustomRole } from "../../../db/queries/roles.ts";
import { refuse } from "../../../domain/errors.ts";
import type { OrganizationId, RoleId } from "../../../domain/ids.ts";
import { exceeds, type Scope, type Statement } from "../../../domain/tenancy/access.ts";
import { isRole, type Role } from "../../../domain/tenancy/roles.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { Context, Membership } from "../context.ts";

export interface GivenRole {
  id: Role | RoleId;
  name: string;
  custom: CustomRoleRow | undefined;
}

/** A role that a request names; one that this organization does not have is refused, naming the field. */
export async function givenRole(
  ctx: Pick<Context, "db">,
  organizationId: OrganizationId,
  role: Role | RoleId,
  path = "role",
): Promise<GivenRole> {
  if (isRole(role)) return { id: role, name: role, custom: undefined };
  const custom = await findCustomRole(ctx.db, [organizationId], role);
  return custom
    ? { id: role, name: custom.name, custom }
    : refuse("validation_failed", `There is no role ${role} in this organization. List its roles.`, [
        { path, message: "is not a role of the organization" },
      ]);
}

export const statementsOfRole = (role: GivenRole, scope: Scope, through: string): Statement[] =>
  statementsOf(role.id, role.custom, scope, through);

/** Nobody gives more than they have. */
export function refuseExcess(
  membership: Membership,
  wanted: readonly Statement[],
  what: string,
  path = "role",
): void {
  if (!exceeds(membership.access, wanted)) return;
  refuse(
    "forbidden",
    `Your role in ${membership.name} is ${membership.roleName}; ${what} cannot have more than you. Choose less, or ask an owner.`,
    [{ path, message: "allows more than you may do yourself" }],
  );
}
