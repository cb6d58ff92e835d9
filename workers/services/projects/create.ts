import { insertEnvironment, insertProject } from "../../../db/queries/projects.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { organizationScope } from "../scope.ts";
import { slugOf } from "../slugs.ts";
import { refuseIfTaken } from "../taken.ts";
import { projectView } from "./view.ts";

/** A project starts with the environment `production`, so that it can take a fleet at once. */
export async function create({
  ctx,
  input,
}: {
  ctx: Context;
  input: { org: OrganizationId; name: string; slug?: string | undefined };
}) {
  const organization = organizationScope(ctx, input.org, "project.write");
  const nowMs = ctx.clock.now();
  const project = {
    id: ctx.ids.make("project"),
    name: input.name,
    slug: input.slug ?? slugOf(input.name, "project"),
    createdAt: nowMs,
  };
  await refuseIfTaken(
    commit(ctx, {
      organizationId: organization.id,
      note: {
        action: "project.create",
        target: project.id,
        summary: `created project ${project.slug}`,
        changes: [{ path: "project", before: null, after: { name: project.name, slug: project.slug } }],
      },
      statements: [
        insertProject(ctx.db, organization.id, project),
        insertEnvironment(ctx.db, organization.id, {
          id: ctx.ids.make("environment"),
          projectId: project.id,
          name: "Production",
          slug: "production",
          protected: true,
          createdAt: nowMs,
        }),
      ],
      quotas: ["projects", "environments"],
    }),
    "projects.slug",
    { path: "slug", value: project.slug, noun: "project" },
  );
  return projectView({ ...project, organizationId: organization.id });
}
