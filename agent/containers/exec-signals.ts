import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { asked } from "./docker-client.ts";
import { EngineError } from "./engine.ts";

/** A command that runs in a container. */
export interface MarkedExec {
  /** The engine's, for error texts. */
  address: string;
  container: string;
  exec: Docker.Exec;
  /** A line of its environment that nothing else has; what it starts inherits it. */
  mark: string;
  /**
   * Runs another command beside it and answers its exit code. As the same user: not even root of a container may look
   * into what others run there.
   */
  run: (command: readonly string[]) => Promise<number | null>;
}

/** After its output has ended a command may need a moment until the engine knows its exit code. */
const endLooks = { times: 50, everyMs: 100 };
const withinMs = 10_000;
const noneLeft = 10;

/** With nothing but a shell: images may have no other program. It reads an environment as one text, without its zeros. */
const script = `left=${noneLeft}
for process in /proc/[0-9]*; do
  while IFS= read -r line || [ -n "$line" ]; do
    case "$line" in
      *"$2"*) kill "-$1" "\${process#/proc/}" && left=0; break;;
    esac
  done 2>/dev/null < "$process/environ"
done 2>/dev/null
exit $left`;

/**
 * Engines have no call that signals a command. So another one does it, within the container; where the image has no
 * shell, the agent itself, if it shares the engine's process numbers and may.
 */
export async function signalExec(marked: MarkedExec, name: NodeJS.Signals | 0): Promise<boolean> {
  if (await signalWithin(marked, name)) return true;
  const found = await marked.exec.inspect().catch(() => null);
  // The container went, and its commands with it.
  if (!found?.Running) return false;
  // It is about to begin.
  if (found.Pid === 0) return true;
  if (signalFromHost(found, name)) return true;
  const why = "its image has no /bin/sh, or it became another user";
  throw new EngineError(
    `a command in ${marked.container} runs on: ${why}; end process ${found.Pid} of the engine's host`,
    null,
  );
}

/** False when nothing was found, or nothing can be. */
async function signalWithin({ address, mark, run }: MarkedExec, name: NodeJS.Signals | 0): Promise<boolean> {
  const signal = name === 0 ? "0" : name.replace("SIG", "");
  const signalling = () => run(["/bin/sh", "-c", script, "sh", signal, mark]);
  return asked(address, signalling, withinMs).then(
    (code) => code === 0,
    () => false,
  );
}

function signalFromHost({ Pid, ContainerID }: Docker.ExecInspectInfo, name: NodeJS.Signals | 0): boolean {
  try {
    // An agent that does not share the engine's process numbers would hit somebody else.
    return readFileSync(`/proc/${Pid}/cgroup`, "utf8").includes(ContainerID) && process.kill(Pid, name);
  } catch {
    return false;
  }
}

export async function exitCode(exec: Docker.Exec): Promise<{ code: number | null }> {
  for (let look = 0; look < endLooks.times; look++) {
    try {
      const { Running, ExitCode } = await exec.inspect();
      if (!Running) return { code: ExitCode };
    } catch {
      // The container went, and its commands with it.
      return { code: null };
    }
    await sleep(endLooks.everyMs);
  }
  return { code: null };
}
