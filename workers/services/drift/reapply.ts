import { findRelease } from "../../../db/queries/rollouts.ts";
import { refuse } from "../../../domain/errors.ts";
import type { AgentId, FleetId, RolloutId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import type { RolloutPlanBody, RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { sealedSecrets } from "../releases/inputs.ts";
import { loadAssignments } from "../releases/resolve.ts";
import { type Draft, launch, preview } from "../rollouts/launch.ts";
import { surroundings } from "../rollouts/surroundings.ts";
import { fleetScope } from "../scope.ts";

export interface ReapplyDrift {
  fleet: FleetId;
  /** Left out = every drifted agent. */
  agents?: AgentId[] | undefined;
  terms: RolloutPlanBody;
  /** Of the fleet's own policy: the id that it gave the rollout. */
  id?: RolloutId;
}

/** As many as one rollout repairs. */
const agentsAtOnce = 1_000;

/** The plan that `reapply` would carry out now. Writes nothing. */
export async function previewReapply({
  ctx,
  input,
}: {
  ctx: Context;
  input: ReapplyDrift;
}): Promise<RolloutPreview> {
  return preview(ctx, await draft(ctx, input));
}

/** Gives drifted agents what they should run anew: a rollout of the current release for them alone. */
export async function reapply({
  ctx,
  input,
}: {
  ctx: Context;
  input: ReapplyDrift;
}): Promise<StartedRollout> {
  const { fleet, release, ...rest } = await draft(ctx, input);
  const started = await launch(ctx, { fleet, release, ...rest });
  const who = plural(started.rollout.total, "drifted agent");
  return {
    ...started,
    receipt: {
      ...started.receipt,
      kind: "drift.reapply",
      summary: `Release ${release.number} is given anew to ${who} of fleet ${fleet.name}: rollout ${started.rollout.id} is ${started.rollout.state.replaceAll("_", " ")}.`,
      changes: [],
    },
  };
}

async function draft(ctx: Context, { fleet: fleetId, agents, terms, id }: ReapplyDrift): Promise<Draft> {
  const fleet = await fleetScope(ctx, fleetId, "rollout.write");
  const [environment, { currentReleaseId, activeRolloutId }] = await surroundings(ctx, fleet);
  const release = currentReleaseId && (await findRelease(ctx.db, [fleet.organizationId], currentReleaseId));
  if (!release) {
    return refuse(
      "plan_impossible",
      `No release has succeeded in fleet ${fleet.name} yet, so that no agent can have drifted from one.`,
    );
  }
  const query = { limit: agentsAtOnce };
  const meant =
    agents ??
    (await askFleet(ctx, fleet, (stub, scope) => stub.fleetDrift(scope, query))).items.map(
      // The fleet's object made these ids; the wire's types only say "string".
      ({ agentId }) => agentId as AgentId,
    );
  const [assignments, secrets] = await Promise.all([
    loadAssignments(ctx, release),
    sealedSecrets(ctx, release),
  ]);
  const rolloutId = id ?? ctx.ids.make("rollout");
  return {
    fleet,
    environment,
    activeRolloutId,
    release,
    isNew: false,
    assignments,
    secrets,
    named: assignments.length,
    revertOf: null,
    reapply: { agents: meant, salt: rolloutId, byPolicy: id !== undefined },
    id: rolloutId,
    terms,
  };
}
