import type { RolloutRow } from "../../../db/queries/rollouts.ts";
import type { RolloutId } from "../../../domain/ids.ts";
import type { Rollout, RolloutApprovals } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { mayDo, rolloutScope } from "../scope.ts";
import { keysNeverApprove } from "./approve.ts";
import { addressOf } from "./ask.ts";
import { rolloutView } from "./view.ts";

/** Who has approved or rejected, and whether the asker may. */
export async function listApprovals({
  ctx,
  input,
}: {
  ctx: Context;
  input: { rollout: RolloutId };
}): Promise<RolloutApprovals> {
  const row = await rolloutScope(ctx, input.rollout, "rollout.read");
  const asked = await tryFleet(ctx, addressOf(row), (stub, scope) => stub.getRollout(scope, row.id));
  const rollout = asked.ok ? asked.value : rolloutView(row);
  const { approval } = rollout;
  const why = whyNot(ctx, row, rollout, await mayDo(ctx, row, "rollout.approve"));
  return {
    required: approval?.required ?? false,
    protected: row.protected,
    you: { may: why === null, why },
    items:
      approval?.verdict && approval.by !== null
        ? [
            {
              verdict: approval.verdict,
              by: approval.by,
              comment: approval.comment,
              at: approval.at,
            },
          ]
        : [],
    nextCursor: null,
  };
}

function whyNot(ctx: Context, row: RolloutRow, rollout: Rollout, mayApprove: boolean): string | null {
  const { actor } = ctx;
  if (rollout.state !== "awaiting_approval")
    return `It is ${rollout.state.replaceAll("_", " ")}: it waits for no approval.`;
  if (!mayApprove) return "Nothing that you have allows rollout.approve here. Ask an owner or admin for it.";
  if (actor.kind !== "user") return keysNeverApprove;
  if (!row.protected) return null;
  if (row.person === null) {
    return "The environment is protected, and it is not known which person stands behind the author. Start it again as a person.";
  }
  return row.person === actor.person
    ? "You are its author, and the environment is protected: another person must approve."
    : null;
}
