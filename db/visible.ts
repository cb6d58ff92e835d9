/** What somebody may see, as conditions: rows that may not be read are never read. Lists of ids travel as one value. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { OrganizationId } from "../domain/ids.ts";
import type { Visible } from "../domain/tenancy/access.ts";
import { type Places, seesEverything } from "../domain/tenancy/places.ts";
import { fleets } from "./schema/index.ts";

const among = (column: SQLiteColumn, ids: readonly string[]): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify(ids)}))`;

/** undefined = every row. */
export function idVisible(column: SQLiteColumn, visible: Visible<string>): SQL | undefined {
  if (visible.only) return among(column, visible.only);
  return visible.except.length === 0 ? undefined : sql`not ${among(column, visible.except)}`;
}

/** Of rows that name a fleet, those whose fleet lies where it may be seen; undefined = every row. */
export function fleetVisible(
  organizationId: OrganizationId,
  column: SQLiteColumn,
  places: Places,
): SQL | undefined {
  if (seesEverything(places)) return undefined;
  return sql`${column} in (select ${fleets.id} from ${fleets} where ${and(
    eq(fleets.organizationId, organizationId),
    placeVisible(places),
  )})`;
}

function placeVisible({ environments, projects, rest }: Places): SQL {
  const having = (places: ReadonlyMap<string, boolean>, wanted: boolean) =>
    [...places].filter(([, seen]) => seen === wanted).map(([id]) => id);
  return sql`case
    when ${among(fleets.environmentId, having(environments, true))} then 1
    when ${among(fleets.environmentId, having(environments, false))} then 0
    when ${among(fleets.projectId, having(projects, true))} then 1
    when ${among(fleets.projectId, having(projects, false))} then 0
    else ${rest ? 1 : 0} end`;
}
