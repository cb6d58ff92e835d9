import { GuardFailed } from "../../../db/batch.ts";
import { insertTemplateVersion, templateAtVersion, updateTemplate } from "../../../db/queries/templates.ts";
import { sha256Hex } from "../../../domain/configs/hash.ts";
import { type Refusal, refuse } from "../../../domain/errors.ts";
import type { Id } from "../../../domain/ids.ts";
import type { CreatedTemplateVersion } from "../../../protocol/api/templates.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { type NewTemplateVersion, refuseBroken, templateVersionRow } from "./create.ts";
import { templateScope } from "./find.ts";
import { templateVersionDetailView } from "./view.ts";

/** Each is kept, so that configs can be updated from any of them. */
const maxVersions = 1_000;

/** The next number. Configs that were made from the template stay as they are until they are updated. */
export async function createVersion({
  ctx,
  input,
}: {
  ctx: Context;
  input: NewTemplateVersion & { template: Id<"template">; baseVersion?: number | undefined };
}): Promise<CreatedTemplateVersion> {
  const template = await templateScope(ctx, input.template, "config.write");
  const { organizationId, id, name, latestVersion } = template;
  refuseBroken(input);
  if (input.baseVersion !== undefined && input.baseVersion !== latestVersion) outdated(name, latestVersion);
  if (latestVersion >= maxVersions) refuse("quota_exceeded", ...full(name));
  const row = templateVersionRow(ctx, template, latestVersion + 1, input);
  const changes = [
    { path: "template.latestVersion", before: latestVersion, after: row.number },
    { path: "template.sha256", after: sha256Hex(row.content) },
  ];
  try {
    await commit(ctx, {
      organizationId,
      note: {
        action: "template.version",
        target: id,
        summary: `saved version ${row.number} of template ${name}`,
        changes,
      },
      guards: [{ name: "latest", holds: templateAtVersion(organizationId, id, latestVersion) }],
      statements: [
        insertTemplateVersion(ctx.db, organizationId, row),
        updateTemplate(ctx.db, organizationId, id, { latestVersion: row.number, updatedAt: row.createdAt }),
      ],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    outdated(name, (await templateScope(ctx, id, "config.write")).latestVersion);
  }
  return {
    ...templateVersionDetailView(row),
    receipt: makeReceipt(ctx, {
      kind: "template.version",
      ids: { template: id, version: row.id, organization: organizationId },
      summary: `Template ${name} has version ${row.number}. Configs made from it stay as they are until they are updated.`,
      changes,
      next: [{ label: "Update a config", command: "muster templates update <config>" }],
    }),
  };
}

const full = (name: string): [detail: string, errors: NonNullable<Refusal["errors"]>] => [
  `Template ${name} has ${maxVersions} versions, which is the most. Make a new template.`,
  [{ path: "template", message: `has ${maxVersions} versions` }],
];

const outdated = (name: string, latest: number): never =>
  refuse(
    "conflict",
    `Template ${name} is at version ${latest}. Look at it, bring both together, then save on top of ${latest}.`,
    [{ path: "baseVersion", message: `the latest version is ${latest}` }],
  );
