import { GuardFailed } from "../../../db/batch.ts";
import {
  type ConfigLabelRow,
  deleteConfigLabel,
  findConfigLabel,
  labelIsOn,
  labelsAtMost,
  listConfigLabels,
  maxVersionLabels,
  putConfigLabel,
} from "../../../db/queries/config-labels.ts";
import { type ConfigRow, versionExists } from "../../../db/queries/configs.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { ConfigVersionLabel, VersionLabelChange } from "../../../protocol/api/config-versions.ts";
import type { ReceiptAnswer } from "../../../protocol/api/members.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { matchesEtag } from "../etag.ts";
import { makeReceipt } from "../receipts.ts";
import { configScope, missing } from "../scope.ts";
import { iso } from "../time.ts";
import { findVersion } from "./find-version.ts";

const labelView = (row: ConfigLabelRow): ConfigVersionLabel => ({
  configId: row.configId,
  label: row.label,
  version: row.number,
  author: row.author,
  updatedAt: iso(row.updatedAt),
});

/** By name; a config has few. */
export async function listLabels({ ctx, input }: { ctx: Context; input: { config: ConfigId } }) {
  const config = await configScope(ctx, input.config, "config.read");
  const rows = await listConfigLabels(ctx.db, config.organizationId, config.id);
  return { items: rows.map(labelView), nextCursor: null };
}

interface OfLabel {
  config: ConfigId;
  label: string;
  /** `"3"` = the label was seen on version 3; without one, wherever it is now. */
  ifMatch?: string | undefined;
}

/** Puts the label on a version; it leaves the one that it was on. What is deployed stays as it is. */
export async function putLabel({
  ctx,
  input,
}: {
  ctx: Context;
  input: OfLabel & { version: number };
}): Promise<VersionLabelChange> {
  const config = await configScope(ctx, input.config, "config.write");
  const [version, before] = await Promise.all([
    findVersion(ctx, config, input.version),
    findConfigLabel(ctx.db, config.organizationId, config.id, input.label),
  ]);
  refuseMoved(input, before);
  const row: ConfigLabelRow = {
    id: before?.id ?? ctx.ids.make("configLabel"),
    organizationId: config.organizationId,
    configId: config.id,
    label: input.label,
    number: version.number,
    author: ctx.actor.name,
    updatedAt: ctx.clock.now(),
  };
  const changes = [
    { path: `config.label.${input.label}`, before: before?.number ?? null, after: version.number },
  ];
  const summary = `put label ${input.label} on version ${version.number} of config ${config.name}`;
  await write(ctx, config, input, before, {
    note: { action: "config.label_version", target: config.id, summary, changes },
    statements: [putConfigLabel(ctx.db, config.organizationId, row)],
    guards: [
      { name: "version", holds: versionExists(config.organizationId, config.id, version.number) },
      {
        name: "labels",
        after: true,
        holds: labelsAtMost(config.organizationId, config.id, maxVersionLabels),
      },
    ],
  });
  return {
    ...labelView(row),
    receipt: makeReceipt(ctx, {
      kind: "config.label_version",
      ids: { config: config.id, version: version.id, organization: config.organizationId },
      summary: before
        ? `${input.label} of ${config.name} is now version ${version.number}; it was ${before.number}.`
        : `${input.label} of ${config.name} is version ${version.number}.`,
      changes,
      next: [
        {
          label: "Deploy what it names",
          command: `muster deploy --config ${config.name}@${input.label}`,
        },
      ],
      undo: {
        command: before
          ? `muster configs labels set ${config.name} ${input.label} ${before.number}`
          : `muster configs labels delete ${config.name} ${input.label}`,
        href: `/v1/configs/${config.id}/labels/${input.label}`,
      },
    }),
  };
}

export async function deleteLabel({ ctx, input }: { ctx: Context; input: OfLabel }): Promise<ReceiptAnswer> {
  const config = await configScope(ctx, input.config, "config.write");
  const before = await findConfigLabel(ctx.db, config.organizationId, config.id, input.label);
  if (!before) return missing("label of this config", input.label);
  refuseMoved(input, before);
  const changes = [{ path: `config.label.${input.label}`, before: before.number, after: null }];
  await write(ctx, config, input, before, {
    note: {
      action: "config.unlabel_version",
      target: config.id,
      summary: `took label ${input.label} off version ${before.number} of config ${config.name}`,
      changes,
    },
    statements: [deleteConfigLabel(ctx.db, config.organizationId, config.id, input.label)],
  });
  return {
    receipt: makeReceipt(ctx, {
      kind: "config.unlabel_version",
      ids: { config: config.id, organization: config.organizationId },
      summary: `No version of ${config.name} is labelled ${input.label} any more. What is deployed stays.`,
      changes,
      undo: {
        command: `muster configs labels set ${config.name} ${input.label} ${before.number}`,
        href: `/v1/configs/${config.id}/labels/${input.label}`,
      },
    }),
  };
}

async function write(
  ctx: Context,
  config: ConfigRow,
  { label }: OfLabel,
  before: ConfigLabelRow | undefined,
  { guards = [], ...rest }: Omit<Parameters<typeof commit>[1], "organizationId">,
): Promise<void> {
  const { organizationId, id } = config;
  try {
    await commit(ctx, {
      organizationId,
      guards: [
        { name: "label", holds: labelIsOn(organizationId, id, label, before?.number ?? 0) },
        ...guards,
      ],
      ...rest,
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    if (error.guard === "version") {
      refuse("conflict", "The version was deleted meanwhile. Choose another one.", [
        { path: "version", message: "was deleted" },
      ]);
    }
    if (error.guard === "labels") {
      refuse(
        "validation_failed",
        `Config ${config.name} has ${maxVersionLabels} labels, which is the most. Delete one that is not needed.`,
        [{ path: "label", message: `a config has at most ${maxVersionLabels}` }],
      );
    }
    moved(label, await findConfigLabel(ctx.db, organizationId, id, label));
  }
}

function refuseMoved({ label, ifMatch }: OfLabel, now: ConfigLabelRow | undefined): void {
  if (ifMatch !== undefined && !matchesEtag(ifMatch, `"${now?.number ?? 0}"`)) moved(label, now);
}

function moved(label: string, now: ConfigLabelRow | undefined): never {
  return refuse(
    "conflict",
    now
      ? `${now.author} put ${label} on version ${now.number} at ${iso(now.updatedAt)}. Look at that version, then repeat.`
      : `The label ${label} was taken away meanwhile. Look at the versions, then repeat.`,
    [{ path: "label", message: now ? `is now on version ${now.number}` : "is on no version now" }],
  );
}
