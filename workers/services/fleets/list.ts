import { listFleets } from "../../../db/queries/fleets.ts";
import type { ProjectId } from "../../../domain/ids.ts";
import { visibleEnvironments } from "../../../domain/tenancy/access.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { accessIn, projectScope } from "../scope.ts";
import { fleetView } from "./view.ts";

export async function list({ ctx, input }: { ctx: Context; input: ListInput & { project: ProjectId } }) {
  const project = await projectScope(ctx, input.project, "fleet.read");
  const after = idCursor("fleet", input.cursor);
  const rows = await listFleets(ctx.db, project.organizationId, project.id, {
    limit: input.limit,
    visible: visibleEnvironments(accessIn(ctx, project.organizationId), "fleet.read", project.id),
    ...(after && { after }),
  });
  return pageOf(rows, fleetView, (row) => row.id);
}
