import { once } from "node:events";
import type { TerminalSize } from "../../protocol/custom/streams.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Program } from "./program.ts";

export interface ContainerCommand {
  container: string;
  argv: readonly string[];
  tty: boolean;
  size: TerminalSize;
  env: Record<string, string>;
}

/** A command inside a running container, by its engine. Throws when the engine refuses. */
export async function startInContainer(engine: ContainerEngine, command: ContainerCommand): Promise<Program> {
  const { container, argv, tty, size, env } = command;
  const running = await engine.exec(container, { command: argv, tty, env, ...(tty && { size }) });
  const { stdin, stdout, stderr, exit } = running;
  stdin.on("error", () => {});
  return {
    onOutput(listener) {
      stdout.on("data", (data: Buffer) => listener("stdout", data));
      stderr.on("data", (data: Buffer) => listener("stderr", data));
    },
    onEnd: (listener) => void exit.then(({ code }) => listener({ code, signal: null })),
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
        await Promise.race([once(stdin, "drain"), once(stdin, "close"), exit]);
      }
    },
    endInput: () => stdin.end(),
    resize: (to) => void running.resize(to),
    signal: (name) => void running.signal(name),
    async end() {
      await running.signal("SIGHUP");
      running.close();
    },
  };
}
