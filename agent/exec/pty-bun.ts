import type { TerminalSize } from "../../protocol/custom/streams.ts";
import type { HostCommand, Program, ProgramEnd } from "./program.ts";
import { continueSession, endSession, signalGroup, stopSession } from "./session-processes.ts";

/** What is used of Bun here; its own types would change those of Node everywhere. */
interface BunTerminal {
  write(data: Uint8Array | string): number;
  resize(cols: number, rows: number): void;
  close(): void;
}
interface Bun {
  spawn(
    argv: string[],
    options: {
      cwd: string;
      env: Record<string, string>;
      terminal: {
        cols: number;
        rows: number;
        name: string;
        data: (terminal: BunTerminal, data: Uint8Array) => void;
        drain: () => void;
        exit: () => void;
      };
      onExit: (process: unknown, code: number | null, signal: number | string | null) => void;
    },
  ): { pid: number; terminal: BunTerminal; signalCode: string | null };
}

const endOfInput = "\x04";

/** For the compiled agent. A terminal of Bun cannot be paused by its reader, so what writes into it is held up instead. */
export function startPty({ argv, cwd, env }: HostCommand, { cols, rows }: TerminalSize): Program {
  const outputs: ((from: "stdout", data: Uint8Array) => void)[] = [];
  const early: Uint8Array[] = [];
  const ends: ((end: ProgramEnd) => void)[] = [];
  const drains: (() => void)[] = [];
  let end: ProgramEnd | null = null;
  let closed = false;
  let paused = false;
  const drained = () => {
    for (const resolve of drains.splice(0)) resolve();
  };
  const settle = () => {
    if (!end || !closed) return;
    drained();
    for (const listener of ends.splice(0)) listener(end);
  };
  const { Bun } = globalThis as unknown as { Bun: Bun };
  const child = Bun.spawn(argv, {
    cwd,
    env,
    terminal: {
      cols,
      rows,
      name: env.TERM ?? "xterm-256color",
      data(_, data) {
        const own = Uint8Array.from(data);
        if (outputs.length === 0) early.push(own);
        for (const listener of outputs) listener("stdout", own);
      },
      drain: drained,
      exit() {
        closed = true;
        settle();
      },
    },
    onExit(_, code, signal) {
      end =
        signal === null ? { code, signal: null } : { code: null, signal: child.signalCode ?? String(signal) };
      settle();
    },
  });
  const { terminal, pid } = child;
  return {
    onOutput(listener) {
      outputs.push(listener);
      for (const data of early.splice(0)) listener("stdout", data);
    },
    onEnd(listener) {
      ends.push(listener);
      settle();
    },
    pause() {
      if (paused || closed) return;
      paused = true;
      stopSession(pid);
    },
    resume() {
      if (!paused || closed) return;
      paused = false;
      continueSession(pid);
    },
    async write(data) {
      if (closed) return;
      const written = terminal.write(data);
      if (written < data.byteLength) await new Promise<void>((resolve) => drains.push(resolve));
    },
    endInput() {
      if (!closed) terminal.write(endOfInput);
    },
    resize(size) {
      if (!closed) terminal.resize(size.cols, size.rows);
    },
    signal: (name) => signalGroup(pid, name),
    async end() {
      await endSession(pid);
      if (!closed) terminal.close();
    },
  };
}
