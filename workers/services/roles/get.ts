import { type CustomRoleRow, findCustomRole, listCustomRoles } from "../../../db/queries/roles.ts";
import type { OrganizationId, RoleId } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Role } from "../../../protocol/api/roles.ts";
import type { Context, Membership } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";
import { roleEtag, roleView } from "./view.ts";

export async function roleScope(
  ctx: Context,
  roleId: RoleId,
  permission: Permission,
): Promise<{ row: CustomRoleRow; organization: Membership }> {
  const row = await findCustomRole(ctx.db, organizationIds(ctx), roleId);
  if (!row) return missing("role", roleId);
  return { row, organization: organizationScope(ctx, row.organizationId, permission) };
}

export async function get({
  ctx,
  input,
}: {
  ctx: Context;
  input: { role: RoleId };
}): Promise<{ role: Role; etag: string }> {
  const { row } = await roleScope(ctx, input.role, "role.read");
  return { role: roleView(row), etag: roleEtag(row) };
}

/** Oldest first. */
export async function list({ ctx, input }: { ctx: Context; input: ListInput & { org: OrganizationId } }) {
  const organization = organizationScope(ctx, input.org, "role.read");
  const after = idCursor("role", input.cursor);
  const rows = await listCustomRoles(ctx.db, organization.id, {
    limit: input.limit,
    ...(after && { after }),
  });
  return pageOf(rows, roleView, (row) => row.id);
}
