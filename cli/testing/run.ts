import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Io } from "../io.ts";
import { run } from "../main.ts";
import { nowMs } from "./clock.ts";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string;
  cwd?: string;
  columns?: number;
  signal?: AbortSignal;
  onStdout?: (text: string) => void;
}

export { nowMs };

/** A folder of its own for profile files. */
export const newHome = () => mkdtemp(join(tmpdir(), "muster-cli-"));

/** Runs one command line in this process, as `muster` would, without a terminal unless `columns` is given. */
export async function runCli(argv: string[], options: RunOptions = {}): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const sink = (add: (text: string) => void) => ({
    write(data: string | Uint8Array, done?: () => void) {
      add(typeof data === "string" ? data : Buffer.from(data).toString("utf8"));
      done?.();
    },
    isTTY: options.columns !== undefined,
    columns: options.columns,
  });
  const io: Io = {
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    stdout: sink((text) => {
      stdout += text;
      options.onStdout?.(text);
    }),
    stderr: sink((text) => {
      stderr += text;
    }),
    env: { NO_COLOR: "1", ...options.env },
    cwd: options.cwd ?? tmpdir(),
    now: () => nowMs,
  };
  const code = await run(argv, io, options.signal ?? new AbortController().signal);
  return { code, stdout, stderr };
}
