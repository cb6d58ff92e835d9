import { readFileSync, writeFileSync } from "node:fs";
import type { Log } from "../log.ts";

const setting = "/proc/sys/net/ipv4/tcp_migrate_req";

/**
 * For programs whose reload opens new listening sockets beside the old ones and then closes those: Linux resets the
 * connections that wait at a closed one, unless it is told to hand them to the one that stays (5.14 and later).
 */
export function handOverConnections(log: Log): void {
  let now: string;
  try {
    now = readFileSync(setting, "utf8").trim();
  } catch {
    // Another system, or an older kernel.
    log("warn", "this kernel does not hand waiting connections over: a reload may drop some");
    return;
  }
  if (now === "1") return;
  try {
    writeFileSync(setting, "1");
    log("info", "set net.ipv4.tcp_migrate_req to 1: connections that wait during a reload are handed over");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    log(
      "warn",
      `a reload may drop connections that wait at that moment, since net.ipv4.tcp_migrate_req cannot be set (${reason}). Set it on the host: sysctl -w net.ipv4.tcp_migrate_req=1`,
    );
  }
}
