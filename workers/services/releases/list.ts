import { listReleases } from "../../../db/queries/rollouts.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { fleetScope } from "../scope.ts";
import { releaseView } from "./view.ts";

/** Newest first. */
export async function list({ ctx, input }: { ctx: Context; input: ListInput & { fleet: FleetId } }) {
  const fleet = await fleetScope(ctx, input.fleet, "rollout.read");
  const before = idCursor("release", input.cursor);
  const rows = await listReleases(ctx.db, fleet.organizationId, fleet.id, {
    limit: input.limit,
    ...(before && { before }),
  });
  return pageOf(rows, releaseView, (row) => row.id);
}
