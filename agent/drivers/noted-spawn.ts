import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ChildContext } from "../child-context.ts";

/** Waits for a line before it becomes the program; without one, because the agent died, it ends. */
const waiter = 'read -r _ || exit 1; exec "$0" "$@" </dev/null';

/** Whether what `spawnNoted` started has not become its program yet. Linux only. */
export function isWaiting(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(`/bin/sh\0-c\0${waiter}\0`);
  } catch {
    // It ended meanwhile.
    return false;
  }
}

const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Starts a program in a process group of its own, its output into `sink`. The program does not run before `note` has
 * returned: an agent that is killed in between leaves no child behind that the next one knows nothing of.
 */
export function spawnNoted(
  words: readonly string[],
  { cwd, env }: ChildContext,
  sink: number,
  note: (pid: number) => void,
): ChildProcess {
  // A shell drops variables whose names it could not have given itself.
  const odd = Object.entries(env).filter(([name]) => !shellName.test(name));
  const program =
    odd.length > 0 ? ["env", ...odd.map(([name, value]) => `${name}=${value}`), ...words] : words;
  const child = spawn("/bin/sh", ["-c", waiter, ...program], {
    cwd,
    env,
    stdio: ["pipe", sink, sink],
    detached: true,
  });
  // It ended before it was told to go: that is told by its exit.
  child.stdin?.on("error", () => {});
  if (child.pid === undefined) return child;
  try {
    note(child.pid);
    child.stdin?.write("go\n");
  } finally {
    child.stdin?.end();
  }
  return child;
}
