import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { AgentId } from "../../../domain/ids.ts";
import { can } from "../../../domain/tenancy/access.ts";
import { labelFilter, type PartialReach, partialReaches } from "../../../domain/tenancy/label-filter.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
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

/** What the caller may do to some agents of the fleet only: labels must not open it on others. */
export const reachesOf = (ctx: Context, fleet: FleetRow): PartialReach[] =>
  partialReaches(accessIn(ctx, fleet.organizationId), placeOf(fleet));
