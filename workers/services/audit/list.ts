import { listAuditEvents } from "../../../db/queries/audit.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope } from "../scope.ts";
import { iso } from "../time.ts";

/** Newest first. */
export async function list({ ctx, input }: { ctx: Context; input: ListInput & { org: OrganizationId } }) {
  const organization = organizationScope(ctx, input.org, "audit.read");
  const before = idCursor("auditEvent", input.cursor);
  const rows = await listAuditEvents(ctx.db, organization.id, {
    limit: input.limit,
    ...(before && { before }),
  });
  return pageOf(
    rows,
    ({ organizationId: _, ...row }) => ({ ...row, at: iso(row.at) }),
    (row) => row.id,
  );
}
