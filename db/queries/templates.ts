import { and, asc, desc, eq, gt, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { TemplateOrigin } from "../../domain/configs/templates.ts";
import type { ConfigId, Id, OrganizationId, ProjectId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { configs, templates, templateVersions } from "../schema/index.ts";

export type TemplateRow = typeof templates.$inferSelect;
export type TemplateVersionRow = typeof templateVersions.$inferSelect;
type TemplateId = Id<"template">;

/** A template within one of these organizations. */
export async function findTemplate(
  db: Database,
  organizationIds: readonly OrganizationId[],
  templateId: TemplateId,
): Promise<TemplateRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(templates)
    .where(and(eq(templates.id, templateId), inArray(templates.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

export async function listTemplates(
  db: Database,
  organizationId: OrganizationId,
  projectId: ProjectId,
  page: { limit: number; after?: TemplateId },
): Promise<Slice<TemplateRow>> {
  const rows = await db.orm
    .select()
    .from(templates)
    .where(
      and(
        eq(templates.organizationId, organizationId),
        eq(templates.projectId, projectId),
        page.after ? gt(templates.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(templates.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertTemplate(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof templates.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(templates).values({ ...row, organizationId }));
}

export function updateTemplate(
  db: Database,
  organizationId: OrganizationId,
  templateId: TemplateId,
  change: Partial<Pick<TemplateRow, "title" | "description" | "latestVersion">> & { updatedAt: number },
): Statement {
  return statement(
    db.orm
      .update(templates)
      .set(change)
      .where(and(eq(templates.organizationId, organizationId), eq(templates.id, templateId))),
  );
}

/** With its versions. */
export function deleteTemplate(
  db: Database,
  organizationId: OrganizationId,
  templateId: TemplateId,
): Statement[] {
  return [
    statement(
      db.orm
        .delete(templateVersions)
        .where(
          and(
            eq(templateVersions.organizationId, organizationId),
            eq(templateVersions.templateId, templateId),
          ),
        ),
    ),
    statement(
      db.orm
        .delete(templates)
        .where(and(eq(templates.organizationId, organizationId), eq(templates.id, templateId))),
    ),
  ];
}

export function templateAtVersion(
  organizationId: OrganizationId,
  templateId: TemplateId,
  latestVersion: number,
): SQL {
  return sql`exists (select 1 from ${templates} where ${and(
    eq(templates.organizationId, organizationId),
    eq(templates.id, templateId),
    eq(templates.latestVersion, latestVersion),
  )})`;
}

export function templateExists(organizationId: OrganizationId, templateId: TemplateId): SQL {
  return sql`exists (select 1 from ${templates} where ${and(
    eq(templates.organizationId, organizationId),
    eq(templates.id, templateId),
  )})`;
}

const madeFrom = ({ organizationId, projectId, id }: TemplateRow): SQL | undefined =>
  and(
    eq(configs.organizationId, organizationId),
    eq(configs.projectId, projectId),
    sql`json_extract(${configs.template}, '$.template') = ${id}`,
  );

/** No config is made from it. */
export const templateUnused = (organizationId: OrganizationId, template: TemplateRow): SQL =>
  sql`not exists (select 1 from ${configs} where ${and(eq(configs.organizationId, organizationId), madeFrom(template))})`;

/** Names of some configs that are made from it. */
export async function configsMadeFrom(
  db: Database,
  organizationId: OrganizationId,
  template: TemplateRow,
  limit: number,
): Promise<string[]> {
  const rows = await db.orm
    .select({ name: configs.name })
    .from(configs)
    .where(and(eq(configs.organizationId, organizationId), madeFrom(template)))
    .orderBy(asc(configs.id))
    .limit(limit);
  return rows.map(({ name }) => name);
}

export function setConfigTemplate(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  origin: TemplateOrigin,
): Statement {
  return statement(
    db.orm
      .update(configs)
      .set({ template: origin })
      .where(and(eq(configs.organizationId, organizationId), eq(configs.id, configId))),
  );
}

export function insertTemplateVersion(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof templateVersions.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(templateVersions).values({ ...row, organizationId }));
}

export async function findTemplateVersion(
  db: Database,
  organizationId: OrganizationId,
  templateId: TemplateId,
  number: number,
): Promise<TemplateVersionRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(templateVersions)
    .where(
      and(
        eq(templateVersions.organizationId, organizationId),
        eq(templateVersions.templateId, templateId),
        eq(templateVersions.number, number),
      ),
    )
    .limit(1);
  return row;
}

const head = {
  id: templateVersions.id,
  templateId: templateVersions.templateId,
  number: templateVersions.number,
  message: templateVersions.message,
  author: templateVersions.author,
  createdAt: templateVersions.createdAt,
};
export type TemplateVersionHead = Pick<TemplateVersionRow, keyof typeof head>;

/** Newest first; `before` is a version number. */
export async function listTemplateVersions(
  db: Database,
  organizationId: OrganizationId,
  templateId: TemplateId,
  page: { limit: number; before?: number },
): Promise<Slice<TemplateVersionHead>> {
  const rows = await db.orm
    .select(head)
    .from(templateVersions)
    .where(
      and(
        eq(templateVersions.organizationId, organizationId),
        eq(templateVersions.templateId, templateId),
        page.before === undefined ? undefined : lt(templateVersions.number, page.before),
      ),
    )
    .orderBy(desc(templateVersions.number))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}
