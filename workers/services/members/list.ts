import { listMembers } from "../../../db/queries/members.ts";
import type { OrganizationId, RoleId } from "../../../domain/ids.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import type { Context } from "../context.ts";
import { encodeCursor, idCursor } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope } from "../scope.ts";
import { memberViews } from "./view.ts";

/** Oldest first. */
export async function list({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { org: OrganizationId; q?: string | undefined; role?: Role | RoleId | undefined };
}) {
  const organization = organizationScope(ctx, input.org, "member.read");
  const after = idCursor("membership", input.cursor);
  const { rows, more } = await listMembers(
    ctx.db,
    organization.id,
    { ...(input.q && { q: input.q }), ...(input.role && { role: input.role }) },
    { limit: input.limit, ...(after && { after }) },
  );
  const last = rows.at(-1);
  return {
    items: await memberViews(ctx, organization.id, rows),
    nextCursor: more && last ? encodeCursor(last.membership.id) : null,
  };
}
