import type { Readable } from "node:stream";

/** Everything of the process that commands touch, so that tests can hand in their own. */
export interface Io {
  stdin: Readable & { isTTY?: boolean; setRawMode?: (on: boolean) => unknown; unref?: () => unknown };
  stdout: Sink;
  stderr: Sink;
  env: Record<string, string | undefined>;
  cwd: string;
  now(): number;
}

export interface Sink {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
  /** `done`: it was taken. */
  write(data: string | Uint8Array, done?: () => void): unknown;
  on?(event: "resize", listener: () => void): unknown;
  off?(event: "resize", listener: () => void): unknown;
}

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
  };
}

/** All of standard input. */
export async function readBytes(stdin: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks);
}

/** All of standard input as text. */
export const readAll = async (stdin: Readable): Promise<string> => (await readBytes(stdin)).toString("utf8");
