import { listEnvironments } from "../../../db/queries/projects.ts";
import type { ProjectId } from "../../../domain/ids.ts";
import { visibleEnvironments } from "../../../domain/tenancy/access.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { environmentView } from "../projects/view.ts";
import { accessIn, projectScope } from "../scope.ts";

export async function list({ ctx, input }: { ctx: Context; input: ListInput & { project: ProjectId } }) {
  const project = await projectScope(ctx, input.project, "environment.read");
  const after = idCursor("environment", input.cursor);
  const rows = await listEnvironments(ctx.db, project.organizationId, project.id, {
    limit: input.limit,
    visible: visibleEnvironments(accessIn(ctx, project.organizationId), "environment.read", project.id),
    ...(after && { after }),
  });
  return pageOf(rows, environmentView, (row) => row.id);
}
