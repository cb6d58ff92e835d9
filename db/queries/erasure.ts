/** All rows of an organization, in whatever table: from the schema itself, so that a new table is never forgotten. */
import { and, asc, eq, getTableColumns, getTableName, gt, is, sql } from "drizzle-orm";
import { type SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import * as schema from "../schema/index.ts";

interface TenantTable {
  name: string;
  table: SQLiteTable;
  organizationId: SQLiteColumn;
  /** What its rows are read in the order of; its own primary key. */
  key: SQLiteColumn;
}

/** Whose rows go only with the organization's own row: the store guards them as long as it is there. */
const kept = ["audit_events", "audit_anchors"];

/** What is never shown to anybody: keys, and what stands for them. */
const secret = /secret|sealed|wrapped|password/i;

const everything: unknown[] = Object.values(schema);

export const tenantTables: readonly TenantTable[] = everything
  .filter((one): one is SQLiteTable => is(one, SQLiteTable))
  .flatMap((table) => {
    const { organizationId, ...columns }: Record<string, SQLiteColumn> = getTableColumns(table);
    if (!organizationId) return [];
    const key = Object.values(columns).find(({ primary }) => primary) ?? organizationId;
    return [{ name: getTableName(table), table, organizationId, key }];
  });

function tableOf(name: string): TenantTable {
  const found = tenantTables.find((one) => one.name === name);
  if (!found) throw new Error(`${name} is no table of organizations`);
  return found;
}

/** A page of rows as people get them, without secrets, and the key to read on after. */
export async function rowsToExport(
  db: Database,
  organizationId: OrganizationId,
  tableName: string,
  page: { limit: number; after: string | null },
): Promise<{ rows: Record<string, unknown>[]; last: string | null }> {
  const { table, key, organizationId: owner } = tableOf(tableName);
  const found: Record<string, unknown>[] = await db.orm
    .select()
    .from(table)
    .where(and(eq(owner, organizationId), page.after === null ? undefined : gt(key, page.after)))
    .orderBy(asc(key))
    .limit(page.limit);
  const field = Object.entries(getTableColumns(table)).find(([, column]) => column === key)?.[0] ?? "id";
  const last = found.length === page.limit ? String(found.at(-1)?.[field]) : null;
  return {
    last,
    rows: found.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !secret.test(name)))),
  };
}

/** Deletes some rows of a table; none of what the store guards. */
export function eraseRows(organizationId: OrganizationId, tableName: string, limit: number): Statement {
  const { table, key, organizationId: owner } = tableOf(tableName);
  return statement(
    sql`delete from ${table} where ${key} in (select ${key} from ${table} where ${eq(owner, organizationId)} limit ${limit})`,
  );
}

export const erasableTables = (): string[] =>
  tenantTables.map(({ name }) => name).filter((name) => !kept.includes(name));

/** The organization's own row, and what was guarded as long as it was there: nothing is left of it then. */
export function eraseOrganization(db: Database, organizationId: OrganizationId): Statement[] {
  return [
    statement(db.orm.delete(schema.organizations).where(eq(schema.organizations.id, organizationId))),
    ...kept.map((name) => {
      const { table, organizationId: owner } = tableOf(name);
      return statement(sql`delete from ${table} where ${eq(owner, organizationId)}`);
    }),
  ];
}
