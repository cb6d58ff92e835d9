import { type EnvironmentRow, findEnvironment, findProject } from "../../../db/queries/projects.ts";
import { refuse } from "../../../domain/errors.ts";
import type { Labels } from "../../../domain/fleets/agent-state.ts";
import {
  type EnvironmentId,
  isId,
  type OrganizationId,
  type ProjectId,
  type UserId,
} from "../../../domain/ids.ts";
import { type Decision, decide, type Place } from "../../../domain/tenancy/access.ts";
import { isOfAgents } from "../../../domain/tenancy/labels.ts";
import { type Permission, permissions, protectedPermissions } from "../../../domain/tenancy/permissions.ts";
import type { AccessExplanation, EffectivePermissions } from "../../../protocol/api/access.ts";
import type { Context } from "../context.ts";
import { memberScope } from "../members/find.ts";
import { missing, organizationScope } from "../scope.ts";
import { type AccessSubject, accessOf, type SubjectAccess } from "./subject.ts";

interface AskedPlace {
  projectId?: ProjectId | undefined;
  environmentId?: EnvironmentId | undefined;
}

/** Everything that somebody may do at a place, and where from. */
export async function ofMember({
  ctx,
  input,
}: {
  ctx: Context;
  input: AskedPlace & { org: OrganizationId; user: UserId };
}): Promise<EffectivePermissions> {
  await memberScope(ctx, input, "role.read");
  return effective(ctx, input.org, input.user, input);
}

/** As `ofMember`, of the caller: a person, or an API key. */
export async function ofSelf({
  ctx,
  input,
}: {
  ctx: Context;
  input: AskedPlace & { org: OrganizationId };
}): Promise<EffectivePermissions> {
  const organization = ctx.actor.organizations.find(({ id }) => id === input.org);
  if (!organization || ctx.actor.kind === "fleet") return missing("organization", input.org);
  return { ...(await effective(ctx, input.org, ctx.actor.id, input)), blocked: organization.blocked };
}

async function effective(
  ctx: Context,
  organizationId: OrganizationId,
  id: AccessSubject,
  asked: AskedPlace,
): Promise<EffectivePermissions> {
  const [{ place }, found] = await Promise.all([
    placeIn(ctx, organizationId, asked),
    accessOf(ctx, organizationId, id),
  ]);
  if (!found) return missing("member", id);
  const { subject, name, role, roleName, access, blocked } = found;
  return {
    organizationId,
    subject,
    name,
    role,
    roleName,
    blocked,
    access: access.map((statements) => [...statements]),
    permissions: permissions.map((permission) => ({
      permission,
      verdict: decide(access, permission, place).verdict,
    })),
  };
}

export interface ExplainAccess extends AskedPlace {
  org: OrganizationId;
  subject: AccessSubject;
  permission: Permission;
  labels?: Labels | undefined;
}

export async function explain({
  ctx,
  input,
}: {
  ctx: Context;
  input: ExplainAccess;
}): Promise<AccessExplanation> {
  const organization = organizationScope(ctx, input.org, "role.read");
  // Who may not see that there is such a thing is not told of it here either.
  if (isId("serviceAccount", input.subject)) organizationScope(ctx, input.org, "service_account.read");
  if (isId("apiKey", input.subject)) organizationScope(ctx, input.org, "api_key.read");
  const [{ place, environment }, found] = await Promise.all([
    placeIn(ctx, organization.id, input),
    accessOf(ctx, organization.id, input.subject),
  ]);
  if (!found) {
    return refuse(
      "validation_failed",
      `${input.subject} is no member, service account or API key of the organization. Check the id.`,
      [{ path: "subject", message: "is not in the organization" }],
    );
  }
  if (input.labels && !isOfAgents(input.permission)) {
    refuse("validation_failed", `${input.permission} does not depend on labels: leave them out.`, [
      { path: "labels", message: "are for permissions of agents and exec only" },
    ]);
  }
  const asked: Place = { ...place, ...(input.labels && { labels: input.labels }) };
  const decision = decide(found.access, input.permission, asked);
  const guarded: readonly Permission[] = protectedPermissions;
  const verdict = found.blocked === null ? decision.verdict : "deny";
  return {
    organizationId: organization.id,
    subject: found.subject,
    name: found.name,
    permission: input.permission,
    place: asked,
    verdict,
    summary: sentence(found, input.permission, decision),
    by: decision.by,
    needsApproval:
      verdict !== "deny" && environment?.protected === true && guarded.includes(input.permission),
  };
}

function sentence(found: SubjectAccess, permission: Permission, { verdict, by }: Decision): string {
  if (found.blocked !== null) return `${found.name} may do nothing: ${found.blocked}`;
  const sources = [...new Set(by.map(({ source }) => source))].join(" and ");
  switch (verdict) {
    case "allow":
      return `${found.name} may do ${permission} here, by ${sources}.`;
    case "partly":
      return `${found.name} may do ${permission} for some agents here, by their labels: ${sources}.`;
    case "deny":
      return by.some(({ effect }) => effect === "deny")
        ? `${permission} is denied to ${found.name} here by ${sources}; a denial wins over whatever allows it.`
        : `Nothing that ${found.name} has allows ${permission} here.`;
  }
}

/** The place that was asked about, which must be in the organization. */
async function placeIn(
  ctx: Context,
  organizationId: OrganizationId,
  { projectId, environmentId }: AskedPlace,
): Promise<{ place: Place; environment?: EnvironmentRow }> {
  if (environmentId !== undefined) {
    const environment = await findEnvironment(ctx.db, [organizationId], environmentId);
    if (!environment || (projectId !== undefined && environment.projectId !== projectId)) {
      return gone("environmentId", environmentId);
    }
    return { environment, place: { projectId: environment.projectId, environmentId } };
  }
  if (projectId === undefined) return { place: {} };
  return (await findProject(ctx.db, [organizationId], projectId))
    ? { place: { projectId } }
    : gone("projectId", projectId);
}

function gone(path: string, id: string): never {
  return refuse("validation_failed", `There is no ${id} in this organization. Check the id.`, [
    { path, message: "is not in the organization" },
  ]);
}
