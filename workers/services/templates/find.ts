import { findTemplate, findTemplateVersion, type TemplateRow } from "../../../db/queries/templates.ts";
import { catalogue } from "../../../domain/configs/catalogue/index.ts";
import { listNames, nearest } from "../../../domain/configs/suggest.ts";
import type { TemplateParameter } from "../../../domain/configs/templates.ts";
import { refuse } from "../../../domain/errors.ts";
import { type Id, isId, type OrganizationId, type ProjectId } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Context } from "../context.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";

/** Templates are read and written as configs are. */
export async function templateScope(
  ctx: Context,
  templateId: Id<"template">,
  permission: Permission,
): Promise<TemplateRow> {
  const template = await findTemplate(ctx.db, organizationIds(ctx), templateId);
  if (!template) return missing("template", templateId);
  organizationScope(ctx, template.organizationId, permission, { projectId: template.projectId });
  return template;
}

/** A version of a template, wherever it is kept. */
export interface FoundTemplate {
  /** As a config's origin names it. */
  reference: string;
  /** null = it comes with the product. */
  row: TemplateRow | null;
  kind: string;
  title: string;
  latestVersion: number;
  version: number;
  content: string;
  parameters: readonly TemplateParameter[];
}

/** Of the project or the catalogue; the latest version, if none is named. @throws not_found, validation_failed */
export async function findVersion(
  ctx: Context,
  { organizationId, id: projectId }: { organizationId: OrganizationId; id: ProjectId },
  reference: string,
  version?: number,
): Promise<FoundTemplate> {
  if (!isId("template", reference)) return fromCatalogue(reference, version);
  const row = await findTemplate(ctx.db, [organizationId], reference);
  if (row?.projectId !== projectId) return missing("template", reference);
  const number = version ?? row.latestVersion;
  const found = await findTemplateVersion(ctx.db, organizationId, row.id, number);
  if (!found) return noVersion(row.name, number, row.latestVersion);
  const { kind, title, latestVersion } = row;
  const { content, parameters } = found;
  return { reference, row, kind, title, latestVersion, version: number, content, parameters };
}

function fromCatalogue(name: string, version?: number): FoundTemplate {
  const found = catalogue.find((one) => one.name === name);
  if (!found) {
    const names = catalogue.map((one) => one.name);
    const meant = nearest(name, names);
    return refuse(
      "validation_failed",
      `No template that comes with the product is named "${name}"; ${meant ? `did you mean ${meant}?` : `there are ${listNames(names, 20)}.`} A template of the project is named by its id.`,
      [{ path: "template", message: `there is no "${name}"` }],
    );
  }
  const latestVersion = found.versions.length;
  const number = version ?? latestVersion;
  const at = found.versions[number - 1];
  if (!at) return noVersion(name, number, latestVersion);
  return { ...found, ...at, reference: name, row: null, latestVersion, version: number };
}

const noVersion = (name: string, number: number, latest: number): never =>
  refuse("validation_failed", `Template ${name} has no version ${number}; its latest is ${latest}.`, [
    { path: "version", message: `must be ${latest} at most` },
  ]);
