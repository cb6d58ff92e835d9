import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Cli } from "./cli.ts";
import { Failure } from "./exit-codes.ts";

/** Writes what the server sends to a new file of mode 0600, or to standard output; half a file is not left behind. */
export async function saveAnswer(cli: Cli, response: Response, output: string | undefined): Promise<void> {
  if (response.body === null) throw new Failure("failed", "The server sent nothing.");
  const file = output === undefined ? null : resolve(cli.io.cwd, output);
  const decoder = new TextDecoder();
  const target =
    file === null
      ? new Writable({
          write(chunk, _encoding, done) {
            cli.io.stdout.write(decoder.decode(chunk, { stream: true }));
            done();
          },
        })
      : createWriteStream(file, { mode: 0o600, flags: "wx" });
  try {
    await pipeline(response.body, target, { signal: cli.signal });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new Failure("conflict", `${output} is there already. Name another file, or delete it.`);
    }
    if (file !== null) await rm(file, { force: true });
    if (cli.signal.aborted) throw new Failure("interrupted", "Interrupted.");
    throw new Failure("tryAgain", "The connection was lost before everything had come. Try again.");
  }
}
