import { listBindings } from "../../../db/queries/roles.ts";
import type { OrganizationId, RoleId, ServiceAccountId, TeamId, UserId } from "../../../domain/ids.ts";
import type { Role } from "../../../domain/tenancy/roles.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope } from "../scope.ts";
import { bindingView } from "./view.ts";

/** Oldest first. */
export async function list({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & {
    org: OrganizationId;
    subject?: UserId | TeamId | ServiceAccountId | undefined;
    role?: Role | RoleId | undefined;
  };
}) {
  const organization = organizationScope(ctx, input.org, "role.read");
  const after = idCursor("binding", input.cursor);
  const rows = await listBindings(
    ctx.db,
    organization.id,
    { ...(input.subject && { subject: input.subject }), ...(input.role && { role: input.role }) },
    { limit: input.limit, ...(after && { after }) },
  );
  return pageOf(rows, bindingView, ({ binding }) => binding.id);
}
