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
