import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const listening = "0A";

/** The TCP addresses at which a process accepts connections, as the kernel writes them. */
export function listeningAt(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        // Closed meanwhile.
        return [];
      }
    }),
  );
  if (sockets.size === 0) throw new Error(`process ${pid} has no socket that could be looked at`);
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode = ""]) => state === listening && sockets.has(inode))
      .map(([, address = ""]) => address),
  );
}
