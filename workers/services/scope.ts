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
import { type Access, can, decide, type Place } from "../../domain/tenancy/access.ts";
import { type Permission, whileDeleted } from "../../domain/tenancy/permissions.ts";
import { type Places, seesNothing, visiblePlaces } from "../../domain/tenancy/places.ts";
import type { Context, Membership } from "./context.ts";

export function missing(noun: string, id: string): never {
  return refuse(
    "not_found",
    `There is no ${noun} ${id} that you can see. Check the id and your organization.`,
  );
}

export const organizationIds = (ctx: Context): OrganizationId[] =>
  ctx.actor.organizations.map((organization) => organization.id);

const blockedTexts = {
  sso_required: "asks its people to sign in by single sign-on. Sign in again with your work address.",
  two_factor_required:
    "asks for a second factor. Add one in your account if you have none, then sign in with it.",
} as const;

/** The actor's membership; 404 outside it, 403 when the actor may not do this in this place. */
export function organizationScope(
  ctx: Context,
  organizationId: OrganizationId,
  permission: Permission,
  place: Place = {},
): Membership {
  const membership = memberOf(ctx, organizationId, permission);
  if (!can(membership.access, permission, place)) forbid(membership, permission, place);
  return membership;
}

/** As `organizationScope`, but access to some of the agents in this place is enough: the caller asks again for each. */
export function partialScope(
  ctx: Context,
  organizationId: OrganizationId,
  permission: Permission,
  place: Place,
): Membership {
  const membership = memberOf(ctx, organizationId, permission);
  if (decide(membership.access, permission, place).verdict === "deny") forbid(membership, permission, place);
  return membership;
}

function memberOf(ctx: Context, organizationId: OrganizationId, permission: Permission): Membership {
  const membership = ctx.actor.organizations.find((one) => one.id === organizationId);
  if (!membership) return missing("organization", organizationId);
  if (membership.blocked) {
    refuse(membership.blocked, `${membership.name} ${blockedTexts[membership.blocked]}`);
  }
  if (membership.deletedAt !== null && !whileDeleted.includes(permission)) {
    refuse(
      "conflict",
      `${membership.name} is deleted. An owner may restore it; until then it only can be read.`,
    );
  }
  return membership;
}

function forbid(membership: Membership, permission: Permission, place: Place): never {
  const { by } = decide(membership.access, permission, place);
  const cause =
    by.length > 0 && by.every((one) => one.effect === "deny")
      ? `${permission} is denied to you by ${by.map((one) => one.source).join(" and ")}`
      : `your role in ${membership.name} is ${membership.roleName}, and nothing that you have allows ${permission} here`;
  return refuse("forbidden", `${cause[0]?.toUpperCase()}${cause.slice(1)}. Ask an owner or admin for it.`);
}

/** What the actor may do in an organization of theirs that a scope has let them into. */
export function accessIn(ctx: Context, organizationId: OrganizationId): Access {
  return memberOf(ctx, organizationId, "organization.read").access;
}

/** As `organizationScope`, but a part of the organization is enough: for lists that leave the rest out. */
export function somewhereScope(
  ctx: Context,
  organizationId: OrganizationId,
  permission: Permission,
): { organization: Membership; places: Places } {
  const organization = memberOf(ctx, organizationId, permission);
  const places = visiblePlaces(organization.access, permission);
  if (seesNothing(places)) forbid(organization, permission, {});
  return { organization, places };
}

/** Where a fleet, and all that belongs to it, lies. */
export const placeOf = ({
  projectId,
  environmentId,
}: Pick<FleetRow, "projectId" | "environmentId">): Place => ({
  projectId,
  environmentId,
});

interface InFleet {
  organizationId: OrganizationId;
  fleetId: FleetId;
}

/** What belongs to a fleet lies where its fleet does. */
async function placeInFleet(ctx: Context, row: InFleet): Promise<Place> {
  const fleet = await findFleet(ctx.db, [row.organizationId], row.fleetId);
  return fleet ? placeOf(fleet) : missing("fleet", row.fleetId);
}

async function inFleet(ctx: Context, row: InFleet, permission: Permission): Promise<void> {
  organizationScope(ctx, row.organizationId, permission, await placeInFleet(ctx, row));
}

export async function mayDo(ctx: Context, row: InFleet, permission: Permission): Promise<boolean> {
  const { access } = memberOf(ctx, row.organizationId, "organization.read");
  return can(access, permission, await placeInFleet(ctx, row));
}

export async function projectScope(
  ctx: Context,
  projectId: ProjectId,
  permission: Permission,
): Promise<ProjectRow> {
  const project = await findProject(ctx.db, organizationIds(ctx), projectId);
  if (!project) return missing("project", projectId);
  organizationScope(ctx, project.organizationId, permission, { projectId: project.id });
  return project;
}

export async function environmentScope(
  ctx: Context,
  environmentId: EnvironmentId,
  permission: Permission,
): Promise<EnvironmentRow> {
  const environment = await findEnvironment(ctx.db, organizationIds(ctx), environmentId);
  if (!environment) return missing("environment", environmentId);
  organizationScope(ctx, environment.organizationId, permission, {
    projectId: environment.projectId,
    environmentId: environment.id,
  });
  return environment;
}

export async function fleetScope(ctx: Context, fleetId: FleetId, permission: Permission): Promise<FleetRow> {
  const fleet = await findFleet(ctx.db, organizationIds(ctx), fleetId);
  if (!fleet) return missing("fleet", fleetId);
  organizationScope(ctx, fleet.organizationId, permission, placeOf(fleet));
  return fleet;
}

/** As `fleetScope`, but access to some of its agents is enough: the caller asks again for each. */
export async function fleetScopePartly(
  ctx: Context,
  fleetId: FleetId,
  permission: Permission,
): Promise<FleetRow> {
  const fleet = await findFleet(ctx.db, organizationIds(ctx), fleetId);
  if (!fleet) return missing("fleet", fleetId);
  partialScope(ctx, fleet.organizationId, permission, placeOf(fleet));
  return fleet;
}

export async function tokenScope(
  ctx: Context,
  tokenId: EnrollmentTokenId,
  permission: Permission,
): Promise<EnrollmentTokenRow> {
  const token = await findEnrollmentToken(ctx.db, organizationIds(ctx), tokenId);
  if (!token) return missing("enrolment token", tokenId);
  await inFleet(ctx, token, permission);
  return token;
}

export async function configScope(
  ctx: Context,
  configId: ConfigId,
  permission: Permission,
): Promise<ConfigRow> {
  const config = await findConfig(ctx.db, organizationIds(ctx), configId);
  if (!config) return missing("config", configId);
  organizationScope(ctx, config.organizationId, permission, { projectId: config.projectId });
  return config;
}

export async function releaseScope(
  ctx: Context,
  releaseId: ReleaseId,
  permission: Permission,
): Promise<ReleaseRow> {
  const release = await findRelease(ctx.db, organizationIds(ctx), releaseId);
  if (!release) return missing("release", releaseId);
  await inFleet(ctx, release, permission);
  return release;
}

export async function rolloutScope(
  ctx: Context,
  rolloutId: RolloutId,
  permission: Permission,
): Promise<RolloutRow> {
  const rollout = await findRollout(ctx.db, organizationIds(ctx), rolloutId);
  if (!rollout) return missing("rollout", rolloutId);
  await inFleet(ctx, rollout, permission);
  return rollout;
}
