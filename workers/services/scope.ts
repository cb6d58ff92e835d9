/**
 * The first line of every service. Tenancy comes from the credential: an id of another tenant is looked for only
 * within the actor's organizations, and so answers exactly as a missing one does.
 */
import { type ConfigRow, findConfig } from "../../db/queries/configs.ts";
import {
  type EnrollmentTokenRow,
  type FleetRow,
  findEnrollmentToken,
  findFleet,
} from "../../db/queries/fleets.ts";
import {
  type EnvironmentRow,
  findEnvironment,
  findProject,
  type ProjectRow,
} from "../../db/queries/projects.ts";
import { findRelease, findRollout, type ReleaseRow, type RolloutRow } from "../../db/queries/rollouts.ts";
import { refuse } from "../../domain/errors.ts";
import type {
  ConfigId,
  EnrollmentTokenId,
  EnvironmentId,
  FleetId,
  OrganizationId,
  ProjectId,
  ReleaseId,
  RolloutId,
} from "../../domain/ids.ts";
import { type Action, actions, can } from "../../domain/tenancy/roles.ts";
import type { Context, Membership } from "./context.ts";

export function missing(noun: string, id: string): never {
  return refuse(
    "not_found",
    `There is no ${noun} ${id} that you can see. Check the id and your organization.`,
  );
}

export const organizationIds = (ctx: Context): OrganizationId[] =>
  ctx.actor.organizations.map((organization) => organization.id);

/** The actor's membership; 404 outside it, 403 when the role is too small. */
export function organizationScope(ctx: Context, organizationId: OrganizationId, action: Action): Membership {
  const membership = ctx.actor.organizations.find((one) => one.id === organizationId);
  if (!membership) return missing("organization", organizationId);
  if (!can(membership.role, action)) {
    refuse(
      "forbidden",
      `Your role in ${membership.name} is ${membership.role}, and ${action} needs ${actions[action]}. Ask an owner or admin for the role.`,
    );
  }
  return membership;
}

export async function projectScope(ctx: Context, projectId: ProjectId, action: Action): Promise<ProjectRow> {
  const project = await findProject(ctx.db, organizationIds(ctx), projectId);
  if (!project) return missing("project", projectId);
  organizationScope(ctx, project.organizationId, action);
  return project;
}

export async function environmentScope(
  ctx: Context,
  environmentId: EnvironmentId,
  action: Action,
): Promise<EnvironmentRow> {
  const environment = await findEnvironment(ctx.db, organizationIds(ctx), environmentId);
  if (!environment) return missing("environment", environmentId);
  organizationScope(ctx, environment.organizationId, action);
  return environment;
}

export async function fleetScope(ctx: Context, fleetId: FleetId, action: Action): Promise<FleetRow> {
  const fleet = await findFleet(ctx.db, organizationIds(ctx), fleetId);
  if (!fleet) return missing("fleet", fleetId);
  organizationScope(ctx, fleet.organizationId, action);
  return fleet;
}

export async function tokenScope(
  ctx: Context,
  tokenId: EnrollmentTokenId,
  action: Action,
): Promise<EnrollmentTokenRow> {
  const token = await findEnrollmentToken(ctx.db, organizationIds(ctx), tokenId);
  if (!token) return missing("enrolment token", tokenId);
  organizationScope(ctx, token.organizationId, action);
  return token;
}

export async function configScope(ctx: Context, configId: ConfigId, action: Action): Promise<ConfigRow> {
  const config = await findConfig(ctx.db, organizationIds(ctx), configId);
  if (!config) return missing("config", configId);
  organizationScope(ctx, config.organizationId, action);
  return config;
}

export async function releaseScope(ctx: Context, releaseId: ReleaseId, action: Action): Promise<ReleaseRow> {
  const release = await findRelease(ctx.db, organizationIds(ctx), releaseId);
  if (!release) return missing("release", releaseId);
  organizationScope(ctx, release.organizationId, action);
  return release;
}

export async function rolloutScope(ctx: Context, rolloutId: RolloutId, action: Action): Promise<RolloutRow> {
  const rollout = await findRollout(ctx.db, organizationIds(ctx), rolloutId);
  if (!rollout) return missing("rollout", rolloutId);
  organizationScope(ctx, rollout.organizationId, action);
  return rollout;
}
