import { GuardFailed } from "../../../db/batch.ts";
import type { ExecSessionRow } from "../../../db/queries/exec-sessions.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import { quotaUse } from "../../../db/queries/quotas.ts";
import { DomainError } from "../../../domain/errors.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import { defaultTerms, joinSeconds } from "../../../domain/streams/streams.ts";
import { planTerms } from "../../../domain/tenancy/plans.ts";
import { quotaRefusal } from "../../../domain/tenancy/quota-refusal.ts";
import type { ExecSpec } from "../../../protocol/custom/streams.ts";
import type { StreamTicket } from "../../../protocol/rpc/streams.ts";
import type { Commit } from "../audit/commit.ts";
import { commit } from "../audit/commit.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { shownCommand, whatRuns } from "./view.ts";

type Asked = Omit<ExecSessionRow, "state" | "openedAt" | "expiresAt">;

/**
 * Opens the stream of a session. The fleet is asked first, since it may refuse; the program does not start before the
 * viewer is there, who gets no ticket before the session and its audit row are written.
 */
export async function openExecStream(
  ctx: Context,
  fleet: FleetRow,
  session: Asked,
  write: (
    opened: Pick<ExecSessionRow, "state" | "openedAt" | "expiresAt">,
  ) => Pick<Commit, "statements" | "guards">,
): Promise<{ ticket: StreamTicket; row: ExecSessionRow }> {
  const { id: streamId, agentId, command, container, tty, term, record, idleSeconds, maxSeconds } = session;
  const size = { cols: session.cols, rows: session.rows };
  const spec: ExecSpec = { command, tty, size, term, container };
  const { graceSeconds } = defaultTerms;
  await refuseWhenFull(ctx, session.organizationId);
  const nowMs = ctx.clock.now();
  const ticket = await askFleet(ctx, fleet, (stub, scope) =>
    stub.openStream(scope, agentId, {
      streamId,
      kind: "exec",
      spec,
      terms: { idleSeconds, maxSeconds, graceSeconds, record },
      title: `${shownCommand(command)} on ${session.agentName}`,
      size: tty ? size : null,
      opening: nowMs,
      actor: ctx.actor.id,
      name: ctx.actor.name,
    }),
  );
  const opened = {
    state: "open" as const,
    openedAt: nowMs,
    expiresAt: nowMs + (joinSeconds + maxSeconds + graceSeconds) * 1000,
  };
  const { organizationId } = session;
  try {
    await commit(ctx, {
      organizationId,
      note: {
        action: "exec.start",
        target: streamId,
        summary: `runs ${whatRuns(session)}`,
        changes: [
          { path: "agent", after: agentId },
          { path: "command", after: command },
          { path: "container", after: container },
          { path: "record", after: record },
          ...(session.why === null ? [] : [{ path: "reason", after: session.why }]),
        ],
      },
      quotas: ["execSessions"],
      ...write(opened),
    });
  } catch (error) {
    // Otherwise another opening of the same session has won, and the stream is that one's.
    if (!(error instanceof GuardFailed)) {
      const scope = { organizationId, fleetId: fleet.id };
      ctx.afterwards(ctx.stream(streamId).end(scope, "ended", nowMs));
    }
    throw error;
  }
  return { ticket, row: { ...session, ...opened } };
}

/** Before the stream is opened, which can be done once; the write counts again. */
async function refuseWhenFull(ctx: Context, organizationId: OrganizationId): Promise<void> {
  const use = await quotaUse(ctx.db, organizationId, ["execSessions"], ctx.clock.now());
  const used = use?.used[0] ?? 0;
  if (use && used >= planTerms[use.plan].quotas.execSessions) {
    throw new DomainError(quotaRefusal("execSessions", use.plan, used));
  }
}
