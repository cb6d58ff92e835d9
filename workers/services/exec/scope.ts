import { type ExecSessionRow, findExecSession } from "../../../db/queries/exec-sessions.ts";
import { type FleetRow, findFleet } from "../../../db/queries/fleets.ts";
import type { StreamId } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Context } from "../context.ts";
import { missing, organizationIds, organizationScope, placeOf } from "../scope.ts";

export interface ExecSessionInput {
  stream: StreamId;
}

/** The session, and its fleet; 404 outside the actor's organizations. */
export async function execScope(
  ctx: Context,
  { stream }: ExecSessionInput,
  permission: Permission,
): Promise<{ row: ExecSessionRow; fleet: FleetRow }> {
  const row = await findExecSession(ctx.db, organizationIds(ctx), stream);
  const fleet = row && (await findFleet(ctx.db, [row.organizationId], row.fleetId));
  if (!row || !fleet) return missing("session", stream);
  organizationScope(ctx, row.organizationId, permission, placeOf(fleet));
  return { row, fleet };
}
