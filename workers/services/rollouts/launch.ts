import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { EnvironmentRow } from "../../../db/queries/projects.ts";
import { insertRollout, type ReleaseRow, type RolloutRow } from "../../../db/queries/rollouts.ts";
import { DomainError, refuse } from "../../../domain/errors.ts";
import type { Reapply } from "../../../domain/fleets/drift.ts";
import type { RolloutId } from "../../../domain/ids.ts";
import { plural } from "../../../domain/plural.ts";
import { checkPlan } from "../../../domain/rollouts/check-plan.ts";
import type { RolloutPlanBody, RolloutPreview, StartedRollout } from "../../../protocol/api/rollouts.ts";
import type { CheckedRollout, RolloutOrder, SealedSecrets } from "../../../protocol/rpc/fleet.ts";
import { type AuditNote, commit } from "../audit/commit.ts";
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
  environment: EnvironmentRow | undefined;
  activeRolloutId: RolloutId | null;
  release: ReleaseRow;
  /** The release is written with the rollout. */
  isNew: boolean;
  assignments: ResolvedAssignment[];
  secrets: SealedSecrets;
  /** How many of the assignments the author named; the rest is carried over. */
  named: number;
  revertOf: RolloutId | null;
  /** It gives drifted agents anew what they run. */
  reapply?: Reapply;
  /** Left out = a new one. */
  id?: RolloutId;
  terms: RolloutPlanBody;
}

interface Prepared extends Draft {
  rollout: RolloutRow;
  order: RolloutOrder;
}

/** What can be refused without the fleet is refused here. Writes nothing. */
function prepare(ctx: Context, draft: Draft): Prepared {
  const { fleet, environment, release, assignments, secrets, terms } = draft;
  if (terms.overrideFreeze) organizationScope(ctx, fleet.organizationId, "rollout.override_freeze");
  refuseForbiddenTargets(ctx, terms.gates);
  const rollout = rowOf(ctx, draft);
  const order = orderOf(rollout, release, assignments, secrets, environment);
  const impossible = checkPlan(
    { ...order, packages: release.packages, overridesFreeze: order.overrideFreeze !== null },
    ctx.clock.now(),
  );
  if (impossible) throw new DomainError(impossible);
  return { ...draft, rollout, order };
}

/** The plan that `launch` would carry out now. Writes nothing. */
export async function preview(ctx: Context, draft: Draft): Promise<RolloutPreview> {
  const { fleet, order, terms } = prepare(ctx, draft);
  const { id: _, planToken: __, ...asked } = order;
  const planned = await askFleet(ctx, fleet, (stub, scope) => stub.previewRollout(scope, asked));
  const { matches, refusal: ___, ...shown } = planned;
  const assignments = draft.revertOf === null ? draft.assignments : [];
  return {
    ...shown,
    planToken: tokenOf(shown.planToken, terms),
    assignments: assignments.map(({ stored }, i) => ({
      ...stored,
      agents: matches[i] ?? 0,
      carriedOver: i >= draft.named,
    })),
  };
}

function rowOf(ctx: Context, draft: Draft): RolloutRow {
  const { fleet, environment, release, revertOf, reapply = null, terms } = draft;
  const isProtected = environment?.protected ?? false;
  const required = isProtected || terms.gates.approval;
  return {
    id: draft.id ?? ctx.ids.make("rollout"),
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
    reapply,
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

/** Check → one batch (release, rollout, audit) → the order goes to the fleet's object. */
export async function launch(ctx: Context, draft: Draft): Promise<StartedRollout> {
  const prepared = prepare(ctx, draft);
  const { fleet, environment, release, isNew, assignments, secrets } = prepared;
  const { id: _, ...order } = prepared.order;
  const checked = await askFleet(ctx, fleet, (stub, scope) => stub.checkRollout(scope, order));
  refuseImpossible(prepared, checked);
  const rollout = { ...prepared.rollout, total: checked.total };
  const rowAndNote = (named: ReleaseRow) => ({
    statements: [insertRollout(ctx.db, fleet.organizationId, { ...rollout, releaseNumber: named.number })],
    note: notes(prepared, named),
  });
  const written = isNew ? await writeRelease(ctx, release, rowAndNote) : release;
  if (!isNew) await commit(ctx, { organizationId: fleet.organizationId, ...rowAndNote(release) });

  const row = { ...rollout, releaseNumber: written.number };
  const outcome = await deliver(ctx, fleet, orderOf(row, written, assignments, secrets, environment));
  if (!outcome.ok && outcome.refusal.code !== "unavailable") throw new DomainError(outcome.refusal);
  const shown = outcome.ok ? outcome.value : rolloutView(row);
  return {
    receipt: startReceipt(ctx, { fleet, release: written, rollout: shown, checked }),
    rollout: shown,
    release: releaseView(written),
  };
}

function refuseImpossible({ terms, activeRolloutId }: Draft, { planToken, refusal }: CheckedRollout): void {
  if (terms.planToken !== undefined && planToken !== null) {
    refuseOutdated(terms.planToken, tokenOf(planToken, terms));
  }
  if (activeRolloutId && terms.onActive === "refuse") {
    refuse(
      "rollout_active",
      `Rollout ${activeRolloutId} is active in this fleet. Wait for its end, abort it with \`muster rollouts abort ${activeRolloutId}\`, or send \`onActive\`: "queue" or "supersede".`,
      [{ path: "onActive", message: `is "refuse", and rollout ${activeRolloutId} is active` }],
    );
  }
  if (refusal) throw new DomainError(refusal);
}

function notes({ fleet, rollout, revertOf, reapply, terms }: Prepared, release: ReleaseRow): AuditNote[] {
  const what = reapply?.relabel
    ? `the rollout that changes the labels of ${plural(reapply.agents.length, "agent")} and gives them release ${release.number} by those`
    : reapply
      ? `the rollout that gives ${plural(reapply.agents.length, "drifted agent")} release ${release.number} anew`
      : revertOf === null
        ? `the rollout of release ${release.number}`
        : `the revert of rollout ${revertOf} (release ${release.number})`;
  const started: AuditNote = {
    action: revertOf === null ? "rollout.start" : "rollout.revert",
    target: rollout.id,
    summary: `started ${what} in fleet ${fleet.slug}`,
    changes: [
      {
        path: "rollout",
        before: null,
        after: {
          release: release.id,
          strategy: terms.strategy,
          schedule: terms.schedule,
          ...(reapply?.relabel && { labels: reapply.relabel }),
        },
      },
    ],
  };
  if (!terms.overrideFreeze) return [started];
  const { reason } = terms.overrideFreeze;
  return [
    started,
    {
      action: "rollout.override_freeze",
      target: rollout.id,
      summary: `overrode freezes for ${what}: ${reason}`,
      changes: [{ path: "rollout.freezeOverride", before: null, after: { by: rollout.author, reason } }],
    },
  ];
}
