import type { ProjectId } from "../../../domain/ids.ts";
import type { Context } from "../context.ts";
import { projectScope } from "../scope.ts";
import { projectView } from "./view.ts";

export async function get({ ctx, input }: { ctx: Context; input: { project: ProjectId } }) {
  return projectView(await projectScope(ctx, input.project, "project.read"));
}
