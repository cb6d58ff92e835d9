import { readdirSync, readFileSync } from "node:fs";

/** Pids of the living children of a process; null where the platform does not tell (Linux does). */
export function childrenOf(parent: number): number[] | null {
  if (process.platform !== "linux") return null;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isLivingChild(pid, parent));
}

function isLivingChild(pid: number, parent: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; after it come the state and the parent.
    const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(ppid) === parent && state !== "Z" && state !== "X";
  } catch {
    // It ended meanwhile.
    return false;
  }
}
