import { readFileSync } from "node:fs";
import { constants } from "node:os";

/** What a signal does to a process now; `unknown` where the platform does not tell. */
export type SignalFate = "caught" | "deadly" | "unknown";

/** By the masks of /proc (Linux). Blocked and ignored signals do no harm either, and count as `unknown`. */
export function signalFate(pid: number | undefined, signal: NodeJS.Signals): SignalFate {
  if (pid === undefined || process.platform !== "linux") return "unknown";
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "unknown";
  }
  const bit = 1n << BigInt(constants.signals[signal] - 1);
  const holds = (mask: string) => {
    const hex = new RegExp(`^${mask}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
    return hex !== undefined && (BigInt(`0x${hex}`) & bit) !== 0n;
  };
  if (holds("SigCgt")) return "caught";
  return holds("SigBlk") || holds("SigIgn") ? "unknown" : "deadly";
}
