import { findConfigDraft } from "../../../db/queries/config-drafts.ts";
import { type ConfigRow, listConfigVersions } from "../../../db/queries/configs.ts";
import { diffText, formatDiff, sideBySide } from "../../../domain/configs/diff.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { ConfigDiff, VersionReference } from "../../../protocol/api/config-versions.ts";
import type { Context } from "../context.ts";
import { configScope } from "../scope.ts";
import { findVersion, noDraft } from "./find-version.ts";

interface Side {
  name: string;
  version: number | null;
  content: string;
}

/** Two versions, or a version and the draft, line by line. */
export async function diff({
  ctx,
  input,
}: {
  ctx: Context;
  input: {
    config: ConfigId;
    from?: VersionReference | undefined;
    to?: VersionReference | undefined;
    context: number;
  };
}): Promise<ConfigDiff> {
  const config = await configScope(ctx, input.config, "config.read");
  const to = await sideOf(ctx, config, input.to ?? "latest");
  const from = await sideOf(ctx, config, input.from ?? (await before(ctx, config, to)));
  const found = diffText(from.content, to.content, input.context);
  const shown = ({ name, version }: Side) => ({ name: `${config.name}@${name}`, version });
  return {
    configId: config.id,
    from: shown(from),
    to: shown(to),
    added: found.added,
    removed: found.removed,
    unified:
      found.hunks.length === 0 ? "" : `--- ${shown(from).name}\n+++ ${shown(to).name}\n${formatDiff(found)}`,
    hunks: found.hunks.map((hunk) => ({ ...hunk, sideBySide: sideBySide(hunk) })),
  };
}

async function before(ctx: Context, config: ConfigRow, { version }: Side): Promise<VersionReference> {
  if (version === null) return "latest";
  const { rows } = await listConfigVersions(ctx.db, config.organizationId, config.id, {
    limit: 1,
    before: version,
  });
  if (rows[0]) return rows[0].number;
  return refuse(
    "validation_failed",
    `Version ${version} of ${config.name} is the first: there is nothing before it. Name what to compare it with.`,
    [{ path: "from", message: `is needed: version ${version} has none before it` }],
  );
}

async function sideOf(ctx: Context, config: ConfigRow, reference: VersionReference): Promise<Side> {
  if (reference === "draft") {
    const draft = await findConfigDraft(ctx.db, config.organizationId, config.id);
    if (!draft) return noDraft(config);
    return { name: "draft", version: null, content: draft.content };
  }
  const { number, content } = await findVersion(ctx, config, reference);
  return { name: String(number), version: number, content };
}
