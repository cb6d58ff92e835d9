import { insertEnvironment } from "../../../db/queries/projects.ts";
import type { ProjectId } from "../../../domain/ids.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { environmentView } from "../projects/view.ts";
import { projectScope } from "../scope.ts";
import { slugOf } from "../slugs.ts";
import { refuseIfTaken } from "../taken.ts";

export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: { project: ProjectId; name: string; slug?: string | undefined; protected: boolean };
}) {
  const project = await projectScope(ctx, input.project, "environment.write");
  const environment = {
    id: ctx.ids.make("environment"),
    projectId: project.id,
    name: input.name,
    slug: input.slug ?? slugOf(input.name, "environment"),
    protected: input.protected,
    windows: [],
    freezes: [],
    revision: 0,
    createdAt: ctx.clock.now(),
  };
  await refuseIfTaken(
    commit(ctx, {
      organizationId: project.organizationId,
      note: {
        action: "environment.create",
        target: environment.id,
        summary: `created environment ${environment.slug} in project ${project.slug}`,
        changes: [
          {
            path: "environment",
            before: null,
            after: { name: environment.name, slug: environment.slug, protected: environment.protected },
          },
        ],
      },
      statements: [insertEnvironment(ctx.db, project.organizationId, environment)],
      quotas: ["environments"],
    }),
    "environments.slug",
    { path: "slug", value: environment.slug, noun: "environment" },
  );
  return environmentView({ ...environment, organizationId: project.organizationId });
}
