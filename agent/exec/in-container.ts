import { setTimeout as sleep } from "node:timers/promises";
import type { TerminalSize } from "../../protocol/custom/streams.ts";
import type { ContainerEngine, ContainerExec } from "../containers/engine.ts";
import type { Log } from "../log.ts";
import { pipeIo } from "./pipe-io.ts";
import type { Program, ProgramEnd } from "./program.ts";

export interface ContainerCommand {
  container: string;
  argv: readonly string[];
  tty: boolean;
  size: TerminalSize;
  env: Record<string, string>;
}

/** When to look whether what was hung up is gone: 3.1 s in all. */
const looksMs = [100, 200, 400, 800, 1_600];

/** A command inside a running container, by its engine. Throws when the engine refuses. */
export async function startInContainer(
  engine: ContainerEngine,
  command: ContainerCommand,
  log: Log,
): Promise<Program> {
  const { container, argv, tty, size, env } = command;
  const running = await engine.exec(container, { command: argv, tty, env, ...(tty && { size }) });
  const ended: Promise<ProgramEnd> = running.exit.then(
    ({ code }) => ({ code, signal: null }),
    // The engine broke off: nobody knows how it ended.
    () => ({ code: null, signal: null }),
  );
  const warn = (error: unknown) => log("warn", error instanceof Error ? error.message : String(error));
  return {
    ...pipeIo(running, ended),
    onEnd: (listener) => void ended.then(listener),
    // The command may be over before the engine says so.
    resize: (to) => void running.resize(to).catch(() => {}),
    signal: (name) => void running.signal(name).catch(warn),
    async end() {
      await hangUp(running).catch(warn);
      running.close();
    },
  };
}

async function hangUp(running: ContainerExec): Promise<void> {
  if (!(await running.signal("SIGHUP"))) return;
  for (const lookMs of looksMs) {
    await sleep(lookMs);
    if (!(await running.signal(0))) return;
  }
  await running.signal("SIGKILL");
}
