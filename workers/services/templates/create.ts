import {
  insertTemplate,
  insertTemplateVersion,
  type TemplateRow,
  type TemplateVersionRow,
} from "../../../db/queries/templates.ts";
import { catalogue } from "../../../domain/configs/catalogue/index.ts";
import { getKind } from "../../../domain/configs/kinds.ts";
import { checkTemplate } from "../../../domain/configs/parameters.ts";
import type { TemplateParameter } from "../../../domain/configs/templates.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ProjectId } from "../../../domain/ids.ts";
import type { CreatedTemplate } from "../../../protocol/api/templates.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { projectScope } from "../scope.ts";
import { refuseIfTaken } from "../taken.ts";
import { templateVersionView, templateView } from "./view.ts";

export interface NewTemplateVersion {
  content: string;
  parameters: TemplateParameter[];
  message?: string | undefined;
}

/** With its first version. */
export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: NewTemplateVersion & {
    project: ProjectId;
    name: string;
    kind: string;
    title?: string | undefined;
    description?: string | undefined;
  };
}): Promise<CreatedTemplate> {
  const project = await projectScope(ctx, input.project, "config.write");
  const { kind } = getKind(input.kind);
  refuseBroken(input);
  if (catalogue.some(({ name }) => name === input.name)) {
    refuse(
      "already_exists",
      `A template that comes with the product is named "${input.name}". Choose another name.`,
      [{ path: "name", message: `"${input.name}" is taken` }],
    );
  }
  const nowMs = ctx.clock.now();
  const row: TemplateRow = {
    id: ctx.ids.make("template"),
    organizationId: project.organizationId,
    projectId: project.id,
    name: input.name,
    kind,
    title: input.title ?? input.name,
    description: input.description ?? "",
    latestVersion: 1,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  const version = templateVersionRow(ctx, row, 1, input);
  const changes = [{ path: "template", before: null, after: { name: row.name, kind, version: 1 } }];
  await refuseIfTaken(
    commit(ctx, {
      organizationId: row.organizationId,
      note: {
        action: "template.create",
        target: row.id,
        summary: `created ${kind} template ${row.name} in project ${project.slug}`,
        changes,
      },
      statements: [
        insertTemplate(ctx.db, row.organizationId, row),
        insertTemplateVersion(ctx.db, row.organizationId, version),
      ],
      quotas: ["templates"],
    }),
    "templates.name",
    { path: "name", value: row.name, noun: "template" },
  );
  return {
    ...templateView(row),
    version: templateVersionView(version),
    receipt: makeReceipt(ctx, {
      kind: "template.create",
      ids: { template: row.id, project: project.id, organization: row.organizationId },
      summary: `Template ${row.name} is there, with version 1. No config is made from it yet.`,
      changes,
      next: [
        {
          label: "Make a config from it",
          command: `muster templates use ${row.name} <config>`,
          href: `/v1/projects/${project.id}/configs/from-template`,
        },
      ],
      undo: { command: `muster templates delete ${row.name}`, href: `/v1/templates/${row.id}` },
    }),
  };
}

export function refuseBroken({ content, parameters }: NewTemplateVersion): void {
  const errors = checkTemplate(content, parameters);
  const [first] = errors;
  if (first) {
    refuse("validation_failed", `The template cannot be filled in: ${first.path} ${first.message}.`, errors);
  }
}

export const templateVersionRow = (
  ctx: Context,
  { id, organizationId }: TemplateRow,
  number: number,
  { content, parameters, message }: NewTemplateVersion,
): TemplateVersionRow => ({
  id: ctx.ids.make("templateVersion"),
  organizationId,
  templateId: id,
  number,
  content,
  parameters,
  message: message ?? null,
  author: ctx.actor.name,
  createdAt: ctx.clock.now(),
});
