import { refuse } from "../../../domain/errors.ts";
import type { RolloutId } from "../../../domain/ids.ts";
import type { RolloutPlanBody, RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { sealedSecrets } from "../releases/inputs.ts";
import { loadAssignments } from "../releases/resolve.ts";
import { fleetScope, releaseScope, rolloutScope } from "../scope.ts";
import { type Draft, launch, preview } from "./launch.ts";
import { surroundings } from "./surroundings.ts";

export interface RevertRollout {
  rollout: RolloutId;
  terms: RolloutPlanBody;
}

/** The plan that `revert` would carry out now. Writes nothing. */
export async function previewRevert({
  ctx,
  input,
}: {
  ctx: Context;
  input: RevertRollout;
}): Promise<RolloutPreview> {
  return preview(ctx, await draft(ctx, input));
}

/** A new rollout that takes a finished one back: each agent to what it ran before. The fleet knows what that was. */
export async function revert({
  ctx,
  input,
}: {
  ctx: Context;
  input: RevertRollout;
}): Promise<StartedRollout> {
  return launch(ctx, await draft(ctx, input));
}

async function draft(ctx: Context, { rollout: rolloutId, terms }: RevertRollout): Promise<Draft> {
  const row = await rolloutScope(ctx, rolloutId, "rollout.write");
  if (row.deliveredAt === null) {
    refuse(
      "conflict",
      `Rollout ${row.id} has not reached its fleet yet. Abort it instead: muster rollouts abort ${row.id}`,
    );
  }
  const fleet = await fleetScope(ctx, row.fleetId, "rollout.write");
  const release = await releaseScope(ctx, row.releaseId, "rollout.write");
  const [[environment, { activeRolloutId }], assignments, secrets] = await Promise.all([
    surroundings(ctx, fleet),
    loadAssignments(ctx, release),
    sealedSecrets(ctx, release),
  ]);
  return {
    fleet,
    environment,
    activeRolloutId,
    release,
    isNew: false,
    assignments,
    secrets,
    named: assignments.length,
    revertOf: row.id,
    terms,
  };
}
