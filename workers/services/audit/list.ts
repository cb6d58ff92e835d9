import { listAuditEvents } from "../../../db/queries/audit.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { AuditFilter } from "../../../protocol/api/audit.ts";
import type { Context } from "../context.ts";
import { encodeCursor, idCursor } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope } from "../scope.ts";
import { rowFilter } from "./filter.ts";
import { auditEventView } from "./view.ts";

/** Newest first. A page of a text search may hold few events, or none, and still have one after it. */
export async function list({
  ctx,
  input: { org, limit, cursor, ...filter },
}: {
  ctx: Context;
  input: ListInput & AuditFilter & { org: OrganizationId };
}) {
  const organization = organizationScope(ctx, org, "audit.read");
  const before = idCursor("auditEvent", cursor);
  const { rows, more, searchedTo } = await listAuditEvents(ctx.db, organization.id, rowFilter(filter), {
    limit,
    ...(before && { before }),
  });
  const next = more ? rows.at(-1)?.id : searchedTo;
  return { items: rows.map(auditEventView), nextCursor: next ? encodeCursor(next) : null };
}
