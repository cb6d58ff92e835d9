import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { constants as os } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { ReadStream } from "node:tty";
import type { TerminalSize } from "../../protocol/custom/streams.ts";
import type { HostCommand, Program, ProgramEnd } from "./program.ts";
import { endSession, signalGroup } from "./session-processes.ts";

/** The native part of node-pty. Its own stream gives up what is unread 200 ms after the program ended. */
interface Native {
  fork(
    file: string,
    args: string[],
    env: string[],
    cwd: string,
    cols: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helperPath: string,
    onExit: (code: number, signal: number) => void,
  ): { fd: number; pid: number };
  resize(fd: number, cols: number, rows: number): void;
}

const load = createRequire(import.meta.url);
const endOfInput = Uint8Array.of(4);

function native(): { native: Native; helper: string } {
  const folder = `@lydell/node-pty-${process.platform}-${process.arch}`;
  const helper = process.platform === "darwin" ? load.resolve(`${folder}/spawn-helper`) : "";
  // Of this very version: the package is pinned.
  return { native: load(`${folder}/pty.node`) as Native, helper };
}

/** For the agent as it runs from its source, on Node. */
export function startPty({ argv, cwd, env }: HostCommand, { cols, rows }: TerminalSize): Program {
  const [command = "", ...args] = argv;
  const file = findProgram(command, env.PATH ?? "");
  const { native: pty, helper } = native();
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  let end: ProgramEnd | null = null;
  let closed = false;
  const listeners: ((end: ProgramEnd) => void)[] = [];
  const settle = () => {
    if (!end || !closed) return;
    for (const listener of listeners.splice(0)) listener(end);
  };
  const { fd, pid } = pty.fork(file, args, pairs, cwd, cols, rows, -1, -1, true, helper, (code, signal) => {
    end = signal > 0 ? { code: null, signal: signalName(signal) } : { code, signal: null };
    settle();
  });
  const terminal = new ReadStream(fd);
  // Linux answers EIO once nobody holds the other end.
  terminal.on("error", () => terminal.destroy());
  terminal.once("close", () => {
    closed = true;
    settle();
  });
  terminal.once("end", () => terminal.destroy());
  return {
    onOutput: (listener) => void terminal.on("data", (data: Buffer) => listener("stdout", data)),
    onEnd(listener) {
      listeners.push(listener);
      settle();
    },
    pause: () => void terminal.pause(),
    resume: () => void terminal.resume(),
    write: (data) =>
      new Promise((resolve) => {
        if (closed) resolve();
        // A tty stream writes too, though its type does not say so.
        else (terminal as unknown as NodeJS.WritableStream).write(data, () => resolve());
      }),
    endInput() {
      if (!closed) (terminal as unknown as NodeJS.WritableStream).write(endOfInput);
    },
    resize(size) {
      if (!terminal.destroyed) pty.resize(fd, size.cols, size.rows);
    },
    signal: (name) => signalGroup(pid, name),
    async end() {
      await endSession(pid);
      terminal.destroy();
    },
  };
}

function findProgram(command: string, path: string): string {
  const places = command.includes("/")
    ? [command]
    : path.split(delimiter).map((folder) => join(folder, command));
  for (const place of places) {
    try {
      accessSync(place, constants.X_OK);
      return isAbsolute(place) ? place : join(process.cwd(), place);
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`spawn ${command} ENOENT`);
}

const signalName = (number: number): string =>
  Object.entries(os.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
