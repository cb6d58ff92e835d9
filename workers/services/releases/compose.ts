import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findRelease, type ReleaseRow } from "../../../db/queries/rollouts.ts";
import type { StoredPackage } from "../../../db/schema/index.ts";
import { type FieldError, refuse } from "../../../domain/errors.ts";
import type { ReleaseId } from "../../../domain/ids.ts";
import { carriedOver, maxAssignments } from "../../../domain/rollouts/succession.ts";
import type { Context } from "../context.ts";
import {
  type AssignmentInput,
  loadAssignments,
  type ResolvedAssignment,
  resolveAssignments,
  selectorFaults,
} from "./resolve.ts";

export interface NewRelease {
  assignments: AssignmentInput[];
  packages: StoredPackage[];
  /** Carry over what the current release gives besides. */
  keepOthers: boolean;
}

/** What a release holds, the assignments with their contents. */
export interface ReleaseContents {
  assignments: ResolvedAssignment[];
  packages: StoredPackage[];
}

/**
 * What a new release holds: what is named, in its order, then what is carried over. `currentId` is the current
 * release as the fleet's object tells it; the store's own note may lag behind a rollout that has just ended.
 */
export async function composeRelease(
  ctx: Context,
  fleet: FleetRow,
  { assignments, packages, keepOthers }: NewRelease,
  currentId: ReleaseId | null,
): Promise<ReleaseContents> {
  refuseUnreadable(packages);
  const release = currentId === null ? null : await releaseOf(ctx, fleet, currentId);
  const current = release?.assignments ?? [];
  const named = await resolveAssignments(ctx, fleet, assignments, current);
  if (!keepOthers) return { assignments: named, packages };
  const names = new Set(packages.map(({ name }) => name));
  const keptPackages = (release?.packages ?? []).filter(({ name }) => !names.has(name));
  const stored = named.map((one) => one.stored);
  const carried = carriedOver(current, stored);
  if (named.length + carried.length > maxAssignments) {
    refuse(
      "validation_failed",
      `A release has at most ${maxAssignments} assignments; ${named.length} are named and ${carried.length} would be carried over. Send all that it should hold, without keepOthers.`,
      [{ path: "keepOthers", message: `would carry over ${carried.length} assignments, which is too many` }],
    );
  }
  const kept = await loadAssignments(ctx, { organizationId: fleet.organizationId, assignments: carried });
  return { assignments: [...named, ...kept], packages: [...packages, ...keptPackages] };
}

/** Selectors that cannot be read, and packages of one name that go to everybody. */
function refuseUnreadable(packages: readonly StoredPackage[]): void {
  const faults: FieldError[] = packages.flatMap(({ name, selector }, i) => {
    const unreadable = selectorFaults(selector, `packages[${i}].selector`);
    const twin = packages.findIndex((other) => other.name === name && other.selector === selector);
    if (unreadable.length > 0 || twin === i) return unreadable;
    return [
      {
        path: `packages[${i}].name`,
        message: `"${name}" goes to the same agents as packages[${twin}]; give them selectors that exclude each other, or leave one out`,
      },
    ];
  });
  const [first] = faults;
  if (first) {
    refuse("validation_failed", `The packages cannot be used: ${first.path} ${first.message}.`, faults);
  }
}

async function releaseOf(ctx: Context, fleet: FleetRow, id: ReleaseId): Promise<ReleaseRow> {
  const release = await findRelease(ctx.db, [fleet.organizationId], id);
  if (!release) throw new Error(`release ${id}, which fleet ${fleet.id} runs, is missing in the store`);
  return release;
}
