import { GuardFailed } from "../../../db/batch.ts";
import { execSessionIs, findExecSession, updateExecSession } from "../../../db/queries/exec-sessions.ts";
import { findFleet } from "../../../db/queries/fleets.ts";
import { streamEndTexts } from "../../../domain/streams/streams.ts";
import type { OutboxMessage } from "../../../protocol/rpc/outbox.ts";
import { commit } from "../audit/commit.ts";
import type { Platform, PublicContext } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { whatRuns } from "./view.ts";

export type StreamMessage = Extract<OutboxMessage, { kind: "stream" }>;

/** An agent may end a stream before the session is written as open; one that was refused never is. */
const writtenWithinMs = 30_000;

/** Writes down how a stream ended, and tells its fleet. Delivered twice it does nothing more. */
export async function settleStream(
  platform: Platform,
  { scope, streamId, streamKind, end }: StreamMessage,
): Promise<void> {
  const { organizationId } = scope;
  const row =
    streamKind === "exec" ? await findExecSession(platform.db, [organizationId], streamId) : undefined;
  const isYoung = platform.clock.now() - end.endedAtMs < writtenWithinMs;
  if (streamKind === "exec" && isYoung && (!row || row.state === "approved")) {
    throw new Error("The session is not written as open yet");
  }
  // It ended unmet and was opened again, which tells its own end.
  if (row?.openedAt != null && end.openings && !end.openings.includes(row.openedAt)) return;
  if (row?.state === "open") {
    const work: Promise<unknown>[] = [];
    const ctx: PublicContext = {
      ...platform,
      requestId: platform.ids.make("request"),
      client: { address: "", userAgent: "" },
      publicUrl: "",
      afterwards: (one) => void work.push(one),
    };
    const { reason, code, signal, startedAtMs, endedAtMs, bytesIn, bytesOut, recordedBytes } = end;
    const seconds = startedAtMs === null ? 0 : Math.round((endedAtMs - startedAtMs) / 1000);
    const how = code !== null ? `exit code ${code}` : (signal ?? streamEndTexts[reason]);
    try {
      await commit(ctx, {
        organizationId,
        // An audit row names an id of whoever did it; the column holds just that.
        author: { id: row.actor as `usr_${string}`, name: row.actorName },
        note: {
          action: "exec.end",
          target: streamId,
          summary: `${whatRuns(row)} ended after ${seconds} s: ${how}`,
          changes: [
            { path: "reason", after: reason },
            { path: "exitCode", after: code },
            { path: "signal", after: signal },
            { path: "bytesIn", after: bytesIn },
            { path: "bytesOut", after: bytesOut },
            { path: "seconds", after: seconds },
          ],
        },
        statements: [
          updateExecSession(platform.db, organizationId, streamId, {
            state: "ended",
            startedAt: startedAtMs,
            endedAt: endedAtMs,
            reason,
            exitCode: code,
            signal,
            bytesIn,
            bytesOut,
            recordedBytes,
          }),
        ],
        guards: [{ name: "open", holds: execSessionIs(organizationId, streamId, "open") }],
      });
    } catch (error) {
      if (!(error instanceof GuardFailed)) throw error;
    }
    await Promise.all(work);
  }
  const fleet = await findFleet(platform.db, [organizationId], scope.fleetId);
  if (fleet) await askFleet(platform, fleet, (stub, own) => stub.streamEnded(own, streamId));
}
