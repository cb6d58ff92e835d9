import type { TerminalSize } from "../../protocol/custom/streams.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import { pipeIo } from "./pipe-io.ts";
import type { Program, ProgramEnd } from "./program.ts";

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
  const ended: Promise<ProgramEnd> = running.exit.then(
    ({ code }) => ({ code, signal: null }),
    // The engine broke off: nobody knows how it ended.
    () => ({ code: null, signal: null }),
  );
  return {
    ...pipeIo(running, ended),
    onEnd: (listener) => void ended.then(listener),
    // The command may be over before the engine says so.
    resize: (to) => void running.resize(to).catch(() => {}),
    signal: (name) => void running.signal(name),
    async end() {
      await running.signal("SIGHUP");
      running.close();
    },
  };
}
