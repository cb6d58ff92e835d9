import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Failure } from "./exit-codes.ts";
import type { Io } from "./io.ts";

/** Asks on the terminal; refuses with `instead` when there is none, so that scripts never hang. */
export async function ask(
  io: Pick<Io, "stdin"> & { stderr: { write(text: string): unknown } },
  question: string,
  options: { hidden?: boolean; instead: string; signal: AbortSignal },
): Promise<string> {
  if (!io.stdin.isTTY) {
    throw new Failure("usage", `There is no terminal to ask on. ${options.instead}`);
  }
  // Readline shows the question and what is typed on its output: give it one that swallows a secret.
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (!options.hidden) io.stderr.write(String(chunk));
      done();
    },
  });
  if (options.hidden) io.stderr.write(question);
  const lines = createInterface({ input: io.stdin, output: echo, terminal: true });
  const interrupted = new AbortController();
  lines.once("SIGINT", () => interrupted.abort());
  lines.once("close", () => interrupted.abort());
  try {
    return await lines.question(question, { signal: AbortSignal.any([options.signal, interrupted.signal]) });
  } catch {
    throw new Failure("interrupted", "Interrupted.");
  } finally {
    lines.close();
    if (options.hidden) io.stderr.write("\n");
  }
}
