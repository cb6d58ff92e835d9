import { GuardFailed } from "../../../db/batch.ts";
import {
  configsMadeFrom,
  deleteTemplate,
  templateExists,
  templateUnused,
  updateTemplate,
} from "../../../db/queries/templates.ts";
import { listNames } from "../../../domain/configs/suggest.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Id } from "../../../domain/ids.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import type { TemplateChange } from "../../../protocol/api/templates.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { missing } from "../scope.ts";
import { shellWord } from "../shell.ts";
import { templateScope } from "./find.ts";
import { templateView } from "./view.ts";

/** What people read of it; its text changes by versions. */
export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: { template: Id<"template">; title?: string | undefined; description?: string | undefined };
}): Promise<TemplateChange> {
  const row = await templateScope(ctx, input.template, "config.write");
  const next = {
    ...row,
    title: input.title ?? row.title,
    description: input.description ?? row.description,
    updatedAt: ctx.clock.now(),
  };
  const changes = differences("template", row, next, ["title", "description"]);
  if (changes.length > 0) {
    const { title, description, updatedAt } = next;
    try {
      await commit(ctx, {
        organizationId: row.organizationId,
        note: { action: "template.update", target: row.id, summary: `changed template ${row.name}`, changes },
        guards: [{ name: "there", holds: templateExists(row.organizationId, row.id) }],
        statements: [updateTemplate(ctx.db, row.organizationId, row.id, { title, description, updatedAt })],
      });
    } catch (error) {
      if (!(error instanceof GuardFailed)) throw error;
      missing("template", row.id);
    }
  }
  return {
    ...templateView(changes.length > 0 ? next : row),
    receipt: makeReceipt(ctx, {
      kind: "template.update",
      ids: { template: row.id, organization: row.organizationId },
      summary:
        changes.length > 0
          ? `Template ${row.name} is now titled ${next.title}.`
          : `Template ${row.name} was so already; nothing has changed.`,
      changes,
      undo:
        changes.length === 0
          ? null
          : {
              command: `muster templates edit ${row.name} --title ${shellWord(row.title)} --description ${shellWord(row.description)}`,
              href: `/v1/templates/${row.id}`,
            },
    }),
  };
}

/** With its versions; only while no config is made from it, as a config is updated from what it was made from. */
export async function remove({
  ctx,
  input,
}: {
  ctx: Context;
  input: { template: Id<"template"> };
}): Promise<ReceiptAnswer> {
  const row = await templateScope(ctx, input.template, "config.write");
  const changes = [
    {
      path: "template",
      before: { name: row.name, kind: row.kind, latestVersion: row.latestVersion },
      after: null,
    },
  ];
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: { action: "template.delete", target: row.id, summary: `deleted template ${row.name}`, changes },
      guards: [{ name: "unused", holds: templateUnused(row.organizationId, row) }],
      statements: deleteTemplate(ctx.db, row.organizationId, row.id),
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    const names = await configsMadeFrom(ctx.db, row.organizationId, row, 9);
    refuse(
      "conflict",
      `Template ${row.name} cannot be deleted: ${listNames(names)} ${names.length === 1 ? "is" : "are"} made from it. Delete those first.`,
      [{ path: "template", message: "a config is made from it" }],
    );
  }
  return {
    receipt: makeReceipt(ctx, {
      kind: "template.delete",
      ids: { template: row.id, project: row.projectId, organization: row.organizationId },
      summary: `Template ${row.name} is gone, with its versions. No config was made from it.`,
      changes,
    }),
  };
}
