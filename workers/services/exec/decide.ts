import { GuardFailed } from "../../../db/batch.ts";
import { execSessionIs, updateExecSession } from "../../../db/queries/exec-sessions.ts";
import { findEnvironment } from "../../../db/queries/projects.ts";
import { refuse } from "../../../domain/errors.ts";
import { approvedSeconds, execStateAt } from "../../../domain/streams/exec-sessions.ts";
import type { ExecAction } from "../../../protocol/api/exec.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { keysNeverApprove } from "../rollouts/approve.ts";
import { type ExecSessionInput, execScope } from "./scope.ts";
import { execSessionView, whatRuns } from "./view.ts";

export interface DecideExec extends ExecSessionInput {
  verdict: "approve" | "reject";
  comment?: string | undefined;
}

/** By a person who may run commands there, and who did not ask. */
export async function decide({ ctx, input }: { ctx: Context; input: DecideExec }): Promise<ExecAction> {
  const { row, fleet } = await execScope(ctx, input, "exec.run");
  const { actor } = ctx;
  if (actor.kind !== "user") return refuse("forbidden", keysNeverApprove);
  const nowMs = ctx.clock.now();
  const state = execStateAt(row, nowMs);
  if (state !== "awaiting_approval") {
    refuse(
      "conflict",
      `The session waits for no approval: it is ${state}. Ask anew: muster exec ${row.agentId}`,
    );
  }
  const isApproval = input.verdict === "approve";
  const environment = await findEnvironment(ctx.db, [row.organizationId], fleet.environmentId);
  if (isApproval && environment?.protected && (row.person === null || row.person === actor.person)) {
    refuse(
      "approval_required",
      row.person === null
        ? "Nobody knows which person stands behind the one who asked, so nobody can be told to be another. Ask as a person."
        : "You asked for this yourself, and the environment is protected. Another person must approve it.",
    );
  }
  const decided = {
    ...row,
    state: isApproval ? ("approved" as const) : ("rejected" as const),
    expiresAt: isApproval ? nowMs + approvedSeconds * 1000 : row.expiresAt,
    decidedBy: actor.name,
    decidedAt: nowMs,
    comment: input.comment ?? null,
  };
  const changes = [{ path: "session.state", before: row.state, after: decided.state }];
  const because = decided.comment === null ? "" : `: ${decided.comment}`;
  try {
    await commit(ctx, {
      organizationId: row.organizationId,
      note: {
        action: `exec.${input.verdict}`,
        target: row.id,
        summary: `${decided.state} that ${row.actorName} runs ${whatRuns(row)}${because}`,
        changes,
      },
      statements: [
        updateExecSession(ctx.db, row.organizationId, row.id, {
          state: decided.state,
          expiresAt: decided.expiresAt,
          decidedBy: decided.decidedBy,
          decidedAt: nowMs,
          comment: decided.comment,
        }),
      ],
      guards: [{ name: "waits", holds: execSessionIs(row.organizationId, row.id, "awaiting_approval") }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    refuse("conflict", "Somebody else has decided meanwhile. Look at the session again.");
  }
  return {
    ...execSessionView(decided, nowMs),
    receipt: makeReceipt(ctx, {
      kind: `exec.${input.verdict}`,
      ids: { stream: row.id, agent: row.agentId, fleet: row.fleetId },
      summary: isApproval
        ? `${row.actorName} may run ${whatRuns(row)} within ${approvedSeconds / 60} minutes.`
        : `${row.actorName} may not run ${whatRuns(row)}.`,
      changes,
      next: isApproval
        ? [
            {
              label: `Run it, as ${row.actorName}`,
              command: `muster exec --session ${row.id}`,
              href: `/v1/exec-sessions/${row.id}/open`,
            },
          ]
        : [],
    }),
  };
}
