import { writeUnaudited } from "../../../db/batch.ts";
import { endUntakenRollout, type RolloutRow } from "../../../db/queries/rollouts.ts";
import { type Outcome, unwrap } from "../../../domain/errors.ts";
import type { RolloutId } from "../../../domain/ids.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { FleetScope } from "../../../protocol/rpc/fleet.ts";
import { commit } from "../audit/commit.ts";
import type { Actor, Context, FleetStub } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { rolloutScope } from "../scope.ts";
import { addressOf, askRollout } from "./ask.ts";
import { actionReceipt, type RolloutActionName } from "./receipts.ts";
import { rolloutView } from "./view.ts";

export interface ActedOn {
  receipt: Receipt;
  rollout: Rollout;
}

/** Aborts, pauses, resumes, promotes or retries. The fleet's object decides; its answer means that it is so from now on. */
export async function act({
  ctx,
  input,
}: {
  ctx: Context;
  input: { rollout: RolloutId; action: RolloutActionName };
}): Promise<ActedOn> {
  const row = await rolloutScope(ctx, input.rollout, "rollout.write");
  const rollout =
    input.action === "abort" && row.deliveredAt === null
      ? await abortUndelivered(ctx, row)
      : await askRollout(ctx, row, rpc(input.action, row.id, ctx.actor));
  await commit(ctx, {
    organizationId: row.organizationId,
    note: {
      action: `rollout.${input.action}`,
      target: row.id,
      summary: `${input.action} of the rollout of release ${row.releaseNumber}`,
      changes: [{ path: "rollout.state", before: row.state, after: rollout.state }],
    },
    statements: [],
  });
  return { receipt: actionReceipt(ctx, input.action, rollout), rollout };
}

function rpc(action: RolloutActionName, id: RolloutId, { id: actor, name }: Pick<Actor, "id" | "name">) {
  return (stub: FleetStub, scope: FleetScope): Promise<Outcome<Rollout>> => {
    switch (action) {
      case "abort":
        return stub.abortRollout(scope, id, actor, name);
      case "pause":
        return stub.pauseRollout(scope, id, actor, name);
      case "resume":
        return stub.resumeRollout(scope, id, actor, name);
      case "promote":
        return stub.promoteRollout(scope, id, actor, name);
      case "retry":
        return stub.retryRollout(scope, id, actor, name);
    }
  };
}

/** The order may be on its way: the row says "cancelled" first, and whoever delivers it then aborts it. */
async function abortUndelivered(ctx: Context, row: RolloutRow): Promise<Rollout> {
  const abort = rpc("abort", row.id, ctx.actor);
  const first = await tryFleet(ctx, addressOf(row), abort);
  if (first.ok || first.refusal.code !== "not_found") return unwrap(first);
  const nowMs = ctx.clock.now();
  const reason = `aborted by ${ctx.actor.name} before the fleet took the order`;
  await writeUnaudited(ctx.db, "delivery to a fleet", [
    endUntakenRollout(ctx.db, row.organizationId, row.id, "cancelled", reason, nowMs),
  ]);
  const second = await tryFleet(ctx, addressOf(row), abort);
  if (second.ok || second.refusal.code !== "not_found") return unwrap(second);
  return rolloutView({ ...row, state: "cancelled", reason, endedAt: nowMs });
}
