import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Cli } from "../../cli.ts";
import { path } from "../../client.ts";
import { saveAnswer } from "../../download.ts";
import { Failure } from "../../exit-codes.ts";
import { argument, command, option, text } from "../../spec.ts";

/** A line of an asciicast, version 2: seconds since the beginning, what it is, and its text. */
const castEvent = z.tuple([z.number(), z.string(), z.string()]);

export const replayExecSession = command({
  name: "replay",
  summary: "Play a recorded session on this terminal, or save it",
  about: "Recordings are asciicasts of version 2, and are kept for 30 days. Looking at one is audited.",
  args: { session: argument("Its id", text) },
  options: {
    speed: option(
      "--speed <factor>",
      "Faster or slower; 0 = all at once (default 1)",
      z.coerce.number().min(0).max(100).default(1),
    ),
    pause: option(
      "--longest-pause <seconds>",
      "Longer ones are cut short (default 2)",
      z.coerce.number().min(0).max(3600).default(2),
    ),
    output: option("-o, --output <file>", "Save it in a new file instead", text.optional()),
  },
  examples: [
    "muster exec-sessions replay str_01JD0000000000000000000000 --speed 2",
    "muster exec-sessions replay str_01JD0000000000000000000000 -o session.cast",
  ],
  answer: null,
  async run(cli, { args, options }) {
    const client = await cli.client();
    const response = await client.open({
      method: "GET",
      path: path`/v1/exec-sessions/${args.session}/recording`,
    });
    if (options.output !== undefined) {
      await saveAnswer(cli, response, options.output);
      cli.output.note(`Written to ${options.output}.`);
      return;
    }
    if (!response.body) throw new Failure("failed", "The server sent nothing.");
    // The types of the two standard libraries differ; the stream is the same.
    await play(cli, Readable.fromWeb(response.body as ReadableStream), options);
  },
});

async function play(cli: Cli, recording: Readable, { speed, pause }: { speed: number; pause: number }) {
  let atSeconds = 0;
  let first = true;
  for await (const line of createInterface({ input: recording })) {
    if (first || line === "") {
      first = false;
      continue;
    }
    const [seconds, type, shown] = castEvent.parse(JSON.parse(line));
    if (speed > 0 && seconds > atSeconds) {
      const waitMs = (Math.min(seconds - atSeconds, pause) * 1000) / speed;
      await delay(waitMs, undefined, { signal: cli.signal });
    }
    atSeconds = seconds;
    if (type === "o") cli.io.stdout.write(shown);
  }
}
