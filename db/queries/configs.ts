import { and, asc, desc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import type { Labels } from "../../domain/fleets/agent-state.ts";
import type { ConfigId, ConfigVersionId, OrganizationId, ProjectId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { inChunks, type Slice, slice } from "../paging.ts";
import { configDrafts, configs, configVersionLabels, configVersions } from "../schema/index.ts";

export type ConfigRow = typeof configs.$inferSelect;
export type ConfigVersionRow = typeof configVersions.$inferSelect;
/** A version without its content, for lists. */
export type ConfigVersionHead = Omit<ConfigVersionRow, "content">;

const head = {
  id: configVersions.id,
  organizationId: configVersions.organizationId,
  configId: configVersions.configId,
  number: configVersions.number,
  sha256: configVersions.sha256,
  sizeBytes: configVersions.sizeBytes,
  message: configVersions.message,
  author: configVersions.author,
  createdAt: configVersions.createdAt,
  inputs: configVersions.inputs,
};

/** A config within one of these organizations. */
export async function findConfig(
  db: Database,
  organizationIds: readonly OrganizationId[],
  configId: ConfigId,
): Promise<ConfigRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(configs)
    .where(and(eq(configs.id, configId), inArray(configs.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

/** Those of the organization, in no order. */
export function findConfigs(
  db: Database,
  organizationId: OrganizationId,
  ids: readonly ConfigId[],
): Promise<ConfigRow[]> {
  return inChunks(ids, (some) =>
    db.orm
      .select()
      .from(configs)
      .where(and(eq(configs.organizationId, organizationId), inArray(configs.id, some))),
  );
}

export async function listConfigs(
  db: Database,
  organizationId: OrganizationId,
  projectId: ProjectId,
  page: { limit: number; after?: ConfigId; kind?: string; q?: string },
): Promise<Slice<ConfigRow>> {
  const rows = await db.orm
    .select()
    .from(configs)
    .where(
      and(
        eq(configs.organizationId, organizationId),
        eq(configs.projectId, projectId),
        page.after ? gt(configs.id, page.after) : undefined,
        page.kind === undefined ? undefined : eq(configs.kind, page.kind),
        page.q === undefined ? undefined : sql`instr(${configs.name}, ${page.q.toLowerCase()}) > 0`,
      ),
    )
    .orderBy(asc(configs.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertConfig(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof configs.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(configs).values({ ...row, organizationId }));
}

export function latestVersionIs(organizationId: OrganizationId, configId: ConfigId, latest: number) {
  return sql`exists (select 1 from ${configs} where ${and(
    eq(configs.organizationId, organizationId),
    eq(configs.id, configId),
    eq(configs.latestVersion, latest),
  )})`;
}

/** Of the versions that a new release names: none was deleted. */
export function versionsExist(organizationId: OrganizationId, versionIds: readonly ConfigVersionId[]) {
  const wanted = JSON.stringify([...new Set(versionIds)]);
  return sql`(select count(*) from ${configVersions} where ${and(
    eq(configVersions.organizationId, organizationId),
    sql`${configVersions.id} in (select value from json_each(${wanted}))`,
  )}) = json_array_length(${wanted})`;
}

export function versionExists(organizationId: OrganizationId, configId: ConfigId, number: number) {
  return sql`exists (select 1 from ${configVersions} where ${and(
    eq(configVersions.organizationId, organizationId),
    eq(configVersions.configId, configId),
    eq(configVersions.number, number),
  )})`;
}

export function configExists(organizationId: OrganizationId, configId: ConfigId) {
  return sql`exists (select 1 from ${configs} where ${and(
    eq(configs.organizationId, organizationId),
    eq(configs.id, configId),
  )})`;
}

/** `labels` as they were read. */
export function configHasLabels(organizationId: OrganizationId, configId: ConfigId, labels: Labels) {
  return sql`exists (select 1 from ${configs} where ${and(
    eq(configs.organizationId, organizationId),
    eq(configs.id, configId),
    sql`${configs.labels} = ${JSON.stringify(labels)}`,
  )})`;
}

export function setConfigLabels(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  labels: Labels,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(configs)
      .set({ labels, updatedAt: nowMs })
      .where(and(eq(configs.organizationId, organizationId), eq(configs.id, configId))),
  );
}

/** The config with all that is its own; that no release names it is a guard of the caller's. */
export function deleteConfig(db: Database, organizationId: OrganizationId, configId: ConfigId): Statement[] {
  const own = [configDrafts, configVersionLabels, configVersions].map((table) =>
    statement(
      db.orm.delete(table).where(and(eq(table.organizationId, organizationId), eq(table.configId, configId))),
    ),
  );
  return [
    ...own,
    statement(
      db.orm.delete(configs).where(and(eq(configs.organizationId, organizationId), eq(configs.id, configId))),
    ),
  ];
}

export function deleteConfigVersion(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  number: number,
): Statement {
  return statement(
    db.orm
      .delete(configVersions)
      .where(
        and(
          eq(configVersions.organizationId, organizationId),
          eq(configVersions.configId, configId),
          eq(configVersions.number, number),
        ),
      ),
  );
}

export function moveLatestVersion(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  latestVersion: number,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(configs)
      .set({ latestVersion, updatedAt: nowMs })
      .where(and(eq(configs.organizationId, organizationId), eq(configs.id, configId))),
  );
}

export function insertConfigVersion(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof configVersions.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(configVersions).values({ ...row, organizationId }));
}

export async function findConfigVersion(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  number: number,
): Promise<ConfigVersionRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(configVersions)
    .where(
      and(
        eq(configVersions.organizationId, organizationId),
        eq(configVersions.configId, configId),
        eq(configVersions.number, number),
      ),
    )
    .limit(1);
  return row;
}

/** Newest first; `before` is a version number. */
export async function listConfigVersions(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  page: { limit: number; before?: number },
): Promise<Slice<ConfigVersionHead>> {
  const rows = await db.orm
    .select(head)
    .from(configVersions)
    .where(
      and(
        eq(configVersions.organizationId, organizationId),
        eq(configVersions.configId, configId),
        page.before === undefined ? undefined : lt(configVersions.number, page.before),
      ),
    )
    .orderBy(desc(configVersions.number))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}
