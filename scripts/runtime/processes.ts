import { readdirSync, readFileSync } from "node:fs";

interface ProcessInfo {
  pid: number;
  parent: number;
  group: number;
  name: string;
  state: string;
  /** In clock ticks since boot: tells a process from a later one with the same pid. */
  startTime: string;
}

function readProcess(pid: number): ProcessInfo | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const open = stat.indexOf("(");
    const close = stat.lastIndexOf(")");
    const fields = stat.slice(close + 2).split(" ");
    return {
      pid,
      parent: Number(fields[1]),
      group: Number(fields[2]),
      name: stat.slice(open + 1, close),
      state: fields[0] ?? "",
      startTime: fields[19] ?? "",
    };
  } catch {
    return null;
  }
}

/** Every process that `/proc` shows; none where there is no `/proc`. */
function processes(): ProcessInfo[] {
  let entries: string[];
  try {
    entries = readdirSync("/proc");
  } catch {
    return [];
  }
  return entries.filter((entry) => /^\d+$/.test(entry)).flatMap((entry) => readProcess(Number(entry)) ?? []);
}

/** null when no such process runs, or where there is no `/proc`. */
export function startTimeOf(pid: number): string | null {
  return readProcess(pid)?.startTime ?? null;
}

export function childrenNamed(parent: number, name: string): number[] {
  return processes()
    .filter((one) => one.parent === parent && one.name === name)
    .map((one) => one.pid);
}

/** Members of a process group that still run (zombies excluded). */
export function groupMembers(group: number): number[] {
  return processes()
    .filter((one) => one.group === group && one.state !== "Z")
    .map((one) => one.pid);
}

/** Signals a whole process group; false when it is gone already. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
