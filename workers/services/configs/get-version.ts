import { findConfigVersion } from "../../../db/queries/configs.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { configScope, missing } from "../scope.ts";
import { versionDetailView } from "./view.ts";

export async function getVersion({
  ctx,
  input,
}: {
  ctx: Context;
  input: { config: ConfigId; number: number };
}) {
  const config = await configScope(ctx, input.config, "config.read");
  const version = await findConfigVersion(ctx.db, config.organizationId, config.id, input.number);
  return version
    ? versionDetailView(config.kind, version)
    : missing("version of this config", String(input.number));
}
