import type { ExecSessionRow } from "../../../db/queries/exec-sessions.ts";
import { commandText, execStateAt } from "../../../domain/streams/exec-sessions.ts";
import { recordingDays } from "../../../domain/streams/streams.ts";
import type { ExecSession, StreamTicket } from "../../../protocol/api/exec.ts";
import { streamPath } from "../../../protocol/custom/streams.ts";
import type { StreamTicket as MintedTicket } from "../../../protocol/rpc/streams.ts";
import { iso } from "../time.ts";

const dayMs = 86_400_000;

/** Until when its recording is kept; null = there is none, or no more. */
export function recordedUntilMs(row: ExecSessionRow, nowMs: number): number | null {
  if (row.recordedBytes === 0 || row.endedAt === null) return null;
  const untilMs = row.endedAt + recordingDays * dayMs;
  return untilMs > nowMs ? untilMs : null;
}

export function execSessionView(row: ExecSessionRow, nowMs: number): ExecSession {
  const { endedAt, startedAt, reason, decidedAt, decidedBy, state } = row;
  const until = recordedUntilMs(row, nowMs);
  const waits = state === "awaiting_approval" || state === "approved";
  return {
    id: row.id,
    organizationId: row.organizationId,
    fleetId: row.fleetId,
    agentId: row.agentId,
    agentName: row.agentName,
    state: execStateAt(row, nowMs),
    actor: row.actor,
    actorName: row.actorName,
    command: row.command,
    container: row.container,
    tty: row.tty,
    record: row.record,
    reason: row.why,
    idleSeconds: row.idleSeconds,
    maxSeconds: row.maxSeconds,
    createdAt: iso(row.createdAt),
    expiresAt: waits ? iso(row.expiresAt) : null,
    decision:
      decidedAt === null
        ? null
        : {
            verdict: state === "rejected" ? "rejected" : "approved",
            name: decidedBy ?? "",
            at: iso(decidedAt),
            comment: row.comment,
          },
    openedAt: row.openedAt === null ? null : iso(row.openedAt),
    end:
      endedAt === null || reason === null
        ? null
        : {
            reason,
            exitCode: row.exitCode,
            signal: row.signal,
            at: iso(endedAt),
            seconds: startedAt === null ? 0 : (endedAt - startedAt) / 1000,
            bytesIn: row.bytesIn,
            bytesOut: row.bytesOut,
          },
    recording: until === null ? null : { bytes: row.recordedBytes, until: iso(until) },
  };
}

export const ticketView = ({ streamId, ticket, expiresAtMs }: MintedTicket): StreamTicket => ({
  streamId,
  path: streamPath(streamId),
  ticket,
  expiresAt: iso(expiresAtMs),
});

/** A summary holds no more of a command: the row and the first audit event have it whole. */
const shownChars = 200;

export function shownCommand(command: readonly string[]): string {
  const text = commandText(command);
  return text.length > shownChars ? `${text.slice(0, shownChars)}…` : text;
}

/** "`top` on web-1", "a shell in the container api on web-1". */
export function whatRuns({
  command,
  container,
  agentName,
}: Pick<ExecSessionRow, "command" | "container" | "agentName">): string {
  const what = command.length === 0 ? "a shell" : `\`${shownCommand(command)}\``;
  return `${what} ${container === null ? "" : `in the container ${container} `}on ${agentName}`;
}
