import { findConfigLabel } from "../../../db/queries/config-labels.ts";
import { type ConfigRow, type ConfigVersionRow, findConfigVersion } from "../../../db/queries/configs.ts";
import { refuse } from "../../../domain/errors.ts";
import type { VersionReference } from "../../../protocol/api/config-versions.ts";
import type { Context, Platform } from "../context.ts";

/** The number that a reference stands for now; null = no version has that label. */
export async function numberOf(
  { db }: Platform,
  config: ConfigRow,
  reference: VersionReference,
): Promise<number | null> {
  if (typeof reference === "number") return reference;
  if (reference === "latest") return config.latestVersion;
  const found = await findConfigLabel(db, config.organizationId, config.id, reference);
  return found?.number ?? null;
}

/** @throws not_found */
export async function findVersion(
  ctx: Context,
  config: ConfigRow,
  reference: VersionReference,
): Promise<ConfigVersionRow> {
  const number = await numberOf(ctx, config, reference);
  const version =
    number === null ? undefined : await findConfigVersion(ctx.db, config.organizationId, config.id, number);
  return (
    version ??
    refuse(
      "not_found",
      typeof reference === "number"
        ? `Config ${config.name} has no version ${reference}. See what there is: muster configs versions ${config.name}`
        : `No version of config ${config.name} is labelled ${reference}. See what there is: muster configs labels ${config.name}`,
    )
  );
}

export const noDraft = ({ name }: ConfigRow): never =>
  refuse("not_found", `Config ${name} has no draft. Begin one: muster configs draft save ${name} <file>`);
