import { GuardFailed } from "../../../db/batch.ts";
import { execSessionIs, updateExecSession } from "../../../db/queries/exec-sessions.ts";
import { refuse } from "../../../domain/errors.ts";
import { execStateAt } from "../../../domain/streams/exec-sessions.ts";
import type { ExecStarted } from "../../../protocol/api/exec.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { openExecStream } from "./open-stream.ts";
import { type ExecSessionInput, execScope } from "./scope.ts";
import { execSessionView, ticketView, whatRuns } from "./view.ts";

export interface OpenApproved extends ExecSessionInput {
  size?: { cols: number; rows: number } | undefined;
}

/** What was approved, opened by who asked for it, once. */
export async function openApproved({
  ctx,
  input,
}: {
  ctx: Context;
  input: OpenApproved;
}): Promise<ExecStarted> {
  const { row, fleet } = await execScope(ctx, input, "exec.run");
  if (row.actor !== ctx.actor.id) {
    refuse("conflict", `${row.actorName} asked for this session, and nobody else may open it.`);
  }
  const nowMs = ctx.clock.now();
  const state = execStateAt(row, nowMs);
  if (state !== "approved") {
    refuse(
      "conflict",
      state === "awaiting_approval"
        ? `Nobody has approved it yet. Another person does: muster exec-sessions approve ${row.id}`
        : `The session cannot be opened: it is ${state}. Ask anew: muster exec ${row.agentId}`,
    );
  }
  const session = { ...row, ...input.size };
  try {
    const opened = await openExecStream(ctx, fleet, session, (open) => ({
      statements: [
        updateExecSession(ctx.db, row.organizationId, row.id, {
          ...open,
          cols: session.cols,
          rows: session.rows,
        }),
      ],
      guards: [{ name: "approved", holds: execSessionIs(row.organizationId, row.id, "approved") }],
    }));
    return {
      session: execSessionView(opened.row, nowMs),
      stream: ticketView(opened.ticket),
      receipt: makeReceipt(ctx, {
        kind: "exec.start",
        ids: { stream: row.id, agent: row.agentId, fleet: row.fleetId },
        summary: `${ctx.actor.name} may run ${whatRuns(row)}, as ${row.decidedBy ?? "somebody"} approved.`,
        undo: { command: `muster exec-sessions end ${row.id}`, href: `/v1/exec-sessions/${row.id}/end` },
      }),
    };
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    return refuse("conflict", "The session was opened meanwhile. It may be opened once.");
  }
}
