import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { type LogLine, maxLineChars } from "./engine.ts";
import { framePieces } from "./frames.ts";

type Stream = LogLine["stream"];

/** Puts lines together of one stream. Each message of the engine begins with its time; a long line is several of them. */
class LineBuilder {
  private readonly stream: Stream;
  private readonly decoder = new StringDecoder("utf8");
  private timestamp: string | null = null;
  private text = "";
  /** What came of a message whose time is not whole yet. */
  private opening: string | null = null;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  *add(bytes: Buffer, beginsMessage: boolean): Generator<LogLine> {
    if (beginsMessage) this.opening = "";
    let rest = this.decoder.write(bytes);
    while (rest !== "") {
      if (this.opening !== null) {
        const space = rest.indexOf(" ");
        this.opening += space === -1 ? rest : rest.slice(0, space);
        if (space === -1) return;
        this.timestamp ??= this.opening;
        this.opening = null;
        rest = rest.slice(space + 1);
      }
      const end = rest.indexOf("\n");
      this.take(end === -1 ? rest : rest.slice(0, end));
      if (end === -1) return;
      yield this.line();
      rest = rest.slice(end + 1);
      // Without frames the next line's time follows at once.
      if (this.stream === null) this.opening = "";
    }
  }

  /** What was written without an end of line, once nothing more comes. */
  *end(): Generator<LogLine> {
    if (this.timestamp !== null && this.text !== "") yield this.line();
  }

  private take(text: string): void {
    if (this.text.length < maxLineChars) this.text = (this.text + text).slice(0, maxLineChars);
  }

  private line(): LogLine {
    const timestamp = this.timestamp ?? "";
    const line = {
      stream: this.stream,
      timeMs: Date.parse(timestamp) || 0,
      timestamp,
      text: this.text.replace(/\r$/, ""),
    };
    this.timestamp = null;
    this.text = "";
    return line;
  }
}

/** Lines of an engine's log with times; `tty` = the container has a terminal, so its log has no frames. */
export async function* logLines(source: Readable, tty: boolean): AsyncGenerator<LogLine> {
  if (tty) {
    const builder = new LineBuilder(null);
    let first = true;
    for await (const chunk of source as AsyncIterable<Buffer>) {
      yield* builder.add(chunk, first);
      first = false;
    }
    yield* builder.end();
    return;
  }
  const builders = { stdout: new LineBuilder("stdout"), stderr: new LineBuilder("stderr") };
  for await (const { stream, bytes, first } of framePieces(source)) yield* builders[stream].add(bytes, first);
  yield* builders.stdout.end();
  yield* builders.stderr.end();
}
