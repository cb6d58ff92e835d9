import type { Statement } from "../../../db/client.ts";
import { insertFleet } from "../../../db/queries/fleets.ts";
import { insertMembership, insertOrganization } from "../../../db/queries/organizations.ts";
import { insertEnvironment, insertProject } from "../../../db/queries/projects.ts";
import type { EnvironmentId, FleetId, OrganizationId, ProjectId, UserId } from "../../../domain/ids.ts";
import type { PublicContext } from "../context.ts";
import { slugOf } from "../slugs.ts";

export interface CreatedOrganization {
  organization: OrganizationId;
  project: ProjectId;
  environment: EnvironmentId;
  fleet: FleetId;
}

/** An organization with its owner, a project, `production` and a first fleet: what to write, at once. */
export function newOrganization(
  ctx: PublicContext,
  { name, slug: chosen, ownerId }: { name: string; slug?: string | undefined; ownerId: UserId },
): { created: CreatedOrganization; statements: Statement[] } {
  const { db } = ctx;
  const nowMs = ctx.clock.now();
  const created: CreatedOrganization = {
    organization: ctx.ids.make("organization"),
    project: ctx.ids.make("project"),
    environment: ctx.ids.make("environment"),
    fleet: ctx.ids.make("fleet"),
  };
  const { organization } = created;
  const slug = chosen ?? `${slugOf(name, "org")}-${organization.slice(-6).toLowerCase()}`;
  const statements = [
    insertOrganization(db, organization, { name, slug, plan: ctx.defaultPlan, createdAt: nowMs }),
    insertMembership(db, organization, {
      id: ctx.ids.make("membership"),
      userId: ownerId,
      role: "owner",
      createdAt: nowMs,
    }),
    insertProject(db, organization, {
      id: created.project,
      name: "Default",
      slug: "default",
      createdAt: nowMs,
    }),
    insertEnvironment(db, organization, {
      id: created.environment,
      projectId: created.project,
      name: "Production",
      slug: "production",
      // Who makes an organization is alone in it: nobody else could approve.
      protected: false,
      createdAt: nowMs,
    }),
    insertFleet(db, organization, {
      id: created.fleet,
      projectId: created.project,
      environmentId: created.environment,
      name: "First fleet",
      slug: "first-fleet",
      version: 1,
      createdAt: nowMs,
      updatedAt: nowMs,
    }),
  ];
  return { created, statements };
}
