import { type ConfigUseRow, listConfigUses } from "../../../db/queries/config-uses.ts";
import type { ConfigRow } from "../../../db/queries/configs.ts";
import type { ConfigId } from "../../../domain/ids.ts";
import { visibleEnvironments } from "../../../domain/tenancy/access.ts";
import type { ConfigUse } from "../../../protocol/api/config-versions.ts";
import type { Context } from "../context.ts";
import { pageOf, placeCursor } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { accessIn, configScope } from "../scope.ts";
import { iso } from "../time.ts";

const useView = ({ id: _id, createdAt, ...use }: ConfigUseRow): ConfigUse => ({
  ...use,
  createdAt: iso(createdAt),
});

const visibleTo = (ctx: Context, config: ConfigRow) =>
  visibleEnvironments(accessIn(ctx, config.organizationId), "fleet.read", config.projectId);

/** Newest release first, in the fleets that the actor may see. */
export async function listUses({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { config: ConfigId; version?: number | undefined; current?: boolean | undefined };
}) {
  const config = await configScope(ctx, input.config, "config.read");
  const before = placeCursor(/^rel_[0-9A-Z]{26}\.\d{3}$/, input.cursor);
  const rows = await listConfigUses(ctx.db, config.organizationId, config.id, {
    limit: input.limit,
    visible: visibleTo(ctx, config),
    currentOnly: input.current ?? false,
    ...(before !== undefined && { before }),
    ...(input.version !== undefined && { version: input.version }),
  });
  return pageOf(rows, useView, (row) => row.id);
}

/** For a refusal: some releases that name the config, as far as the actor may know of them. */
export async function namedBy(ctx: Context, config: ConfigRow, version?: number): Promise<string> {
  const { rows, more } = await listConfigUses(ctx.db, config.organizationId, config.id, {
    limit: 3,
    visible: visibleTo(ctx, config),
    ...(version !== undefined && { version }),
  });
  if (rows.length === 0) return "a release of a fleet that you cannot see";
  const names = [...new Set(rows.map((row) => `release ${row.releaseNumber} of ${row.fleetName}`))];
  return `${names.join(", ")}${more ? " and others" : ""}`;
}
