import type { ConfigId } from "../../../domain/ids.ts";
import type { VersionReference } from "../../../protocol/api/config-versions.ts";
import type { Context } from "../context.ts";
import { configScope } from "../scope.ts";
import { saveVersion } from "./create-version.ts";
import { findVersion } from "./find-version.ts";

/** The content of an old version as the next one; the old one stays as it is. */
export async function restoreVersion({
  ctx,
  input,
}: {
  ctx: Context;
  input: {
    config: ConfigId;
    number: VersionReference;
    message?: string | undefined;
    baseVersion?: number | undefined;
  };
}) {
  const config = await configScope(ctx, input.config, "config.write");
  const old = await findVersion(ctx, config, input.number);
  return saveVersion(ctx, config, {
    content: old.content,
    message: input.message ?? `restores version ${old.number}`,
    baseVersion: input.baseVersion,
    summary: `with the content of version ${old.number}`,
  });
}
