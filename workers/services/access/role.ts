import { type BindingRow, type CustomRoleRow, findCustomRole } from "../../../db/queries/roles.ts";
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

/** An owner in person: whatever denies them something, they can lift it, or they would lock themselves out for good. */
const isOwner = ({ role, access }: Membership): boolean => role === "owner" && access.length === 1;

/** Nobody gives more than they have. */
export function refuseExcess(
  membership: Membership,
  wanted: readonly Statement[],
  what: string,
  path = "role",
): void {
  if (isOwner(membership) || !exceeds(membership.access, wanted)) return;
  refuse(
    "forbidden",
    `Your role in ${membership.name} is ${membership.roleName}; ${what} cannot have more than you. Choose less, or ask an owner.`,
    [{ path, message: "allows more than you may do yourself" }],
  );
}

/**
 * To lift a denial is to give what it denied: only who may do that themselves may take it away, so that nobody frees
 * themselves, or a key or friend of theirs, of what they are denied.
 */
export function refuseLifting(membership: Membership, removed: readonly Statement[], path: string): void {
  const freed = removed
    .filter(({ effect }) => effect === "deny")
    .map((one): Statement => ({ ...one, effect: "allow" }));
  if (isOwner(membership) || !exceeds(membership.access, freed)) return;
  refuse("forbidden", "This would lift a denial of what you may not do yourself. Ask an owner.", [
    { path, message: "takes away a denial of what you may not do yourself" },
  ]);
}

/** What bindings say, as the rows are read. */
export const statementsOfBindings = (
  rows: readonly { binding: BindingRow; custom: CustomRoleRow | null }[],
  through: string,
): Statement[] =>
  rows.flatMap(({ binding, custom }) =>
    statementsOf(binding.role, custom ?? undefined, binding.scope, through),
  );
