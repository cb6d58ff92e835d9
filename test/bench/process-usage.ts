import { readFileSync } from "node:fs";

/** Resident memory of a process in MB, as Linux counts it. */
export function residentMemoryMb(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (!match) throw new Error(`/proc/${pid}/status tells no VmRSS`);
  return Number(match[1]) / 1024;
}

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

/** Processor time that a process has used so far, of its own and for the system. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
