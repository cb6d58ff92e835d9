import { listProjects } from "../../../db/queries/projects.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { visibleProjects } from "../../../domain/tenancy/access.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { organizationScope } from "../scope.ts";
import { projectView } from "./view.ts";

export async function list({ ctx, input }: { ctx: Context; input: ListInput & { org: OrganizationId } }) {
  const organization = organizationScope(ctx, input.org, "project.read");
  const after = idCursor("project", input.cursor);
  const rows = await listProjects(ctx.db, organization.id, {
    limit: input.limit,
    visible: visibleProjects(organization.access, "project.read"),
    ...(after && { after }),
  });
  return pageOf(rows, projectView, (row) => row.id);
}
