import { spawn } from "node:child_process";
import { pipeIo } from "./pipe-io.ts";
import type { HostCommand, Program, ProgramEnd } from "./program.ts";
import { endSession, signalGroup } from "./session-processes.ts";

/** A program without a terminal, in a session of its own. Throws when it cannot be started. */
export async function startWithPipes({ argv, cwd, env }: HostCommand): Promise<Program> {
  const [command = "", ...args] = argv;
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const { stdin, stdout, stderr } = child;
  const ended = new Promise<ProgramEnd>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  const io = pipeIo(child, ended);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", () => resolve());
    child.once("error", reject);
  });
  const pid = child.pid ?? 0;
  return {
    ...io,
    onEnd: (listener) => void ended.then(listener),
    resize() {},
    signal: (name) => signalGroup(pid, name),
    async end() {
      await endSession(pid);
      // Whoever left the session may still hold them.
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
    },
  };
}
