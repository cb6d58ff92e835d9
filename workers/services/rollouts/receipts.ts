import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { ReleaseRow } from "../../../db/queries/rollouts.ts";
import { plural } from "../../../domain/plural.ts";
import { monthOf } from "../../../domain/usage/hours.ts";
import { priceListFor } from "../../../domain/usage/price-list.ts";
import type { Rollout, RolloutPreview } from "../../../protocol/api/rollouts.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { deliveryHours, waitingReason } from "./deliver.ts";

export function startReceipt(
  ctx: Context,
  facts: { fleet: FleetRow; release: ReleaseRow; rollout: Rollout; preview: RolloutPreview },
): Receipt {
  const { fleet, release, rollout, preview } = facts;
  const changed = preview.total - preview.unchanged;
  const waits =
    rollout.reason === waitingReason
      ? ` The fleet could not be reached yet; the order is sent again for ${deliveryHours} hours.`
      : "";
  const verb = rollout.revertOf === null ? "goes" : "is taken back";
  const goes =
    preview.total === 0
      ? `Release ${release.number} becomes current in fleet ${fleet.name} and moves no agent`
      : `Release ${release.number} ${verb} ${rollout.revertOf === null ? "to" : "from"} ${changed} of ${plural(preview.total, "agent")} in fleet ${fleet.name}, in ${plural(preview.waves.length, "wave")}`;
  const pending = rollout.state === "awaiting_approval" || rollout.state === "scheduled";
  const held =
    pending && waits === "" ? ` It is ${rollout.state}: ${rollout.reason ?? "it starts by itself"}.` : "";
  const kind = rollout.revertOf === null ? "rollout.start" : "rollout.revert";
  return makeReceipt(ctx, {
    kind,
    ids: {
      rollout: rollout.id,
      release: release.id,
      fleet: fleet.id,
      ...(rollout.revertOf !== null && { reverted: rollout.revertOf }),
    },
    summary: `${goes}.${waits}${held}`,
    warnings: preview.warnings,
    changes:
      rollout.revertOf === null
        ? [{ path: "fleet.currentReleaseId", before: fleet.currentReleaseId, after: release.id }]
        : [],
    next: [
      ...(rollout.state === "awaiting_approval"
        ? [
            {
              label: "Approve it",
              command: `muster rollouts approve ${rollout.id}`,
              href: `/v1/rollouts/${rollout.id}/approvals`,
            },
          ]
        : []),
      {
        label: "Watch it",
        command: `muster rollouts watch ${rollout.id}`,
        href: `/v1/rollouts/${rollout.id}`,
      },
    ],
    undo: {
      command: `muster rollouts abort ${rollout.id}`,
      href: `/v1/rollouts/${rollout.id}/abort`,
    },
    cost: deliveryCost(ctx.clock.now(), changed),
  });
}

/** At list price, before what each month includes: what the rollout costs at most. */
function deliveryCost(nowMs: number, deliveries: number): Receipt["cost"] {
  const list = priceListFor(monthOf(nowMs));
  const price = list.prices.find(({ meter }) => meter === "config_deliveries");
  const tier = price?.tiers[0];
  if (!price || !tier || deliveries === 0) return null;
  const micros = Math.round((deliveries * tier.unitPriceMicros) / tier.perUnits);
  return {
    summary: `${plural(deliveries, "config delivery", "config deliveries")}: at most ${(micros / 1e6).toFixed(4)} ${list.currency}; ${price.included} a month are included`,
    micros,
    currency: list.currency,
  };
}

const pastTense = {
  abort: "aborted",
  pause: "paused",
  resume: "resumed",
  promote: "promoted",
  retry: "retried",
} as const;
export type RolloutActionName = keyof typeof pastTense;

export function actionReceipt(ctx: Context, action: RolloutActionName, rollout: Rollout): Receipt {
  const inverse =
    { abort: null, pause: "resume", resume: "pause", promote: "abort", retry: null }[action] ?? null;
  return makeReceipt(ctx, {
    kind: `rollout.${action}`,
    ids: { rollout: rollout.id, release: rollout.releaseId, fleet: rollout.fleetId },
    summary: `Rollout ${rollout.id} is ${pastTense[action]}; its state is ${rollout.state}.`,
    changes: [{ path: "rollout.state", after: rollout.state }],
    next: [
      {
        label: "See where each agent stands",
        command: `muster rollouts get ${rollout.id}`,
        href: `/v1/rollouts/${rollout.id}`,
      },
    ],
    undo:
      inverse === null
        ? null
        : {
            command: `muster rollouts ${inverse} ${rollout.id}`,
            href: `/v1/rollouts/${rollout.id}/${inverse}`,
          },
  });
}
