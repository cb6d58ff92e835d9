import type { FleetRow } from "../../../db/queries/fleets.ts";
import { accessByLabels } from "../../../db/queries/label-scopes.ts";
import type { AgentId } from "../../../domain/ids.ts";
import { can } from "../../../domain/tenancy/access.ts";
import {
  foreignReaches,
  labelFilter,
  type PartialReach,
  partialReaches,
} from "../../../domain/tenancy/label-filter.ts";
import { isOfAgents } from "../../../domain/tenancy/labels.ts";
import { type Permission, permissions } from "../../../domain/tenancy/permissions.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { AgentChoice } from "../../../protocol/rpc/agent-actions.ts";
import type { Context } from "../context.ts";
import { accessIn, placeOf } from "../scope.ts";

/** The agents that a caller means, among those with which they may do that. */
export function choiceOf(
  ctx: Context,
  fleet: FleetRow,
  { selector, agents }: { selector?: string | undefined; agents?: AgentId[] | undefined },
  permission: Permission,
): AgentChoice {
  const access = accessIn(ctx, fleet.organizationId);
  const place = placeOf(fleet);
  return {
    ...(selector !== undefined && { selector }),
    ...(agents && { agents }),
    ...(!can(access, permission, place) && { visible: labelFilter(access, permission, place) }),
  };
}

/** What labels must not open on other agents: what the caller may do to some only, or others may by labels and the caller may not. */
export async function reachesOf(ctx: Context, fleet: FleetRow): Promise<PartialReach[]> {
  const access = accessIn(ctx, fleet.organizationId);
  const place = placeOf(fleet);
  if (permissions.every((one) => !isOfAgents(one) || can(access, one, place))) return [];
  const { roles, given } = await accessByLabels(ctx.db, fleet.organizationId);
  const everywhere = { kind: "organization" } as const;
  const statements = [
    ...roles.flatMap((role) => statementsOf(role.id, role, everywhere, "anybody")),
    ...given.flatMap(({ role, scope, custom }) => statementsOf(role, custom ?? undefined, scope, "anybody")),
  ];
  return [...partialReaches(access, place), ...foreignReaches(statements, access, place)];
}
