import { findTemplateVersion, listTemplates, listTemplateVersions } from "../../../db/queries/templates.ts";
import { catalogue } from "../../../domain/configs/catalogue/index.ts";
import type { Id, ProjectId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { idCursor, numberCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { missing, projectScope } from "../scope.ts";
import { templateScope } from "./find.ts";
import { catalogueView, templateVersionDetailView, templateVersionView, templateView } from "./view.ts";

interface OfTemplate {
  template: Id<"template">;
}

/** What comes with the product: of nobody's data. */
export async function listCatalogue() {
  return { items: catalogue.map(catalogueView), nextCursor: null };
}

export async function get({ ctx, input }: { ctx: Context; input: OfTemplate }) {
  return templateView(await templateScope(ctx, input.template, "config.read"));
}

/** Oldest first. */
export async function list({ ctx, input }: { ctx: Context; input: ListInput & { project: ProjectId } }) {
  const project = await projectScope(ctx, input.project, "config.read");
  const after = idCursor("template", input.cursor);
  const rows = await listTemplates(ctx.db, project.organizationId, project.id, {
    limit: input.limit,
    ...(after && { after }),
  });
  return pageOf(rows, templateView, (row) => row.id);
}

/** Newest first. */
export async function listVersions({ ctx, input }: { ctx: Context; input: ListInput & OfTemplate }) {
  const template = await templateScope(ctx, input.template, "config.read");
  const before = numberCursor(input.cursor);
  const rows = await listTemplateVersions(ctx.db, template.organizationId, template.id, {
    limit: input.limit,
    ...(before !== undefined && { before }),
  });
  return pageOf(rows, templateVersionView, (row) => String(row.number));
}

export async function getVersion({ ctx, input }: { ctx: Context; input: OfTemplate & { number: number } }) {
  const template = await templateScope(ctx, input.template, "config.read");
  const row = await findTemplateVersion(ctx.db, template.organizationId, template.id, input.number);
  return row ? templateVersionDetailView(row) : missing("version of this template", String(input.number));
}
