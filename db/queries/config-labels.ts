import { and, asc, eq, sql } from "drizzle-orm";
import type { ConfigId, OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { configVersionLabels } from "../schema/index.ts";

export type ConfigLabelRow = typeof configVersionLabels.$inferSelect;

/** Labels of one config at most, so that each list of them is short. */
export const maxVersionLabels = 50;

const of = (organizationId: OrganizationId, configId: ConfigId, label?: string) =>
  and(
    eq(configVersionLabels.organizationId, organizationId),
    eq(configVersionLabels.configId, configId),
    label === undefined ? undefined : eq(configVersionLabels.label, label),
  );

/** All of a config, by name. */
export function listConfigLabels(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
): Promise<ConfigLabelRow[]> {
  return db.orm
    .select()
    .from(configVersionLabels)
    .where(of(organizationId, configId))
    .orderBy(asc(configVersionLabels.label))
    .limit(maxVersionLabels);
}

export async function findConfigLabel(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  label: string,
): Promise<ConfigLabelRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(configVersionLabels)
    .where(of(organizationId, configId, label))
    .limit(1);
  return row;
}

/** 0 = no version has it. */
export function labelIsOn(organizationId: OrganizationId, configId: ConfigId, label: string, number: number) {
  const now = sql`(select ${configVersionLabels.number} from ${configVersionLabels} where ${of(organizationId, configId, label)})`;
  return sql`coalesce(${now}, 0) = ${number}`;
}

export function versionUnlabelled(organizationId: OrganizationId, configId: ConfigId, number: number) {
  return sql`not exists (select 1 from ${configVersionLabels} where ${and(
    of(organizationId, configId),
    eq(configVersionLabels.number, number),
  )})`;
}

export function labelsAtMost(organizationId: OrganizationId, configId: ConfigId, count: number) {
  return sql`(select count(*) from ${configVersionLabels} where ${of(organizationId, configId)}) <= ${count}`;
}

export function putConfigLabel(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<ConfigLabelRow, "organizationId">,
): Statement {
  const { number, author, updatedAt } = row;
  return statement(
    db.orm
      .insert(configVersionLabels)
      .values({ ...row, organizationId })
      .onConflictDoUpdate({
        target: [configVersionLabels.configId, configVersionLabels.label],
        set: { number, author, updatedAt },
        setWhere: eq(configVersionLabels.organizationId, organizationId),
      }),
  );
}

export function deleteConfigLabel(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  label: string,
): Statement {
  return statement(db.orm.delete(configVersionLabels).where(of(organizationId, configId, label)));
}
