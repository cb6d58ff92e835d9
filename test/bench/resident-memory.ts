import { readFileSync } from "node:fs";

/** Resident memory of a process in MB, as Linux counts it. */
export function residentMemoryMb(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (!match) throw new Error(`/proc/${pid}/status tells no VmRSS`);
  return Number(match[1]) / 1024;
}
