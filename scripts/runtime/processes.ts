import { readdirSync, readFileSync } from "node:fs";

interface ProcessInfo {
  pid: number;
  parent: number;
  group: number;
  name: string;
  state: string;
}

/** Every process that `/proc` shows; none where there is no `/proc`. */
export function processes(): ProcessInfo[] {
  let entries: string[];
  try {
    entries = readdirSync("/proc");
  } catch {
    return [];
  }
  return entries
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
        const open = stat.indexOf("(");
        const close = stat.lastIndexOf(")");
        const [state = "", parent = "0", group = "0"] = stat.slice(close + 2).split(" ");
        return [
          {
            pid: Number(entry),
            parent: Number(parent),
            group: Number(group),
            name: stat.slice(open + 1, close),
            state,
          },
        ];
      } catch {
        return [];
      }
    });
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
