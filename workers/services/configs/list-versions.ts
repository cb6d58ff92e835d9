import { listConfigVersions } from "../../../db/queries/configs.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { numberCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { configScope } from "../scope.ts";
import { versionView } from "./view.ts";

/** Newest first. */
export async function listVersions({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { config: ConfigId };
}) {
  const config = await configScope(ctx, input.config, "config.read");
  const before = numberCursor(input.cursor);
  const rows = await listConfigVersions(ctx.db, config.organizationId, config.id, {
    limit: input.limit,
    ...(before !== undefined && { before }),
  });
  return pageOf(rows, versionView, (row) => String(row.number));
}
