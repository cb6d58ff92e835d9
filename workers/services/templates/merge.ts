import { GuardFailed } from "../../../db/batch.ts";
import { type ConfigRow, findConfigVersion } from "../../../db/queries/configs.ts";
import { setConfigTemplate, templateExists } from "../../../db/queries/templates.ts";
import { validate } from "../../../domain/configs/kinds.ts";
import { type Merge, mergeTexts } from "../../../domain/configs/merge.ts";
import type { TemplateOrigin } from "../../../domain/configs/templates.ts";
import { maxConfigChars } from "../../../domain/configs/text.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { ConfigTemplate, TemplateMerge, UpdatedFromTemplate } from "../../../protocol/api/templates.ts";
import { saveVersion } from "../configs/create-version.ts";
import { refuseOutdated } from "../configs/refuse-outdated.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { configScope, missing } from "../scope.ts";
import { type FoundTemplate, findVersion } from "./find.ts";
import { fillIn } from "./instantiate.ts";

export interface UpdateFromTemplate {
  config: ConfigId;
  version?: number | undefined;
  parameters?: Record<string, string> | undefined;
  /** Every conflict resolved. */
  content?: string | undefined;
  baseVersion?: number | undefined;
  message?: string | undefined;
}

export async function getOrigin({
  ctx,
  input,
}: {
  ctx: Context;
  input: { config: ConfigId };
}): Promise<ConfigTemplate> {
  const config = await configScope(ctx, input.config, "config.read");
  const origin = originOf(config);
  const { title, latestVersion, parameters } = await findVersion(ctx, projectOf(config), origin.template);
  return {
    origin,
    title,
    latestVersion,
    outdated: origin.version < latestVersion,
    parameters: [...parameters],
  };
}

/** The merge that an update would save. Writes nothing. */
export async function previewUpdate({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateFromTemplate;
}): Promise<TemplateMerge> {
  const config = await configScope(ctx, input.config, "config.write");
  const { from, to, merged } = await merge(ctx, config, input);
  const content = input.content ?? merged.text;
  return {
    from,
    to,
    baseVersion: config.latestVersion,
    changed: merged.changed || JSON.stringify(from) !== JSON.stringify(to),
    content,
    parts: merged.parts,
    conflicts: merged.conflicts,
    diagnostics: validate(config.kind, content),
  };
}

/** Saves the merge as the config's next version. Conflicts are written nowhere: a person resolves them first. */
export async function updateFrom({
  ctx,
  input,
}: {
  ctx: Context;
  input: UpdateFromTemplate;
}): Promise<UpdatedFromTemplate> {
  const config = await configScope(ctx, input.config, "config.write");
  const { from, to, found, merged } = await merge(ctx, config, input);
  if (input.content === undefined && merged.conflicts.length > 0) refuseConflicts(config, merged);
  const content = input.content ?? merged.text;
  const { organizationId, id, name } = config;
  const { reference, row, title } = found;
  const message = input.message ?? `template ${row?.name ?? reference} v${from.version} → v${to.version}`;
  const guards = row ? [{ name: "template", holds: templateExists(organizationId, row.id) }] : [];
  const {
    diagnostics,
    content: _,
    ...version
  } = await saveVersion(
    ctx,
    config,
    {
      content,
      message,
      baseVersion: config.latestVersion,
      summary: `from template ${reference} v${to.version}`,
    },
    { statements: [setConfigTemplate(ctx.db, organizationId, id, to)], guards },
  ).catch((error: unknown) => {
    if (!(error instanceof GuardFailed)) throw error;
    return missing("template", reference);
  });
  return {
    version,
    origin: to,
    diagnostics,
    receipt: makeReceipt(ctx, {
      kind: "template.update_config",
      ids: { config: id, version: version.id, organization: organizationId },
      summary: `Config ${name} has version ${version.number}, with version ${to.version} of ${title} in it. Nothing runs it yet.`,
      changes: [
        { path: "config.latestVersion", before: config.latestVersion, after: version.number },
        { path: "config.template", before: from, after: to },
      ],
      next: [
        { label: "Look at what changed", command: `muster configs diff ${name}` },
        { label: "Roll it out", command: `muster deploy --config ${name}` },
      ],
      undo: {
        command: `muster configs restore ${name} ${config.latestVersion}`,
        href: `/v1/configs/${id}/versions/${config.latestVersion}/restore`,
      },
    }),
  };
}

interface Merged {
  from: TemplateOrigin;
  to: TemplateOrigin;
  found: FoundTemplate;
  merged: Merge & { changed: boolean };
}

async function merge(ctx: Context, config: ConfigRow, input: UpdateFromTemplate): Promise<Merged> {
  if (input.baseVersion !== undefined && input.baseVersion !== config.latestVersion) {
    return refuseOutdated(ctx, config, input.baseVersion);
  }
  const from = originOf(config);
  const project = projectOf(config);
  const [old, found, ours] = await Promise.all([
    findVersion(ctx, project, from.template, from.version),
    findVersion(ctx, project, from.template, input.version),
    findConfigVersion(ctx.db, config.organizationId, config.id, config.latestVersion),
  ]);
  if (!ours) return missing("version of this config", String(config.latestVersion));
  const asked = new Set(found.parameters.map(({ name }) => name));
  const kept = Object.entries(from.parameters).filter(([name]) => asked.has(name));
  const base = fillIn(old, from.parameters);
  const theirs = fillIn(found, { ...Object.fromEntries(kept), ...input.parameters });
  const merged = mergeTexts(base.content, ours.content, theirs.content);
  if (merged.text.length > maxConfigChars) {
    refuse(
      "validation_failed",
      `Merged, the config has ${merged.text.length} characters, and may have ${maxConfigChars}. Shorten it first.`,
      [{ path: "content", message: `may have at most ${maxConfigChars} characters` }],
    );
  }
  return { from, to: theirs.origin, found, merged: { ...merged, changed: merged.text !== ours.content } };
}

const projectOf = ({ organizationId, projectId }: ConfigRow) => ({ organizationId, id: projectId });

function originOf(config: ConfigRow): TemplateOrigin {
  return (
    config.template ??
    refuse(
      "not_found",
      `Config ${config.name} was not made from a template. Make one with: muster templates use.`,
    )
  );
}

function refuseConflicts({ name, latestVersion }: ConfigRow, { conflicts }: Merge): never {
  return refuse(
    "conflict",
    `Config ${name} and the template changed the same ${plural(conflicts.length, "place")}. Ask for the merge with dryRun=true, resolve each conflict, and send the whole text as content with baseVersion ${latestVersion}.`,
    conflicts
      .slice(0, 100)
      .map(({ line }) => ({ path: `content:${line}`, message: "was changed here and in the template" })),
  );
}
