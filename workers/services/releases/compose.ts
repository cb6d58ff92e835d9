import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findRelease } from "../../../db/queries/rollouts.ts";
import type { StoredAssignment } from "../../../db/schema/index.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ReleaseId } from "../../../domain/ids.ts";
import { carriedOver, maxAssignments } from "../../../domain/rollouts/succession.ts";
import type { Context } from "../context.ts";
import {
  type AssignmentInput,
  loadAssignments,
  type ResolvedAssignment,
  resolveAssignments,
} from "./resolve.ts";

export interface NewRelease {
  assignments: AssignmentInput[];
  /** Carry over what the current release gives besides. */
  keepOthers: boolean;
}

/**
 * What a new release holds: the named assignments in their order, then those carried over. `currentId` is the current
 * release as the fleet's object tells it; the store's own note may lag behind a rollout that has just ended.
 */
export async function composeRelease(
  ctx: Context,
  fleet: FleetRow,
  { assignments, keepOthers }: NewRelease,
  currentId: ReleaseId | null,
): Promise<ResolvedAssignment[]> {
  const current = currentId === null ? [] : await assignmentsOf(ctx, fleet, currentId);
  const named = await resolveAssignments(ctx, fleet, assignments, current);
  if (!keepOthers) return named;
  const stored = named.map((one) => one.stored);
  const carried = carriedOver(current, stored);
  if (named.length + carried.length > maxAssignments) {
    refuse(
      "validation_failed",
      `A release has at most ${maxAssignments} assignments; ${named.length} are named and ${carried.length} would be carried over. Send all that it should hold, without keepOthers.`,
      [{ path: "keepOthers", message: `would carry over ${carried.length} assignments, which is too many` }],
    );
  }
  return [
    ...named,
    ...(await loadAssignments(ctx, { organizationId: fleet.organizationId, assignments: carried })),
  ];
}

async function assignmentsOf(ctx: Context, fleet: FleetRow, id: ReleaseId): Promise<StoredAssignment[]> {
  const release = await findRelease(ctx.db, [fleet.organizationId], id);
  if (!release) throw new Error(`release ${id}, which fleet ${fleet.id} runs, is missing in the store`);
  return release.assignments;
}
