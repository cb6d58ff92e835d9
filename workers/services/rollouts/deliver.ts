import { writeUnaudited } from "../../../db/batch.ts";
import { findFleet } from "../../../db/queries/fleets.ts";
import { type EnvironmentRow, findEnvironment } from "../../../db/queries/projects.ts";
import {
  endUntakenRollout,
  findRelease,
  findRollout,
  markRolloutDelivered,
  noteDeliveryAttempt,
  noteTakenRollout,
  type ReleaseRow,
  type RolloutRow,
} from "../../../db/queries/rollouts.ts";
import { type Outcome, refused } from "../../../domain/errors.ts";
import { openPolicy } from "../../../domain/rollouts/policy.ts";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import type { RolloutOrder, SealedSecrets } from "../../../protocol/rpc/fleet.ts";
import type { Platform } from "../context.ts";
import { policyOf } from "../environments/policy.ts";
import { type FleetAddress, tryFleet } from "../fleets/ask.ts";
import { sealedSecrets } from "../releases/inputs.ts";
import { bundled, loadAssignments, type ResolvedAssignment } from "../releases/resolve.ts";
import { summaryOf, termsOf } from "./view.ts";

export const waitingReason = "waiting for the fleet to take the order";
/** An order that the fleet has not taken after so long is not sent any more: nobody expects it then. */
export const deliveryHours = 6;
/** Somewhat less than the cron job's interval, so that its next run finds the order due. */
const firstWaitMs = 4 * 60_000;
const longestWaitMs = 3_600_000;

/** Doubles from each attempt to the next, up to an hour. */
export function deliveryWaitMs(attempts: number): number {
  return Math.min(firstWaitMs * 2 ** attempts, longestWaitMs);
}

/** `environment` as it is now: windows and freezes count from then on; its protection as it was when it was ordered. */
export function orderOf(
  row: RolloutRow,
  release: ReleaseRow,
  assignments: readonly ResolvedAssignment[],
  secrets: SealedSecrets,
  environment: EnvironmentRow | undefined,
): RolloutOrder {
  const startAt = row.schedule?.startAt ?? null;
  return {
    id: row.id,
    release: {
      id: release.id,
      number: release.number,
      assignments: assignments.map(bundled),
      packages: release.packages,
      inputs: release.inputs,
      secrets,
    },
    revertOf: row.revertOf,
    ...(row.reapply && { reapply: row.reapply }),
    person: row.person,
    schedule: {
      startAtMs: startAt === null ? null : Date.parse(startAt),
      windows: row.schedule?.windows ?? [],
    },
    policy: { ...(environment ? policyOf(environment) : openPolicy), protected: row.protected },
    policyRevision: environment?.revision ?? 0,
    onActive: row.onActive,
    overrideFreeze: row.freezeOverride?.reason ?? null,
    ...termsOf(row),
    autoRevert: row.autoRevert,
    message: row.message,
    author: row.author,
    actor: row.actor,
    ...(row.planToken !== null && { planToken: row.planToken }),
  };
}

/**
 * Sends the order to the fleet's object, which takes it once. A refusal ends the rollout; when the object cannot be
 * reached the row stays undelivered and the cron job sends it again, for six hours.
 */
export async function deliver(
  platform: Platform,
  fleet: FleetAddress,
  order: RolloutOrder,
): Promise<Outcome<Rollout>> {
  const outcome = await tryFleet(platform, fleet, (stub, scope) => stub.startRollout(scope, order));
  const nowMs = platform.clock.now();
  const { db } = platform;
  if (!outcome.ok) {
    if (outcome.refusal.code === "unavailable" || outcome.refusal.code === "internal") return outcome;
    await writeUnaudited(db, "delivery to a fleet", [
      endUntakenRollout(db, fleet.organizationId, order.id, "cancelled", outcome.refusal.detail, nowMs),
    ]);
    return outcome;
  }
  const { organizationId } = fleet;
  const taken = outcome.value;
  await writeUnaudited(db, "delivery to a fleet", [
    markRolloutDelivered(db, organizationId, order.id, nowMs),
    // An end without an event is somebody's abort of an order on its way: see below.
    ...(isTerminal(taken.state) ? [] : [noteTakenRollout(db, organizationId, order.id, summaryOf(taken))]),
  ]);
  return (await abortedMeanwhile(platform, fleet, order)) ?? outcome;
}

/** Somebody may have aborted an order that was still on its way. Abort wins. */
async function abortedMeanwhile(
  platform: Platform,
  fleet: FleetAddress,
  order: RolloutOrder,
): Promise<Outcome<Rollout> | null> {
  const row = await findRollout(platform.db, [fleet.organizationId], order.id);
  if (!row || row.lastEventId !== null || !isTerminal(row.state)) return null;
  // The row does not say who it was; the audit log does.
  const name = "somebody, while the order was on its way";
  return tryFleet(platform, fleet, (stub, scope) => stub.abortRollout(scope, order.id, order.actor, name));
}

/**
 * For the cron job: the order as the store has it. The attempt is noted first, so that an order which cannot even be
 * put together waits like any other. Past its time the rollout ends as failed, and nothing is sent.
 */
export async function redeliver(platform: Platform, row: RolloutRow): Promise<Outcome<Rollout>> {
  const { db } = platform;
  const nowMs = platform.clock.now();
  if (nowMs - row.createdAt >= deliveryHours * 3_600_000) {
    const detail = `The fleet did not take the order within ${deliveryHours} hours, so it is not sent any more. Start the rollout again.`;
    await writeUnaudited(db, "delivery to a fleet", [
      endUntakenRollout(db, row.organizationId, row.id, "failed", detail, nowMs),
    ]);
    return refused({ code: "unavailable", detail });
  }
  const next = nowMs + deliveryWaitMs(row.deliveryAttempts);
  await writeUnaudited(db, "delivery to a fleet", [
    noteDeliveryAttempt(db, row.organizationId, row.id, next),
  ]);
  const release = await findRelease(platform.db, [row.organizationId], row.releaseId);
  if (!release)
    return refused({ code: "not_found", detail: `Release ${row.releaseId} is missing in the store.` });
  const [assignments, secrets] = await Promise.all([
    loadAssignments(platform, release),
    sealedSecrets(platform, release),
  ]);
  const fleet = await findFleet(db, [row.organizationId], row.fleetId);
  const environment = fleet && (await findEnvironment(db, [row.organizationId], fleet.environmentId));
  return deliver(
    platform,
    { id: row.fleetId, organizationId: row.organizationId },
    orderOf(row, release, assignments, secrets, environment),
  );
}
