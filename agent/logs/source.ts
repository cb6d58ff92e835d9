/** Something that lines can be read from: a file, a unit of the journal, a container, the program's output. */
export interface LogSource {
  /** As `parseSource` reads it. */
  name: string;
  /** For people. */
  title: string;
  /**
   * Reads until the signal, or without `follow` until there is no more. Throws a SourceError when it cannot be read. A
   * reader that stops asking is not overrun: what was written meanwhile waits in the source.
   */
  read(request: ReadRequest): AsyncIterable<SourceEvent>;
}

export interface ReadRequest {
  /** Goes on behind the line that had it. */
  cursor: string | null;
  /** Without a cursor: begins about so many lines before the end; null = as far back as is sensible. */
  lines: number | null;
  /** Without a cursor: what is older may be left out. Epoch ms. */
  sinceMs: number | null;
  follow: boolean;
  signal: AbortSignal;
}

export interface SourceLine {
  /** Epoch ms; null = nobody knows. */
  timeMs: number | null;
  stream: "stdout" | "stderr" | null;
  /** Without its end; at most `maxLineChars`. */
  text: string;
  cursor: string;
}

export type SourceEvent =
  | { kind: "line"; line: SourceLine }
  /** Something is missing here; in words. */
  | { kind: "lost"; text: string }
  /** All that was there at the beginning has been told; once, and only with `follow`. The cursor is of this place, if there is one. */
  | { kind: "current"; cursor: string | null };

/** Why a source cannot be read: the cause, then what to do. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}
