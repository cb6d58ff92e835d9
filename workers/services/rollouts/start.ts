import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { FleetId, ReleaseId } from "../../../domain/ids.ts";
import type { RolloutPlanBody, RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { askFleet, configureFleet } from "../fleets/ask.ts";
import { composeRelease, type NewRelease } from "../releases/compose.ts";
import { loadAssignments, refuseInvalid } from "../releases/resolve.ts";
import { draftRelease } from "../releases/write-release.ts";
import { fleetScope, missing, releaseScope } from "../scope.ts";
import { type Draft, launch, plan } from "./launch.ts";

export interface StartRollout {
  fleet: FleetId;
  what: { release: ReleaseId } | NewRelease;
  terms: RolloutPlanBody;
}

/** The plan that `start` would carry out now. Writes nothing. */
export async function previewStart({
  ctx,
  input,
}: {
  ctx: Context;
  input: StartRollout;
}): Promise<RolloutPreview> {
  const { preview } = await plan(ctx, await draft(ctx, input));
  return preview;
}

export async function start({ ctx, input }: { ctx: Context; input: StartRollout }): Promise<StartedRollout> {
  return launch(ctx, await plan(ctx, await draft(ctx, input)));
}

/** Authorise → resolve → validate. */
async function draft(ctx: Context, { fleet: fleetId, what, terms }: StartRollout): Promise<Draft> {
  const fleet = await fleetScope(ctx, fleetId, "rollout.write");
  await configureFleet(ctx, fleet);
  const { currentReleaseId, activeRolloutId } = await askFleet(ctx, fleet, (stub, scope) =>
    stub.summary(scope),
  );
  const common = { fleet, activeRolloutId, revertOf: null, terms };
  if ("release" in what) {
    const release = await releaseToRoll(ctx, fleet, what.release);
    const assignments = await loadAssignments(ctx, release);
    refuseInvalid(assignments);
    return { ...common, release, isNew: false, assignments, named: assignments.length };
  }
  const contents = await composeRelease(ctx, fleet, what, currentReleaseId);
  refuseInvalid(contents.assignments);
  const release = await draftRelease(ctx, fleet, contents, terms.message);
  const named = what.assignments.length;
  return { ...common, release, isNew: true, assignments: contents.assignments, named };
}

async function releaseToRoll(ctx: Context, fleet: FleetRow, id: ReleaseId) {
  const release = await releaseScope(ctx, id, "rollout.write");
  return release.fleetId === fleet.id ? release : missing("release", id);
}
