import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Program } from "./program.ts";

export interface Pipes {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
}

/** How a program without a terminal of ours is read and fed. `ended`: it takes no more. */
export function pipeIo(
  { stdin, stdout, stderr }: Pipes,
  ended: Promise<unknown>,
): Pick<Program, "onOutput" | "pause" | "resume" | "write" | "endInput"> {
  // A program that does not read its input is not a failure.
  stdin.on("error", () => {});
  return {
    onOutput(listener) {
      stdout.on("data", (data: Buffer) => listener("stdout", data));
      stderr.on("data", (data: Buffer) => listener("stderr", data));
    },
    pause() {
      stdout.pause();
      stderr.pause();
    },
    resume() {
      stdout.resume();
      stderr.resume();
    },
    async write(data) {
      if (!stdin.writable || stdin.write(data)) return;
      const over = new AbortController();
      const event = (name: string) => once(stdin, name, { signal: over.signal }).catch(() => {});
      await Promise.race([event("drain"), event("close"), ended]);
      over.abort();
    },
    endInput: () => stdin.end(),
  };
}
