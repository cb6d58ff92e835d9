import { write } from "../../../db/batch.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import { type EnvironmentRow, findEnvironment } from "../../../db/queries/projects.ts";
import { insertRollout, type ReleaseRow, type RolloutRow } from "../../../db/queries/rollouts.ts";
import { DomainError, type Refusal, refuse } from "../../../domain/errors.ts";
import type { RolloutId } from "../../../domain/ids.ts";
import { checkPlan } from "../../../domain/rollouts/check-plan.ts";
import type { RolloutPlanBody, RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import { auditNote } from "../audit/note.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import type { ResolvedAssignment } from "../releases/resolve.ts";
import { releaseView } from "../releases/view.ts";
import { writeRelease } from "../releases/write-release.ts";
import { organizationScope } from "../scope.ts";
import { deliver, orderOf, waitingReason } from "./deliver.ts";
import { fleetPartOf, refuseOutdated, tokenOf } from "./plan-token.ts";
import { startReceipt } from "./receipts.ts";
import { noCounts, rolloutView } from "./view.ts";
import { refuseForbiddenTargets } from "./webhook-targets.ts";

/** What is to be rolled out, and how. */
export interface Draft {
  fleet: FleetRow;
  activeRolloutId: RolloutId | null;
  release: ReleaseRow;
  /** The release is written with the rollout. */
  isNew: boolean;
  assignments: ResolvedAssignment[];
  /** How many of the assignments the author named; the rest is carried over. */
  named: number;
  revertOf: RolloutId | null;
  terms: RolloutPlanBody;
}

export interface Planned extends Draft {
  environment: EnvironmentRow | undefined;
  rollout: RolloutRow;
  preview: RolloutPreview;
  /** Why this plan must not start; null = it may. */
  refusal: Refusal | null;
}

/** Asks the fleet for the plan. Writes nothing. */
export async function plan(ctx: Context, draft: Draft): Promise<Planned> {
  const { fleet, release, assignments, terms } = draft;
  if (terms.overrideFreeze) organizationScope(ctx, fleet.organizationId, "rollout.override_freeze");
  refuseForbiddenTargets(ctx, terms.gates);
  const environment = await findEnvironment(ctx.db, [fleet.organizationId], fleet.environmentId);
  const rollout = rowOf(ctx, draft, environment);
  const { id: _, planToken: __, ...order } = orderOf(rollout, release, assignments, environment);
  const impossible = checkPlan(
    { ...order, packages: release.packages, overridesFreeze: order.overrideFreeze !== null },
    ctx.clock.now(),
  );
  if (impossible) throw new DomainError(impossible);
  const planned = await askFleet(ctx, fleet, (stub, scope) => stub.previewRollout(scope, order));
  const { matches, refusal, ...preview } = planned;
  const shown = draft.revertOf === null ? assignments : [];
  return {
    ...draft,
    environment,
    rollout: { ...rollout, total: preview.total },
    preview: {
      ...preview,
      planToken: tokenOf(preview.planToken, terms),
      assignments: shown.map(({ stored }, i) => ({
        ...stored,
        agents: matches[i] ?? 0,
        carriedOver: i >= draft.named,
      })),
    },
    refusal,
  };
}

function rowOf(ctx: Context, draft: Draft, environment: EnvironmentRow | undefined): RolloutRow {
  const { fleet, release, revertOf, terms } = draft;
  const isProtected = environment?.protected ?? false;
  const required = isProtected || terms.gates.approval;
  return {
    id: ctx.ids.make("rollout"),
    organizationId: fleet.organizationId,
    fleetId: fleet.id,
    releaseId: release.id,
    releaseNumber: release.number,
    strategy: terms.strategy,
    gates: terms.gates,
    autoRevert: terms.autoRevert,
    schedule: terms.schedule,
    onActive: terms.onActive,
    revertOf,
    protected: isProtected,
    person: ctx.actor.person,
    approval: required ? { required, by: null, verdict: null, comment: null, at: null } : null,
    freezeOverride: terms.overrideFreeze ? { by: ctx.actor.name, reason: terms.overrideFreeze.reason } : null,
    message: terms.message ?? null,
    author: ctx.actor.name,
    actor: ctx.actor.id,
    createdAt: ctx.clock.now(),
    deliveredAt: null,
    state: required ? "awaiting_approval" : "scheduled",
    reason: waitingReason,
    counts: noCounts(),
    total: 0,
    startedAt: null,
    endedAt: null,
    lastEventId: null,
    planToken: terms.planToken === undefined ? null : fleetPartOf(terms.planToken),
    deliveryAttempts: 0,
    nextDeliveryAt: null,
  };
}

/** One batch (release, rollout, audit), then the order goes to the fleet's object. */
export async function launch(ctx: Context, planned: Planned): Promise<StartedRollout> {
  refuseImpossible(planned);
  const { fleet, release, rollout, isNew, assignments, environment, preview } = planned;
  const statements = (named: ReleaseRow) => [
    insertRollout(ctx.db, fleet.organizationId, { ...rollout, releaseNumber: named.number }),
    ...auditNotes(ctx, planned, named),
  ];
  const written = isNew ? await writeRelease(ctx, release, statements) : release;
  if (!isNew) await write(ctx.db, statements(release));

  const row = { ...rollout, releaseNumber: written.number };
  const outcome = await deliver(ctx, fleet, orderOf(row, written, assignments, environment));
  if (!outcome.ok && outcome.refusal.code !== "unavailable") throw new DomainError(outcome.refusal);
  const shown = outcome.ok ? outcome.value : rolloutView(row);
  return {
    receipt: startReceipt(ctx, { fleet, release: written, rollout: shown, preview }),
    rollout: shown,
    release: releaseView(written),
  };
}

function refuseImpossible({ terms, preview, activeRolloutId, refusal }: Planned): void {
  refuseOutdated(terms.planToken, preview.planToken);
  if (activeRolloutId && terms.onActive === "refuse") {
    refuse(
      "rollout_active",
      `Rollout ${activeRolloutId} is active in this fleet. Wait for its end, abort it with \`muster rollouts abort ${activeRolloutId}\`, or send \`onActive\`: "queue" or "supersede".`,
      [{ path: "onActive", message: `is "refuse", and rollout ${activeRolloutId} is active` }],
    );
  }
  if (refusal) throw new DomainError(refusal);
}

function auditNotes(ctx: Context, { fleet, rollout, revertOf, terms }: Planned, release: ReleaseRow) {
  const what =
    revertOf === null
      ? `the rollout of release ${release.number}`
      : `the revert of rollout ${revertOf} (release ${release.number})`;
  const note = (action: string, summary: string) =>
    auditNote(ctx, fleet.organizationId, { action, target: rollout.id, summary });
  return [
    note(revertOf === null ? "rollout.start" : "rollout.revert", `started ${what} in fleet ${fleet.slug}`),
    ...(terms.overrideFreeze
      ? [note("rollout.override_freeze", `overrode freezes for ${what}: ${terms.overrideFreeze.reason}`)]
      : []),
  ];
}
