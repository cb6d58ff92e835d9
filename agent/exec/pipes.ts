import { spawn } from "node:child_process";
import { once } from "node:events";
import type { HostCommand, Program, ProgramEnd } from "./program.ts";
import { endSession, signalGroup } from "./session-processes.ts";

/** A program without a terminal, in a session of its own. Throws when it cannot be started. */
export async function startWithPipes({ argv, cwd, env }: HostCommand): Promise<Program> {
  const [command = "", ...args] = argv;
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const { stdin, stdout, stderr } = child;
  // A program that does not read its input is not a failure.
  stdin.on("error", () => {});
  const ended = new Promise<ProgramEnd>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", () => resolve());
    child.once("error", reject);
  });
  const pid = child.pid ?? 0;
  return {
    onOutput(listener) {
      stdout.on("data", (data: Buffer) => listener("stdout", data));
      stderr.on("data", (data: Buffer) => listener("stderr", data));
    },
    onEnd: (listener) => void ended.then(listener),
    pause() {
      stdout.pause();
      stderr.pause();
    },
    resume() {
      stdout.resume();
      stderr.resume();
    },
    async write(data) {
      if (stdin.writable && !stdin.write(data)) {
        await Promise.race([once(stdin, "drain"), once(stdin, "close"), ended]);
      }
    },
    endInput: () => stdin.end(),
    resize() {},
    signal: (name) => signalGroup(pid, name),
    async end() {
      await endSession(pid);
      // Whoever left the session may still hold them.
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
    },
  };
}
