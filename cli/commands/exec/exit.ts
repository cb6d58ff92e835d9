import { constants } from "node:os";
import { streamEndTexts } from "../../../domain/streams/streams.ts";
import type { ExitMessage } from "../../../protocol/custom/streams.ts";

/** What the shell sees when Muster, and not what ran, is why it ended. */
export const ownErrorCode = 125;
export const timeoutCode = 124;
/** As with ssh: a person left by `~.`, and nobody knows how what ran would have ended. */
export const leftCode = 255;

/** The far side's exit code, as a shell would tell it; `text` = what to say besides. */
export function exitOf({ code, signal, reason }: Pick<ExitMessage, "code" | "signal" | "reason">): {
  code: number;
  text: string | null;
} {
  if (code !== null) return { code, text: null };
  if (signal !== null) return { code: 128 + signalNumber(signal), text: null };
  const text = `The session ended: ${streamEndTexts[reason]}.`;
  return { code: reason === "timeout" || reason === "idle" ? timeoutCode : ownErrorCode, text };
}

function signalNumber(name: string): number {
  const known: Record<string, number> = constants.signals;
  return known[name] ?? 0;
}
