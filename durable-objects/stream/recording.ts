import { recordingBytes } from "../../domain/streams/streams.ts";
import type { StreamFacts } from "../../protocol/rpc/streams.ts";

/** Rows are written at this size, or so long after the first byte that waits. */
const rowBytes = 64 * 1024;
const waitMs = 2_000;
/** What one `read` answers, about. */
const pieceBytes = 1024 * 1024;
const fullText = "the recording is full: what follows is left out";

/**
 * What the agent sends, as asciicast v2: a header line, then one line `[seconds, "o", text]` each. Bounded; what comes
 * after the bound is left out, and the last line says so.
 */
export class Recording {
  readonly #sql: SqlStorage;
  #lines: string[] = [];
  #waiting = 0;
  #sinceMs: number | null = null;
  #written = 0;
  #full = false;
  #decoders: Record<"stdout" | "stderr", TextDecoder> = {
    stdout: new TextDecoder(),
    stderr: new TextDecoder(),
  };

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  load(): void {
    const { bytes } = this.#sql
      .exec<{ bytes: number | null }>("SELECT SUM(LENGTH(data)) AS bytes FROM recording")
      .one();
    this.#written = bytes ?? 0;
    const [last] = this.#sql
      .exec<{ data: ArrayBuffer }>("SELECT data FROM recording ORDER BY position DESC LIMIT 1")
      .toArray();
    this.#full = last !== undefined && new TextDecoder().decode(last.data).endsWith(endOf(fullText));
  }

  get bytes(): number {
    return this.#written;
  }

  begin({ title, size, openedAtMs }: StreamFacts): void {
    const header = {
      version: 2,
      width: size?.cols ?? 80,
      height: size?.rows ?? 24,
      timestamp: Math.floor(openedAtMs / 1000),
      title,
    };
    this.#add(JSON.stringify(header), openedAtMs);
  }

  output(from: "stdout" | "stderr", data: Uint8Array, startedAtMs: number, nowMs: number): void {
    const text = this.#decoders[from].decode(data, { stream: true });
    if (text !== "") this.#event("o", text, startedAtMs, nowMs);
  }

  resize(size: { cols: number; rows: number }, startedAtMs: number, nowMs: number): void {
    this.#event("r", `${size.cols}x${size.rows}`, startedAtMs, nowMs);
  }

  nextDueMs(): number | null {
    return this.#sinceMs === null ? null : this.#sinceMs + waitMs;
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const data = new TextEncoder().encode(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
    this.#waiting = 0;
    this.#sinceMs = null;
    this.#written += data.byteLength;
    this.#sql.exec("INSERT INTO recording (data) VALUES (?)", data);
  }

  /** What comes after this position, 0 = all, in pieces; `next` = the position to go on after. null = there is none. */
  read(after: number): { text: Uint8Array; next: number | null } | null {
    this.flush();
    if (this.#written === 0) return null;
    const pieces: Uint8Array[] = [];
    let size = 0;
    for (const { position, data } of this.#sql.exec<{ position: number; data: ArrayBuffer }>(
      "SELECT position, data FROM recording WHERE position > ? ORDER BY position",
      after,
    )) {
      pieces.push(new Uint8Array(data));
      size += data.byteLength;
      if (size >= pieceBytes) return { text: joined(pieces, size), next: position };
    }
    return { text: joined(pieces, size), next: null };
  }

  #event(type: "o" | "r", text: string, startedAtMs: number, nowMs: number): void {
    if (this.#full) return;
    const seconds = Math.max(0, nowMs - startedAtMs) / 1000;
    if (this.#written + this.#waiting + text.length > recordingBytes) {
      this.#full = true;
      this.#add(JSON.stringify([seconds, "m", fullText]), nowMs);
      return;
    }
    this.#add(JSON.stringify([seconds, type, text]), nowMs);
  }

  #add(line: string, nowMs: number): void {
    this.#lines.push(line);
    this.#waiting += line.length;
    this.#sinceMs ??= nowMs;
    if (this.#waiting >= rowBytes) this.flush();
  }
}

/** How a line of the recording ends. */
const endOf = (text: string): string => `,"m",${JSON.stringify(text)}]\n`;

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
