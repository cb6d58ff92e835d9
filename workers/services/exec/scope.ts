import { type ExecSessionRow, findExecSession } from "../../../db/queries/exec-sessions.ts";
import { type FleetRow, findFleet } from "../../../db/queries/fleets.ts";
import { unwrap } from "../../../domain/errors.ts";
import type { Labels } from "../../../domain/fleets/agent-state.ts";
import type { OrganizationId, StreamId } from "../../../domain/ids.ts";
import { can } from "../../../domain/tenancy/access.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { Context } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { accessIn, missing, organizationIds, organizationScope, partialScope, placeOf } from "../scope.ts";

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
  const place = placeOf(fleet);
  partialScope(ctx, row.organizationId, permission, place);
  if (!can(accessIn(ctx, row.organizationId), permission, place)) {
    const labels = await labelsOf(ctx, row);
    organizationScope(ctx, row.organizationId, permission, { ...place, ...(labels && { labels }) });
  }
  return { row, fleet };
}

/** Those of agents that the caller may see, by the labels that these have now. */
export async function visibleSessions(
  ctx: Context,
  organizationId: OrganizationId,
  rows: readonly ExecSessionRow[],
  permission: Permission,
): Promise<ExecSessionRow[]> {
  const access = accessIn(ctx, organizationId);
  const asked = new Map<string, Promise<Labels | null>>();
  const seen = await Promise.all(
    rows.map(async (row) => {
      const place = placeOf(row);
      if (can(access, permission, place)) return true;
      const labels = asked.get(row.agentId) ?? labelsOf(ctx, row);
      asked.set(row.agentId, labels);
      const known = await labels;
      return known !== null && can(access, permission, { ...place, labels: known });
    }),
  );
  return rows.filter((_, at) => seen[at]);
}

/** Its fleet alone knows them; null = the agent is no more, so that only who may see all of the fleet's sees its sessions. */
async function labelsOf(
  ctx: Context,
  { organizationId, fleetId, agentId }: ExecSessionRow,
): Promise<Labels | null> {
  const found = await tryFleet(ctx, { id: fleetId, organizationId }, (stub, scope) =>
    stub.getAgent(scope, agentId),
  );
  return !found.ok && found.refusal.code === "not_found" ? null : unwrap(found).labels;
}
