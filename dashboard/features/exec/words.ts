import { commandText } from "../../../domain/streams/exec-sessions.ts";
import { type StreamEndReason, streamEndTexts } from "../../../domain/streams/streams.ts";
import type { ExecSession } from "../../../protocol/api/exec.ts";

export const whatItRuns = ({ command, container }: Pick<ExecSession, "command" | "container">): string =>
  `${commandText(command)}${container === null ? "" : ` in ${container}`}`;

export function howItEnded(code: number | null, signal: string | null, reason: StreamEndReason): string {
  if (code !== null) return `Ended with exit code ${code}`;
  return signal === null ? `Ended: ${streamEndTexts[reason]}` : `Ended by ${signal}`;
}

export const stateWords: Record<ExecSession["state"], string> = {
  awaiting_approval: "waits for approval",
  approved: "approved",
  rejected: "rejected",
  expired: "expired",
  open: "open",
  ended: "ended",
};

export const stateTones = {
  awaiting_approval: "warn",
  approved: "busy",
  rejected: "bad",
  expired: "idle",
  open: "good",
  ended: "idle",
} as const;

/** It may still become something else. */
export const isLive = ({ state }: Pick<ExecSession, "state">): boolean =>
  state === "awaiting_approval" || state === "approved" || state === "open";

/** Whether a session's facts say all of these words, whatever the case. */
export function saysOf(session: ExecSession, words: string): boolean {
  const { actorName, agentName, reason, id } = session;
  const text = [actorName, agentName, whatItRuns(session), reason ?? "", id].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** `1:02:03`, `2:03`, `0:03`. */
export function clockOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}
