import { and, desc, eq, lt } from "drizzle-orm";
import type { Id, OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { auditEvents } from "../schema/index.ts";

export type AuditEventRow = typeof auditEvents.$inferSelect;

export function insertAuditEvent(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof auditEvents.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(auditEvents).values({ ...row, organizationId }));
}

/** Newest first. */
export async function listAuditEvents(
  db: Database,
  organizationId: OrganizationId,
  page: { limit: number; before?: Id<"auditEvent"> },
): Promise<Slice<AuditEventRow>> {
  const rows = await db.orm
    .select()
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.organizationId, organizationId),
        page.before ? lt(auditEvents.id, page.before) : undefined,
      ),
    )
    .orderBy(desc(auditEvents.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}
