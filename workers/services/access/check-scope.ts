import { findEnvironment, findProject } from "../../../db/queries/projects.ts";
import { DomainError, refuse } from "../../../domain/errors.ts";
import { parseSelector } from "../../../domain/fleets/selector.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Scope } from "../../../domain/tenancy/access.ts";
import { mayBeScopedByLabels } from "../../../domain/tenancy/labels.ts";
import type { PermissionPattern } from "../../../domain/tenancy/permissions.ts";
import type { Context } from "../context.ts";

/** Refuses a scope that names what the organization does not have, or labels for what has none. */
export async function checkScope(
  ctx: Pick<Context, "db">,
  organizationId: OrganizationId,
  scope: Scope,
  allPermissions: readonly PermissionPattern[],
  path = "scope",
): Promise<void> {
  switch (scope.kind) {
    case "organization":
      return;
    case "project":
      if (await findProject(ctx.db, [organizationId], scope.projectId)) return;
      return gone(`project ${scope.projectId}`, `${path}.projectId`);
    case "environment": {
      const environment = await findEnvironment(ctx.db, [organizationId], scope.environmentId);
      if (environment?.projectId === scope.projectId) return;
      return gone(
        `environment ${scope.environmentId} of project ${scope.projectId}`,
        `${path}.environmentId`,
      );
    }
    case "agents":
      checkSelector(scope.selector, `${path}.selector`);
      if (mayBeScopedByLabels(allPermissions)) return;
      refuse(
        "validation_failed",
        "Labels are of agents: only permissions of agents and exec may be scoped by them. Make a role of these alone.",
        [{ path, message: "must not be by labels: the role allows more than agent.* and exec.*" }],
      );
  }
}

function gone(what: string, path: string): never {
  return refuse("validation_failed", `There is no ${what} in this organization. Check the id.`, [
    { path, message: "is not in the organization" },
  ]);
}

function checkSelector(selector: string, path: string): void {
  try {
    parseSelector(selector);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const errors = (error.refusal.errors ?? []).map((one) => ({ ...one, path }));
    throw new DomainError({ ...error.refusal, errors });
  }
}
