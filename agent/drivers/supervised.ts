import type { ChildProcess } from "node:child_process";
import { killGroup } from "../apply/run-command.ts";
import { startProblem } from "../child-context.ts";
import { processIdentity } from "../process-identity.ts";

/** The program that runs, whether this agent started it or one before. */
export interface Supervised {
  readonly pid: number | undefined;
  readonly startedMs: number;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
  signal(signal: NodeJS.Signals): void;
  signalGroup(signal: NodeJS.Signals): void;
  /** Finds out at once whether it is gone. */
  look(): void;
  /** Its end is told to nobody from now on. */
  release(): void;
}

/** Its pid, and how it ended in words that follow its name. What was left of its group is killed by then. */
export type OnEnd = (child: Supervised, how: string) => void;

const lookEveryMs = 250;

/** `cwd`: the folder that it was started in. */
export function startedHere(
  child: ChildProcess,
  { cwd, startedMs }: { cwd: string; startedMs: number },
  onEnd: OnEnd,
): Supervised {
  const gone = Promise.withResolvers<void>();
  const { pid } = child;
  const supervised: Supervised = {
    pid,
    startedMs,
    gone: gone.promise,
    signal: (signal) => child.kill(signal),
    signalGroup: (signal) => {
      if (pid !== undefined) killGroup(pid, signal);
    },
    look: () => {},
    release: () => {
      child.removeAllListeners("exit");
      child.unref();
    },
  };
  const ended = (how: string) => {
    if (pid !== undefined) killGroup(pid, "SIGKILL");
    gone.resolve();
    onEnd(supervised, how);
  };
  child.once("error", (error) => ended(`could not be started: ${startProblem(error, cwd)}`));
  child.once("exit", (code, signal) => ended(signal ? `was ended by ${signal}` : `exited with code ${code}`));
  return supervised;
}

/** Nobody tells the end of a process to another than its parent, so it is looked at again and again. Linux only. */
export function startedBefore(
  { pid, identity, startedMs }: { pid: number; identity: string; startedMs: number },
  onEnd: OnEnd,
): Supervised {
  const gone = Promise.withResolvers<void>();
  const runs = () => processIdentity(pid) === identity;
  const supervised: Supervised = {
    pid,
    startedMs,
    gone: gone.promise,
    signal: (signal) => {
      if (runs()) process.kill(pid, signal);
    },
    signalGroup: (signal) => {
      if (runs()) killGroup(pid, signal);
    },
    look: () => {
      if (runs()) return;
      clearInterval(timer);
      // Unless the number belongs to somebody else by now.
      if (processIdentity(pid) === null) killGroup(pid, "SIGKILL");
      gone.resolve();
      onEnd(supervised, "ended (an agent before this one had started it, so nobody knows how)");
    },
    release: () => clearInterval(timer),
  };
  const timer = setInterval(() => supervised.look(), lookEveryMs);
  return supervised;
}
