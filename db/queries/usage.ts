import { and, asc, eq, gt, gte, lt, lte, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/sqlite-core";
import type { FleetId, Id, OrganizationId } from "../../domain/ids.ts";
import type { Places } from "../../domain/tenancy/places.ts";
import { meters } from "../../domain/usage/meters.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { usageLedger } from "../schema/index.ts";
import { fleetVisible } from "../visible.ts";

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

export interface LedgerSums {
  byFleet: { fleetId: FleetId; meter: string; quantity: number }[];
  /** `hour` is its start, epoch ms. */
  byHour: { hour: number; meter: string; quantity: number }[];
}

/** Whole numbers of the finest unit add up exactly in SQL; decimals would not. */
const finest = Math.max(...Object.values(meters).map(({ unitsPer }) => unitsPer));

/**
 * What the entries of [fromMs, toMs) add up to that were recorded by `recordedByMs`: all fleets of the organization,
 * or one; where `places` are given, only those that lie there. One statement, so that both sums are of the same entries.
 */
export async function ledgerSums(
  db: Database,
  organizationId: OrganizationId,
  period: { fromMs: number; toMs: number; recordedByMs: number; fleet?: FleetId },
  places?: Places,
): Promise<LedgerSums> {
  const counted = and(
    eq(usageLedger.organizationId, organizationId),
    gte(usageLedger.hour, period.fromMs),
    lt(usageLedger.hour, period.toMs),
    lte(usageLedger.recordedAt, period.recordedByMs),
    period.fleet ? eq(usageLedger.fleetId, period.fleet) : undefined,
    places && fleetVisible(organizationId, usageLedger.fleetId, places),
  );
  const units = sql<number>`sum(cast(round(${usageLedger.quantity} * ${finest}) as integer))`;
  const byFleet = db.orm
    .select({
      fleetId: sql<FleetId | null>`${usageLedger.fleetId}`,
      hour: sql<number | null>`null`,
      meter: usageLedger.meter,
      units,
    })
    .from(usageLedger)
    .where(counted)
    .groupBy(usageLedger.fleetId, usageLedger.meter);
  const byHour = db.orm
    .select({
      fleetId: sql<FleetId | null>`null`,
      hour: sql<number | null>`${usageLedger.hour}`,
      meter: usageLedger.meter,
      units,
    })
    .from(usageLedger)
    .where(counted)
    .groupBy(usageLedger.hour, usageLedger.meter);
  const sums: LedgerSums = { byFleet: [], byHour: [] };
  for (const { fleetId, hour, meter, units } of await unionAll(byFleet, byHour)) {
    const quantity = units / finest;
    if (fleetId !== null) sums.byFleet.push({ fleetId, meter, quantity });
    if (hour !== null) sums.byHour.push({ hour, meter, quantity });
  }
  return sums;
}

/** Oldest entry first, by id. */
export async function listLedger(
  db: Database,
  organizationId: OrganizationId,
  period: { fromMs: number; toMs: number; fleet?: FleetId; places?: Places },
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
        period.places && fleetVisible(organizationId, usageLedger.fleetId, period.places),
        page.after ? gt(usageLedger.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(usageLedger.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}
