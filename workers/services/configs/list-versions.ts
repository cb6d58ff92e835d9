import { listConfigLabels } from "../../../db/queries/config-labels.ts";
import { listConfigVersions } from "../../../db/queries/configs.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import type { ListedConfigVersion } from "../../../protocol/api/config-versions.ts";
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
  const [rows, labels] = await Promise.all([
    listConfigVersions(ctx.db, config.organizationId, config.id, {
      limit: input.limit,
      ...(before !== undefined && { before }),
    }),
    listConfigLabels(ctx.db, config.organizationId, config.id),
  ]);
  const labelsOf = (number: number) =>
    labels.filter((one) => one.number === number).map(({ label }) => label);
  return pageOf(
    rows,
    (row): ListedConfigVersion => ({ ...versionView(row), labels: labelsOf(row.number) }),
    (row) => String(row.number),
  );
}
