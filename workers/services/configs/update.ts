import { GuardFailed } from "../../../db/batch.ts";
import { type ConfigRow, configHasLabels, setConfigLabels } from "../../../db/queries/configs.ts";
import { labelsEtag } from "../../../domain/configs/labels-etag.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Labels } from "../../../domain/fleets/agent-state.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { ConfigChange } from "../../../protocol/api/configs.ts";
import { commit } from "../audit/commit.ts";
import { differences } from "../changes.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { makeReceipt } from "../receipts.ts";
import { configScope } from "../scope.ts";
import { shellWord } from "../shell.ts";
import { sortedLabels } from "./sorted-labels.ts";
import { configView } from "./view.ts";

/** `labels` are replaced whole. */
export async function update({
  ctx,
  input,
}: {
  ctx: Context;
  input: { config: ConfigId; labels: Labels; ifMatch?: string | undefined };
}): Promise<{ change: ConfigChange; etag: string }> {
  const row = await configScope(ctx, input.config, "config.write");
  if (input.ifMatch && !matchesEtag(input.ifMatch, labelsEtag(row.labels))) moved(row);
  const next: ConfigRow = { ...row, labels: sortedLabels(input.labels) };
  const changes = differences("config", row, next, ["labels"]);
  if (changes.length > 0) {
    next.updatedAt = ctx.clock.now();
    try {
      await commit(ctx, {
        organizationId: row.organizationId,
        note: {
          action: "config.update",
          target: row.id,
          summary: `changed the labels of config ${row.name}`,
          changes,
        },
        guards: [{ name: "labels", holds: configHasLabels(row.organizationId, row.id, row.labels) }],
        statements: [setConfigLabels(ctx.db, row.organizationId, row.id, next.labels, next.updatedAt)],
      });
    } catch (error) {
      if (!(error instanceof GuardFailed)) throw error;
      moved(await configScope(ctx, input.config, "config.write"));
    }
  }
  const back = Object.entries(row.labels).map(([key, value]) => ` --label ${shellWord(`${key}=${value}`)}`);
  return {
    etag: labelsEtag(next.labels),
    change: {
      ...configView(next),
      receipt: makeReceipt(ctx, {
        kind: "config.update",
        ids: { config: row.id, organization: row.organizationId },
        summary:
          changes.length === 0
            ? `Config ${row.name} was so already; nothing has changed.`
            : `Config ${row.name} has new labels. No agent is touched.`,
        changes,
        undo:
          changes.length === 0
            ? null
            : {
                command: `muster configs update ${row.name} ${back.length > 0 ? `--replace${back.join("")}` : "--replace"}`,
                href: `/v1/configs/${row.id}`,
              },
      }),
    },
  };
}

function moved(now: ConfigRow): never {
  return refuse(
    "conflict",
    `The labels of ${now.name} were changed meanwhile; its ETag is now ${labelsEtag(now.labels)}. Read it again, then repeat.`,
    [{ path: "labels", message: `are now ${JSON.stringify(now.labels)}` }],
  );
}
