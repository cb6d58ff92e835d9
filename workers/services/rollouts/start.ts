import { write } from "../../../db/batch.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import { insertRollout, type ReleaseRow, type RolloutRow } from "../../../db/queries/rollouts.ts";
import { DomainError, type Refusal, refuse } from "../../../domain/errors.ts";
import type { FleetId, ReleaseId, RolloutId } from "../../../domain/ids.ts";
import type { Gates, RolloutPreview, StartedRollout, Strategy } from "../../../protocol/api/rollouts.ts";
import { auditNote } from "../audit/note.ts";
import type { Context } from "../context.ts";
import { askFleet, configureFleet } from "../fleets/ask.ts";
import { composeRelease, type NewRelease } from "../releases/compose.ts";
import { loadAssignments, type ResolvedAssignment, refuseInvalid } from "../releases/resolve.ts";
import { releaseView } from "../releases/view.ts";
import { draftRelease, writeRelease } from "../releases/write-release.ts";
import { fleetScope, missing, releaseScope } from "../scope.ts";
import { deliver, orderOf, waitingReason } from "./deliver.ts";
import { startReceipt } from "./receipts.ts";
import { noCounts, rolloutView } from "./view.ts";

export interface StartRollout {
  fleet: FleetId;
  what: { release: ReleaseId } | NewRelease;
  strategy: Strategy;
  gates: Gates;
  autoRevert: boolean;
  message?: string | undefined;
  planToken?: string | undefined;
}

interface Prepared {
  fleet: FleetRow;
  release: ReleaseRow;
  isNew: boolean;
  assignments: ResolvedAssignment[];
  rollout: RolloutRow;
  preview: RolloutPreview;
  activeRolloutId: RolloutId | null;
  /** Why this plan must not start; null = it may. */
  refusal: Refusal | null;
}

/** The plan that `start` would carry out now. Writes nothing. */
export async function previewStart({
  ctx,
  input,
}: {
  ctx: Context;
  input: StartRollout;
}): Promise<RolloutPreview> {
  const { preview } = await prepare(ctx, input);
  return preview;
}

/** One batch (release, rollout, audit), then the order goes to the fleet's object. */
export async function start({ ctx, input }: { ctx: Context; input: StartRollout }): Promise<StartedRollout> {
  const prepared = await prepare(ctx, input);
  const { fleet, release, isNew, assignments, preview, activeRolloutId } = prepared;
  const rollout = { ...prepared.rollout, planToken: input.planToken ?? null };
  if (input.planToken && input.planToken !== preview.planToken) {
    refuse(
      "plan_outdated",
      "The fleet has changed since the plan was made, so another set of agents would be moved. Look at the plan again, then start with its token.",
      [{ path: "planToken", message: `the plan's token is now ${preview.planToken}` }],
    );
  }
  if (activeRolloutId) {
    refuse(
      "rollout_active",
      `Rollout ${activeRolloutId} is active in this fleet. Wait for its end, or abort it with \`muster rollouts abort ${activeRolloutId}\`.`,
    );
  }
  if (prepared.refusal) throw new DomainError(prepared.refusal);
  const statements = (named: ReleaseRow) => [
    insertRollout(ctx.db, fleet.organizationId, { ...rollout, releaseNumber: named.number }),
    auditNote(ctx, fleet.organizationId, {
      action: "rollout.start",
      target: rollout.id,
      summary: `started the rollout of release ${named.number} in fleet ${fleet.slug}`,
    }),
  ];
  const written = isNew ? await writeRelease(ctx, release, statements) : release;
  if (!isNew) await write(ctx.db, statements(release));

  const row = { ...rollout, releaseNumber: written.number };
  const outcome = await deliver(ctx, fleet, orderOf(row, written, assignments));
  if (!outcome.ok && outcome.refusal.code !== "unavailable") throw new DomainError(outcome.refusal);
  const shown = outcome.ok ? outcome.value : rolloutView(row);
  return {
    receipt: startReceipt(ctx, { fleet, release: written, rollout: shown, preview }),
    rollout: shown,
    release: releaseView(written),
  };
}

/** Authorise → resolve → validate → ask the fleet for the plan. */
async function prepare(ctx: Context, input: StartRollout): Promise<Prepared> {
  const fleet = await fleetScope(ctx, input.fleet, "rollout.write");
  await configureFleet(ctx, fleet);
  const now = await askFleet(ctx, fleet, (stub, scope) => stub.summary(scope));
  const { release, isNew, assignments } = await releaseToRoll(ctx, fleet, input, now.currentReleaseId);
  refuseInvalid(assignments);
  const rollout: RolloutRow = {
    id: ctx.ids.make("rollout"),
    organizationId: fleet.organizationId,
    fleetId: fleet.id,
    releaseId: release.id,
    releaseNumber: release.number,
    strategy: input.strategy,
    gates: input.gates,
    autoRevert: input.autoRevert,
    message: input.message ?? null,
    author: ctx.actor.name,
    actor: ctx.actor.id,
    createdAt: ctx.clock.now(),
    deliveredAt: null,
    state: "scheduled",
    reason: waitingReason,
    counts: noCounts(),
    total: 0,
    startedAt: null,
    endedAt: null,
    lastEventId: null,
    planToken: null,
    deliveryAttempts: 0,
    nextDeliveryAt: null,
  };
  const { id: _, ...order } = orderOf(rollout, release, assignments);
  const planned = await askFleet(ctx, fleet, (stub, scope) => stub.previewRollout(scope, order));
  const { matches, refusal, ...plan } = planned;
  const named = "assignments" in input.what ? input.what.assignments.length : assignments.length;
  const shown = assignments.map(({ stored }, i) => ({
    ...stored,
    agents: matches[i] ?? 0,
    carriedOver: i >= named,
  }));
  return {
    fleet,
    release,
    isNew,
    assignments,
    rollout: { ...rollout, total: plan.total },
    preview: { ...plan, assignments: shown },
    activeRolloutId: now.activeRolloutId,
    refusal,
  };
}

async function releaseToRoll(
  ctx: Context,
  fleet: FleetRow,
  input: StartRollout,
  currentId: ReleaseId | null,
) {
  if ("assignments" in input.what) {
    const assignments = await composeRelease(ctx, fleet, input.what, currentId);
    const release = await draftRelease(ctx, fleet, assignments, input.message);
    return { release, isNew: true, assignments };
  }
  const release = await releaseScope(ctx, input.what.release, "rollout.write");
  if (release.fleetId !== fleet.id) return missing("release", release.id);
  return { release, isNew: false, assignments: await loadAssignments(ctx, release) };
}
