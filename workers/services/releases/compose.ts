import type { FleetRow } from "../../../db/queries/fleets.ts";
import { findRelease, type ReleaseRow } from "../../../db/queries/rollouts.ts";
import type { StoredPackage } from "../../../db/schema/index.ts";
import { type FrozenInputs, noInputs } from "../../../domain/configs/inputs/values.ts";
import { DomainError, refuse } from "../../../domain/errors.ts";
import type { ReleaseId } from "../../../domain/ids.ts";
import { checkPlan } from "../../../domain/rollouts/check-plan.ts";
import { defaultGates } from "../../../domain/rollouts/defaults.ts";
import { noSchedule, openPolicy } from "../../../domain/rollouts/policy.ts";
import { carriedOver, maxAssignments } from "../../../domain/rollouts/succession.ts";
import type { Context } from "../context.ts";
import type { AssignmentInput } from "./bulk.ts";
import { pinImages } from "./images.ts";
import { freezeInputs } from "./inputs.ts";
import { loadAssignments, type ResolvedAssignment, resolveAssignments } from "./resolve.ts";

/** So that the packages alone are judged: how they are rolled out is decided later. */
const plainPlan = {
  strategy: { kind: "all-at-once" },
  gates: defaultGates,
  schedule: noSchedule,
  policy: openPolicy,
  overridesFreeze: false,
} as const;

export interface NewRelease {
  assignments: AssignmentInput[];
  packages: StoredPackage[];
  /** Carry over what the current release gives besides. */
  keepOthers: boolean;
  /** Give what is carried over today's variables and secrets too. */
  refreshInputs: boolean;
  /** Give what is named the current release's variables and secrets too: its texts name nothing that those lack. */
  keepInputs?: boolean;
}

/** What a release holds, the assignments with their contents. */
export interface ReleaseContents {
  assignments: ResolvedAssignment[];
  packages: StoredPackage[];
  inputs: FrozenInputs;
  /** How many of the assignments are those that the author named; the rest is carried over. */
  named: number;
}

/**
 * What a new release holds: what is named, in its order, then what is carried over. `currentId` is the current
 * release as the fleet's object tells it; the store's own note may lag behind a rollout that has just ended.
 */
export async function composeRelease(
  ctx: Context,
  fleet: FleetRow,
  { assignments, packages, keepOthers, refreshInputs, keepInputs = false }: NewRelease,
  currentId: ReleaseId | null,
): Promise<ReleaseContents> {
  const impossible = checkPlan({ ...plainPlan, packages }, ctx.clock.now());
  if (impossible) throw new DomainError(impossible);
  const release = currentId === null ? null : await releaseOf(ctx, fleet, currentId);
  const current = release?.assignments ?? [];
  const named = await resolveAssignments(ctx, fleet, assignments, current);
  if (!keepOthers) {
    const inputs = await freezeInputs(ctx, fleet, named, [], noInputs);
    await pinImages(ctx, named, [], inputs, refreshInputs);
    return { assignments: named, packages, inputs, named: named.length };
  }
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
  const all = [...named, ...kept];
  const before = release?.inputs ?? noInputs;
  const inputs = refreshInputs
    ? await freezeInputs(ctx, fleet, all, [], noInputs)
    : await freezeInputs(ctx, fleet, keepInputs ? [] : named, keepInputs ? all : kept, before);
  await pinImages(ctx, named, kept, inputs, refreshInputs);
  return {
    assignments: all,
    packages: [...packages, ...keptPackages],
    inputs,
    named: named.length,
  };
}

async function releaseOf(ctx: Context, fleet: FleetRow, id: ReleaseId): Promise<ReleaseRow> {
  const release = await findRelease(ctx.db, [fleet.organizationId], id);
  if (!release) throw new Error(`release ${id}, which fleet ${fleet.id} runs, is missing in the store`);
  return release;
}
