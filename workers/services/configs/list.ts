import { listConfigs } from "../../../db/queries/configs.ts";
import type { ProjectId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { projectScope } from "../scope.ts";
import { configView } from "./view.ts";

export async function list({ ctx, input }: { ctx: Context; input: ListInput & { project: ProjectId } }) {
  const project = await projectScope(ctx, input.project, "config.read");
  const after = idCursor("config", input.cursor);
  const rows = await listConfigs(ctx.db, project.organizationId, project.id, {
    limit: input.limit,
    ...(after && { after }),
  });
  return pageOf(rows, configView, (row) => row.id);
}
