import { and, asc, eq, gt, gte, lt } from "drizzle-orm";
import type { FleetId, Id, OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { usageLedger } from "../schema/index.ts";

export type LedgerRow = typeof usageLedger.$inferSelect;

/** Does nothing when this statement of the hour is in the ledger already. */
export function insertLedgerEntry(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof usageLedger.$inferInsert, "organizationId">,
): Statement {
  return statement(
    db.orm
      .insert(usageLedger)
      .values({ ...row, organizationId })
      .onConflictDoNothing({
        target: [usageLedger.fleetId, usageLedger.hour, usageLedger.meter, usageLedger.sequence],
      }),
  );
}

/** Every entry of [fromMs, toMs) in the order of the ledger. */
export function ledgerEntries(
  db: Database,
  organizationId: OrganizationId,
  period: { fromMs: number; toMs: number; fleet?: FleetId },
): Promise<LedgerRow[]> {
  return db.orm
    .select()
    .from(usageLedger)
    .where(
      and(
        eq(usageLedger.organizationId, organizationId),
        gte(usageLedger.hour, period.fromMs),
        lt(usageLedger.hour, period.toMs),
        period.fleet ? eq(usageLedger.fleetId, period.fleet) : undefined,
      ),
    )
    .orderBy(asc(usageLedger.hour), asc(usageLedger.id));
}

/** Oldest entry first, by id. */
export async function listLedger(
  db: Database,
  organizationId: OrganizationId,
  period: { fromMs: number; toMs: number; fleet?: FleetId },
  page: { limit: number; after?: Id<"ledgerEntry"> },
): Promise<Slice<LedgerRow>> {
  const rows = await db.orm
    .select()
    .from(usageLedger)
    .where(
      and(
        eq(usageLedger.organizationId, organizationId),
        gte(usageLedger.hour, period.fromMs),
        lt(usageLedger.hour, period.toMs),
        period.fleet ? eq(usageLedger.fleetId, period.fleet) : undefined,
        page.after ? gt(usageLedger.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(usageLedger.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}
