import { refuse } from "../../../domain/errors.ts";
import type { RolloutId } from "../../../domain/ids.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { rolloutScope } from "../scope.ts";
import type { ActedOn } from "./act.ts";
import { askRollout } from "./ask.ts";

export interface ApproveRollout {
  rollout: RolloutId;
  verdict: "approve" | "reject";
  comment?: string | undefined;
}

export const keysNeverApprove =
  "An API key cannot approve: a person has to. Sign in as a person (muster login), then approve.";

/** Only people. The fleet's object knows the author, and refuses the author's own approval where that does not count. */
export async function approve({ ctx, input }: { ctx: Context; input: ApproveRollout }): Promise<ActedOn> {
  const row = await rolloutScope(ctx, input.rollout, "rollout.approve");
  const { actor } = ctx;
  if (actor.kind !== "user") return refuse("forbidden", keysNeverApprove);
  const { verdict } = input;
  const comment = input.comment ?? null;
  const rollout = await askRollout(ctx, row, (stub, scope) =>
    stub.approveRollout(scope, row.id, {
      verdict,
      comment,
      actor: actor.id,
      name: actor.name,
      person: actor.person,
    }),
  );
  const done = verdict === "approve" ? "approved" : "rejected";
  const because = comment === null ? "" : `: ${comment}`;
  const changes = [
    { path: "rollout.approval.verdict", before: row.approval?.verdict ?? null, after: verdict },
    { path: "rollout.state", before: row.state, after: rollout.state },
  ];
  await commit(ctx, {
    organizationId: row.organizationId,
    note: {
      action: `rollout.${verdict}`,
      target: row.id,
      summary: `${done} the rollout of release ${row.releaseNumber}${because}`,
      changes,
    },
    statements: [],
  });
  const receipt = makeReceipt(ctx, {
    kind: `rollout.${verdict}`,
    ids: { rollout: rollout.id, release: rollout.releaseId, fleet: rollout.fleetId },
    summary: `Rollout ${rollout.id} is ${done}; its state is ${rollout.state}${rollout.reason === null ? "" : ` (${rollout.reason})`}.`,
    changes,
    next: [
      {
        label: "See why it is where it is",
        command: `muster explain rollout ${rollout.id}`,
        href: `/v1/rollouts/${rollout.id}/explain`,
      },
    ],
    undo:
      verdict === "approve"
        ? { command: `muster rollouts abort ${rollout.id}`, href: `/v1/rollouts/${rollout.id}/abort` }
        : null,
  });
  return { receipt, rollout };
}
