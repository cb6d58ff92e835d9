import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { FleetId, ReleaseId, RolloutId } from "../../../domain/ids.ts";
import type { RolloutPlanBody, RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { composeRelease, type NewRelease } from "../releases/compose.ts";
import { sealedSecrets } from "../releases/inputs.ts";
import { loadAssignments, refuseInvalid } from "../releases/resolve.ts";
import { draftRelease } from "../releases/write-release.ts";
import { fleetScope, missing, releaseScope } from "../scope.ts";
import { type Draft, launch, preview } from "./launch.ts";
import { surroundings } from "./surroundings.ts";

export interface StartRollout {
  fleet: FleetId;
  what: { release: ReleaseId } | NewRelease;
  terms: RolloutPlanBody;
  /** Left out = a new one. */
  id?: RolloutId;
}

/** The plan that `start` would carry out now. Writes nothing. */
export async function previewStart({
  ctx,
  input,
}: {
  ctx: Context;
  input: StartRollout;
}): Promise<RolloutPreview> {
  return preview(ctx, await draft(ctx, input));
}

export async function start({ ctx, input }: { ctx: Context; input: StartRollout }): Promise<StartedRollout> {
  return launch(ctx, await draft(ctx, input));
}

/** Authorise → resolve → validate. */
async function draft(ctx: Context, { fleet: fleetId, what, terms, id }: StartRollout): Promise<Draft> {
  const fleet = await fleetScope(ctx, fleetId, "rollout.write");
  const [environment, { currentReleaseId, activeRolloutId }] = await surroundings(ctx, fleet);
  const common = { fleet, environment, activeRolloutId, revertOf: null, terms, ...(id && { id }) };
  if ("release" in what) {
    const release = await releaseToRoll(ctx, fleet, what.release);
    const [assignments, secrets] = await Promise.all([
      loadAssignments(ctx, release),
      sealedSecrets(ctx, release),
    ]);
    refuseInvalid(assignments);
    return { ...common, release, isNew: false, assignments, secrets, named: assignments.length };
  }
  const contents = await composeRelease(ctx, fleet, what, currentReleaseId);
  refuseInvalid(contents.assignments);
  const release = await draftRelease(ctx, fleet, contents, terms.message);
  const secrets = await sealedSecrets(ctx, release);
  const { assignments, named } = contents;
  return { ...common, release, isNew: true, assignments, secrets, named };
}

async function releaseToRoll(ctx: Context, fleet: FleetRow, id: ReleaseId) {
  const release = await releaseScope(ctx, id, "rollout.write");
  return release.fleetId === fleet.id ? release : missing("release", id);
}
