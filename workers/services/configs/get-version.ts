import type { ConfigId } from "../../../domain/ids.ts";
import type { VersionReference } from "../../../protocol/api/config-versions.ts";
import type { Context } from "../context.ts";
import { configScope } from "../scope.ts";
import { findVersion } from "./find-version.ts";
import { versionDetailView } from "./view.ts";

export async function getVersion({
  ctx,
  input,
}: {
  ctx: Context;
  input: { config: ConfigId; number: VersionReference };
}) {
  const config = await configScope(ctx, input.config, "config.read");
  return versionDetailView(config.kind, await findVersion(ctx, config, input.number));
}
