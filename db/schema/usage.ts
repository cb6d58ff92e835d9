import { index, integer, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { FleetId, Id, OrganizationId } from "../../domain/ids.ts";

/** Append only. Sequence 0 states an hour; a later one adjusts it. */
export const usageLedger = sqliteTable(
  "usage_ledger",
  {
    id: text("id").$type<Id<"ledgerEntry">>().primaryKey(),
    organizationId: text("organization_id").$type<OrganizationId>().notNull(),
    fleetId: text("fleet_id").$type<FleetId>().notNull(),
    /** Start of the UTC hour. */
    hour: integer("hour").notNull(),
    meter: text("meter").notNull(),
    quantity: real("quantity").notNull(),
    sequence: integer("sequence").notNull(),
    recordedAt: integer("recorded_at").notNull(),
  },
  (table) => [
    uniqueIndex("usage_ledger_statement").on(table.fleetId, table.hour, table.meter, table.sequence),
    index("usage_ledger_organization").on(table.organizationId, table.hour, table.id),
  ],
);
