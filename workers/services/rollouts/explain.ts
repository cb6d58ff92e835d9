import type { RolloutId } from "../../../domain/ids.ts";
import type { RolloutExplanation } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { rolloutScope } from "../scope.ts";
import { iso } from "../time.ts";
import { askRollout } from "./ask.ts";
import { deliveryHours } from "./deliver.ts";

/** The fleet's object tells why; of an order that it has not taken, the store knows all that there is. */
export async function explain({
  ctx,
  input,
}: {
  ctx: Context;
  input: { rollout: RolloutId };
}): Promise<RolloutExplanation> {
  const row = await rolloutScope(ctx, input.rollout, "rollout.read");
  const refused = row.endedAt !== null && row.lastEventId === null;
  if (row.deliveredAt !== null && !refused) {
    return askRollout(ctx, row, (stub, scope) => stub.explainRollout(scope, row.id));
  }
  const ordered = { at: iso(row.createdAt), text: `${row.author} ordered release ${row.releaseNumber}.` };
  if (refused) {
    const text = row.reason ?? `It is ${row.state}.`;
    return {
      rolloutId: row.id,
      state: row.state,
      summary: `It never started: ${text}`,
      waits: [],
      why: [{ at: iso(row.endedAt ?? row.createdAt), text }, ordered],
    };
  }
  return {
    rolloutId: row.id,
    state: row.state,
    summary: "The fleet could not be reached when it was ordered; the order is sent again by itself.",
    waits: [
      {
        on: "the fleet, which has not taken the order yet",
        since: iso(row.createdAt),
        until: iso(row.createdAt + deliveryHours * 3_600_000),
        action: { label: "Give it up", command: `muster rollouts abort ${row.id}` },
      },
    ],
    why: [ordered],
  };
}
