import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { ReleaseRow } from "../../../db/queries/rollouts.ts";
import { plural } from "../../../domain/plural.ts";
import { monthOf } from "../../../domain/usage/hours.ts";
import { priceListFor } from "../../../domain/usage/price-list.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { CheckedRollout } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { deliveryHours, waitingReason } from "./deliver.ts";

interface Started {
  fleet: FleetRow;
  release: ReleaseRow;
  rollout: Rollout;
  checked: CheckedRollout;
}

export function startReceipt(ctx: Context, facts: Started): Receipt {
  const { fleet, release, rollout, checked } = facts;
  const kind = rollout.revertOf === null ? "rollout.start" : "rollout.revert";
  return makeReceipt(ctx, {
    kind,
    ids: {
      rollout: rollout.id,
      release: release.id,
      fleet: fleet.id,
      ...(rollout.revertOf !== null && { reverted: rollout.revertOf }),
    },
    summary: startText(facts),
    warnings: checked.warnings,
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
    cost: deliveryCost(ctx.clock.now(), checked.total - checked.unchanged),
  });
}

/** What moves; of a rollout that has not started, what it waits for and what would move now. */
function startText({ fleet, release, rollout, checked }: Started): string {
  const { total, unchanged, waves } = checked;
  const changed = unchanged === total ? "none" : total - unchanged;
  const scope = `${changed} of ${plural(total, "agent")}`;
  const steps = changed === "none" ? "" : `, in ${plural(waves, "wave")}`;
  const taken = rollout.revertOf === null ? "goes to" : "is taken back from";
  if (rollout.state !== "awaiting_approval" && rollout.state !== "scheduled") {
    return total === 0
      ? `Release ${release.number} becomes current in fleet ${fleet.name} and moves no agent.`
      : `Release ${release.number} ${taken} ${scope} in fleet ${fleet.name}${steps}.`;
  }
  const waits =
    rollout.reason === waitingReason
      ? `The fleet could not be reached yet; the order is sent again for ${deliveryHours} hours`
      : (rollout.reason ?? "It starts by itself, in its turn");
  const what = rollout.revertOf === null ? "The rollout" : "The revert";
  const plan =
    total === 0
      ? "As the fleet is now, it moves no agent"
      : `As the fleet is now, it changes ${scope}${steps}`;
  return `${what} of release ${release.number} in fleet ${fleet.name} has not started. ${waits}. ${plan}; the plan is made anew when it starts.`;
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
} as const;
export type RolloutActionName = keyof typeof pastTense | "retry";

export function actionReceipt(ctx: Context, action: RolloutActionName, rollout: Rollout): Receipt {
  const inverse =
    { abort: null, pause: "resume", resume: "pause", promote: "abort", retry: null }[action] ?? null;
  return makeReceipt(ctx, {
    kind: `rollout.${action}`,
    ids: { rollout: rollout.id, release: rollout.releaseId, fleet: rollout.fleetId },
    summary:
      action === "retry"
        ? `Agents that failed in rollout ${rollout.id} may be offered release ${rollout.releaseNumber} again: those that should run it are at once, the others by the next rollout of it.`
        : `Rollout ${rollout.id} is ${pastTense[action]}; its state is ${rollout.state}.`,
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
