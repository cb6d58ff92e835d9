import type { Plan } from "../tenancy/plans.ts";

/** `expired` is never stored: what waits, or is approved, no longer counts after its time. */
export const execSessionStates = [
  "awaiting_approval",
  "approved",
  "rejected",
  "expired",
  "open",
  "ended",
] as const;
export type ExecSessionState = (typeof execSessionStates)[number];
export const storedExecStates = ["awaiting_approval", "approved", "rejected", "open", "ended"] as const;
export type StoredExecState = (typeof storedExecStates)[number];

/** So many of an organization may wait for an approval. */
export const waitingSessions = 100;
/** In which another person may approve. */
export const approvalSeconds = 3_600;
/** In which the asker may open it once it is approved. */
export const approvedSeconds = 900;

export function execStateAt(
  { state, expiresAt }: { state: StoredExecState; expiresAt: number },
  nowMs: number,
): ExecSessionState {
  return (state === "awaiting_approval" || state === "approved") && expiresAt <= nowMs ? "expired" : state;
}

/** The longest that a session may be asked for. */
export const execLimits: Record<Plan, { idleSeconds: number; maxSeconds: number }> = {
  free: { idleSeconds: 3_600, maxSeconds: 4 * 3_600 },
  team: { idleSeconds: 3_600, maxSeconds: 12 * 3_600 },
  enterprise: { idleSeconds: 4 * 3_600, maxSeconds: 24 * 3_600 },
};

/** As a person would type it: words with blanks or signs of the shell are quoted. */
export function commandText(command: readonly string[]): string {
  if (command.length === 0) return "(shell)";
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
