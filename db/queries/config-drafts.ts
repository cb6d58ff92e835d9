import { and, eq, sql } from "drizzle-orm";
import type { ConfigId, OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { configDrafts } from "../schema/index.ts";

export type ConfigDraftRow = typeof configDrafts.$inferSelect;

const of = (organizationId: OrganizationId, configId: ConfigId) =>
  and(eq(configDrafts.organizationId, organizationId), eq(configDrafts.configId, configId));

export async function findConfigDraft(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
): Promise<ConfigDraftRow | undefined> {
  const [row] = await db.orm.select().from(configDrafts).where(of(organizationId, configId)).limit(1);
  return row;
}

/** 0 = there is none. */
export function draftHasVersion(organizationId: OrganizationId, configId: ConfigId, version: number) {
  const now = sql`(select ${configDrafts.version} from ${configDrafts} where ${of(organizationId, configId)})`;
  return sql`coalesce(${now}, 0) = ${version}`;
}

export function putConfigDraft(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<ConfigDraftRow, "organizationId">,
): Statement {
  const { configId, ...set } = row;
  return statement(
    db.orm
      .insert(configDrafts)
      .values({ ...row, organizationId })
      .onConflictDoUpdate({
        target: configDrafts.configId,
        set,
        setWhere: eq(configDrafts.organizationId, organizationId),
      }),
  );
}

export function deleteConfigDraft(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
): Statement {
  return statement(db.orm.delete(configDrafts).where(of(organizationId, configId)));
}
