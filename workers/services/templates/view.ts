import type { TemplateRow, TemplateVersionHead, TemplateVersionRow } from "../../../db/queries/templates.ts";
import type { CatalogueTemplate as Shipped } from "../../../domain/configs/templates.ts";
import type {
  CatalogueTemplate,
  Template,
  TemplateVersion,
  TemplateVersionDetail,
} from "../../../protocol/api/templates.ts";
import { iso } from "../time.ts";

export const templateView = (row: TemplateRow): Template => ({
  id: row.id,
  organizationId: row.organizationId,
  projectId: row.projectId,
  name: row.name,
  kind: row.kind,
  title: row.title,
  description: row.description,
  latestVersion: row.latestVersion,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export const templateVersionView = (row: TemplateVersionHead): TemplateVersion => ({
  id: row.id,
  templateId: row.templateId,
  number: row.number,
  message: row.message,
  author: row.author,
  createdAt: iso(row.createdAt),
});

export const templateVersionDetailView = (row: TemplateVersionRow): TemplateVersionDetail => ({
  ...templateVersionView(row),
  content: row.content,
  parameters: row.parameters,
});

export function catalogueView({ versions, ...shipped }: Shipped): CatalogueTemplate {
  const { content = "", parameters = [] } = versions.at(-1) ?? {};
  return { ...shipped, version: versions.length, content, parameters: [...parameters] };
}
