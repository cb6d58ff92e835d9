import {
  joinSeconds,
  recordingDays,
  rightEverySeconds,
  type StreamEndReason,
} from "../../domain/streams/streams.ts";
import type { StreamRecord } from "./store.ts";

const dayMs = 86_400_000;
/** So long an ended stream is still known, so that a late dial hears that it has ended. */
const keptMs = 3_600_000;

export interface Due {
  atMs: number;
  reason: StreamEndReason | "forget";
}

/** What ends a stream next, or takes its rows away; null = it was never opened. */
export function dueOf(record: StreamRecord | null, lastByteMs: number | null): Due | null {
  if (!record) return null;
  const { facts, startedAtMs, viewerLostAtMs, end } = record;
  if (end) {
    const keepMs = end.recordedBytes > 0 ? recordingDays * dayMs : keptMs;
    return { atMs: end.endedAtMs + keepMs, reason: "forget" };
  }
  if (startedAtMs === null) {
    return { atMs: facts.openedAtMs + joinSeconds * 1000, reason: "never_joined" };
  }
  const { graceSeconds, idleSeconds, maxSeconds } = facts.terms;
  const dues: Due[] = [
    { atMs: startedAtMs + maxSeconds * 1000, reason: "timeout" },
    { atMs: (lastByteMs ?? startedAtMs) + idleSeconds * 1000, reason: "idle" },
  ];
  if (viewerLostAtMs !== null) {
    dues.push({ atMs: viewerLostAtMs + graceSeconds * 1000, reason: "viewer_gone" });
  }
  return dues.reduce((first, due) => (due.atMs < first.atMs ? due : first));
}

/** When to ask anew whether who opened it may still do so; null = it is not live. */
export function rightDueMs(record: StreamRecord | null): number | null {
  if (!record || record.startedAtMs === null || record.end || record.facts.actor === undefined) return null;
  return (record.rightAskedAtMs ?? record.startedAtMs) + rightEverySeconds * 1000;
}
