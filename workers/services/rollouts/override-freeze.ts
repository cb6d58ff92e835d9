import type { RolloutId } from "../../../domain/ids.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { rolloutScope } from "../scope.ts";
import type { ActedOn } from "./act.ts";
import { askRollout } from "./ask.ts";

/** Lets a rollout go on in a freeze. Windows still count. */
export async function overrideFreeze({
  ctx,
  input,
}: {
  ctx: Context;
  input: { rollout: RolloutId; reason: string };
}): Promise<ActedOn> {
  const row = await rolloutScope(ctx, input.rollout, "rollout.override_freeze");
  const { reason } = input;
  const { id: actor, name } = ctx.actor;
  const rollout = await askRollout(ctx, row, (stub, scope) =>
    stub.overrideFreeze(scope, row.id, { actor, name, reason }),
  );
  const changes = [
    { path: "rollout.freezeOverride", before: row.freezeOverride, after: { by: name, reason } },
  ];
  await commit(ctx, {
    organizationId: row.organizationId,
    note: {
      action: "rollout.override_freeze",
      target: row.id,
      summary: `overrode freezes for the rollout of release ${row.releaseNumber}: ${reason}`,
      changes,
    },
    statements: [],
  });
  const receipt = makeReceipt(ctx, {
    kind: "rollout.override_freeze",
    ids: { rollout: rollout.id, release: rollout.releaseId, fleet: rollout.fleetId },
    summary: `Freezes do not hold rollout ${rollout.id} any more; its state is ${rollout.state}.`,
    warnings: ["The override stays for the whole rollout. To hold it again, pause it."],
    changes,
    next: [
      {
        label: "Watch it",
        command: `muster rollouts watch ${rollout.id}`,
        href: `/v1/rollouts/${rollout.id}`,
      },
    ],
    undo: { command: `muster rollouts pause ${rollout.id}`, href: `/v1/rollouts/${rollout.id}/pause` },
  });
  return { receipt, rollout };
}
