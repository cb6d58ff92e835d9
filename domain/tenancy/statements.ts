import type { RoleId } from "../ids.ts";
import type { Scope, Statement } from "./access.ts";
import type { PermissionPattern } from "./permissions.ts";
import { isRole, type Role, rolePermissions } from "./roles.ts";

/** A role that an organization made, as far as deciding needs it. */
export interface CustomRole {
  id: RoleId;
  name: string;
  statements: readonly {
    effect: "allow" | "deny";
    permissions: readonly PermissionPattern[];
    scope: Scope;
  }[];
}

/**
 * What a role says of somebody who has it within `scope`. `through` tells how: `your membership`, `team payments`.
 * A role that is gone says nothing.
 */
export function statementsOf(
  role: Role | RoleId,
  custom: CustomRole | undefined,
  scope: Scope,
  through: string,
): Statement[] {
  const source = `role ${isRole(role) ? role : (custom?.name ?? role)}, by ${through}`;
  if (isRole(role)) {
    return [{ effect: "allow", permissions: rolePermissions[role], within: [scope], source }];
  }
  return (custom?.statements ?? []).map((one) => ({
    effect: one.effect,
    permissions: one.permissions,
    within: [scope, one.scope],
    source,
  }));
}
