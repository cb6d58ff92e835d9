import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecSignal } from "../../protocol/custom/streams.ts";

const graceMs = 3_000;
/** The first look; each later one waits twice as long, since it reads what runs on the whole host. */
const lookMs = 50;

/** Signals a process group; one that is gone already, or that this agent may not signal, is not a failure. */
export function signalGroup(leader: number, signal: ExecSignal): void {
  sendTo(-leader, signal);
}

/** Holds up all that belongs to the session which `leader` began. The leader first: a shell shall not see its children stop. */
export function stopSession(leader: number): void {
  signalAll(leader, "SIGSTOP");
}

/** After `stopSession`. The leader last, for the same reason. */
export function continueSession(leader: number): void {
  signalAll(leader, "SIGCONT");
}

/** SIGHUP to all that belongs to the session which `leader` began, SIGKILL to what is left after a grace. */
export async function endSession(leader: number): Promise<void> {
  signalAll(leader, "SIGHUP");
  // What is stopped takes no signal until it goes on.
  signalAll(leader, "SIGCONT");
  const deadline = Date.now() + graceMs;
  for (let waitMs = lookMs; membersOf(leader).length > 0; waitMs *= 2) {
    const leftMs = deadline - Date.now();
    if (leftMs <= 0) {
      signalAll(leader, "SIGKILL");
      return;
    }
    await sleep(Math.min(waitMs, leftMs));
  }
}

function signalAll(leader: number, signal: "SIGHUP" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
  const leaderIs = signal === "SIGCONT" ? 1 : -1;
  const members = membersOf(leader).sort((a, b) => leaderIs * (Number(a === leader) - Number(b === leader)));
  for (const pid of members) sendTo(pid, signal);
}

function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended, or is somebody else's by now.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Living processes of a session. Where the system has no /proc, the leader's group as long as it is there. */
function membersOf(leader: number): number[] {
  if (process.platform !== "linux") return groupIsThere(leader) ? [-leader] : [];
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      // pid (name) state ppid pgrp session …; the name may hold anything.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(session) === leader && state !== "Z" ? [pid] : [];
    } catch {
      return [];
    }
  });
}

function groupIsThere(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}
