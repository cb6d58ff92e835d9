import { GuardFailed } from "../../../db/batch.ts";
import { execSessionIs, updateExecSession } from "../../../db/queries/exec-sessions.ts";
import { refuse, unwrap } from "../../../domain/errors.ts";
import type { ExecAction } from "../../../protocol/api/exec.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { makeReceipt } from "../receipts.ts";
import { type ExecSessionInput, execScope } from "./scope.ts";
import { execSessionView, whatRuns } from "./view.ts";

/** Ends a session of anybody, or takes back one that nobody has opened. Its end is written down as it is told. */
export async function end({ ctx, input }: { ctx: Context; input: ExecSessionInput }): Promise<ExecAction> {
  const { row, fleet } = await execScope(ctx, input, "exec.run");
  const { organizationId, id, state } = row;
  if (state === "ended" || state === "rejected") refuse("conflict", `The session is over: it is ${state}.`);
  const nowMs = ctx.clock.now();
  const taken =
    state === "open" ? null : { state: "ended" as const, endedAt: nowMs, reason: "ended" as const };
  try {
    await commit(ctx, {
      organizationId,
      note: {
        action: "exec.stop",
        target: id,
        summary: `ended ${whatRuns(row)}, asked for by ${row.actorName}`,
      },
      statements: taken ? [updateExecSession(ctx.db, organizationId, id, taken)] : [],
      guards: [{ name: "state", holds: execSessionIs(organizationId, id, state) }],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    refuse("conflict", "The session has changed meanwhile. Look at it again.");
  }
  if (!taken) unwrap(await ctx.stream(id).end({ organizationId, fleetId: fleet.id }, "ended"));
  return {
    ...execSessionView({ ...row, ...taken }, nowMs),
    receipt: makeReceipt(ctx, {
      kind: "exec.stop",
      ids: { stream: id, agent: row.agentId, fleet: row.fleetId },
      summary: `${whatRuns(row)} was ended: what it started is told to hang up, and killed if it does not.`,
    }),
  };
}
