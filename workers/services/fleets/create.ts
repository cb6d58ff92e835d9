import { type FleetRow, insertFleet } from "../../../db/queries/fleets.ts";
import { type EnvironmentRow, findEnvironment, listEnvironments } from "../../../db/queries/projects.ts";
import { refuse } from "../../../domain/errors.ts";
import type { EnvironmentId, OrganizationId, ProjectId } from "../../../domain/ids.ts";
import { noShipping } from "../../../domain/logs/logs.ts";
import { noCollection } from "../../../domain/metrics/collection.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { organizationScope, projectScope } from "../scope.ts";
import { slugOf } from "../slugs.ts";
import { refuseIfTaken } from "../taken.ts";
import { configureFleet } from "./ask.ts";
import { fleetView } from "./view.ts";

export interface CreateFleet {
  project: ProjectId;
  name: string;
  slug?: string | undefined;
  environmentId?: EnvironmentId | undefined;
  locationHint?: FleetRow["locationHint"] | undefined;
}

export async function create({ ctx, input }: { ctx: Context; input: CreateFleet }) {
  const project = await projectScope(ctx, input.project, "project.read");
  const environment = await chooseEnvironment(ctx, project.organizationId, input);
  organizationScope(ctx, project.organizationId, "fleet.write", {
    projectId: project.id,
    environmentId: environment.id,
  });
  const nowMs = ctx.clock.now();
  const fleet: FleetRow = {
    id: ctx.ids.make("fleet"),
    organizationId: project.organizationId,
    projectId: project.id,
    environmentId: environment.id,
    name: input.name,
    slug: input.slug ?? slugOf(input.name, "fleet"),
    locationHint: input.locationHint ?? null,
    currentReleaseId: null,
    currentReleaseEvent: null,
    policyDelivered: 0,
    driftPolicy: "tell",
    driftRevision: 0,
    driftDelivered: 0,
    metricsCollection: noCollection,
    metricsRevision: 0,
    metricsDelivered: 0,
    logShipping: noShipping,
    logShippingRevision: 0,
    logShippingDelivered: 0,
    offlineAfterSeconds: null,
    offlineRevision: 0,
    offlineDelivered: 0,
    // It holds no secret that was sealed before.
    secretsToldAt: nowMs,
    version: 1,
    createdAt: nowMs,
    updatedAt: nowMs,
  };
  await refuseIfTaken(
    commit(ctx, {
      organizationId: project.organizationId,
      note: {
        action: "fleet.create",
        target: fleet.id,
        summary: `created fleet ${fleet.slug} in project ${project.slug}`,
        changes: [
          {
            path: "fleet",
            before: null,
            after: { name: fleet.name, slug: fleet.slug, environment: environment.slug },
          },
        ],
      },
      statements: [insertFleet(ctx.db, project.organizationId, fleet)],
      quotas: ["fleets"],
    }),
    "fleets.slug",
    { path: "slug", value: fleet.slug, noun: "fleet" },
  );
  ctx.afterwards(configureFleet(ctx, fleet));
  return fleetView(fleet);
}

async function chooseEnvironment(
  ctx: Context,
  organizationId: OrganizationId,
  input: CreateFleet,
): Promise<EnvironmentRow> {
  if (input.environmentId) {
    const named = await findEnvironment(ctx.db, [organizationId], input.environmentId);
    if (named?.projectId === input.project) return named;
    return refuse("validation_failed", `Environment ${input.environmentId} is not in this project.`, [
      { path: "environmentId", message: "must be an environment of the project" },
    ]);
  }
  const { rows } = await listEnvironments(ctx.db, organizationId, input.project, { limit: 1 });
  return (
    rows[0] ??
    refuse("validation_failed", "The project has no environment. Create one first.", [
      { path: "environmentId", message: "the project has no environment" },
    ])
  );
}
