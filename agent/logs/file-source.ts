import type { FileHandle } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { maxLineChars } from "../../domain/logs/logs.ts";
import { placeBefore } from "./file-start.ts";
import { type Generation, generations, locate, openGeneration, readAt } from "./generations.ts";
import { lineTime } from "./line-time.ts";
import { type Place, placeText, proofBytes, proofOf, readPlace, startOf } from "./place.ts";
import { type LogSource, type ReadRequest, SourceError, type SourceEvent } from "./source.ts";

const chunkBytes = 64 * 1024;
const lineFeed = 10;

export interface FileSourceOptions {
  name: string;
  title: string;
  /** Absolute, without links in it. */
  path: string;
  /** Between two looks for more. */
  pollMs: number;
}

/**
 * A file and those that it was rotated into, renamed or copied away and emptied. Its cursor is a place in one of them, so
 * that nothing is told twice, and a place that is gone is told as lost.
 */
export function fileSource({ name, title, path, pollMs }: FileSourceOptions): LogSource {
  return { name, title, read: (request) => new FileReading(path, pollMs, request).events() };
}

class FileReading {
  private readonly path: string;
  private readonly pollMs: number;
  private readonly request: ReadRequest;
  private file: FileHandle | null = null;
  private place: Place = startOf(0);
  /** Read and not told yet; begins at the place. */
  private pending: Buffer = Buffer.alloc(0);
  /** The bytes before the place. */
  private before: Buffer = Buffer.alloc(0);
  /** The rest of a line that was cut is passed over. */
  private skipping = false;
  private current = false;
  /** What there was at the beginning. */
  private there: Generation[] = [];
  private leaving = false;
  private lastTimeMs: number | null = null;

  constructor(path: string, pollMs: number, request: ReadRequest) {
    this.path = path;
    this.pollMs = pollMs;
    this.request = request;
  }

  async *events(): AsyncGenerator<SourceEvent> {
    const { signal, follow } = this.request;
    try {
      yield* this.begin();
      while (!signal.aborted) {
        const more = await this.readMore();
        if (more === "moved") {
          yield* this.relocate();
          continue;
        }
        if (more === "bytes") {
          this.leaving = false;
          yield* this.lines();
          if (follow && this.caughtUp()) yield* this.becomeCurrent();
          continue;
        }
        const newer = await this.newer();
        if (newer && this.file && follow && !this.leaving) {
          // Whoever writes may do so a moment longer after the file was renamed.
          this.leaving = true;
          await this.wait();
        } else if (newer) {
          yield* this.rest();
          await this.enter(newer, startOf(newer.inode));
        } else if (follow) {
          yield* this.becomeCurrent();
          await this.wait();
        } else {
          yield* this.rest();
          return;
        }
      }
    } catch (error) {
      throw asSourceError(this.path, error);
    } finally {
      await this.file?.close();
      this.file = null;
    }
  }

  /** Whether all is told that was there at the beginning: whoever writes all the time leaves no pause to tell it by. */
  private caughtUp(): boolean {
    const { inode, offset } = this.place;
    const [present] = this.there.slice(-1);
    if (present && inode === present.inode) return offset >= present.size;
    return !this.there.some((one) => one.inode === inode);
  }

  private *becomeCurrent(): Generator<SourceEvent> {
    if (!this.current) yield { kind: "current", cursor: this.file ? placeText(this.place) : null };
    this.current = true;
  }

  private async *begin(): AsyncGenerator<SourceEvent> {
    const { cursor, lines, sinceMs } = this.request;
    this.there = await generations(this.path);
    const place = cursor === null ? null : readPlace(cursor);
    if (cursor !== null && !place) throw new SourceError(`"${cursor}" is no place in ${this.path}`);
    if (place) {
      this.place = place;
      yield* this.relocate();
      return;
    }
    const all = this.there.filter(
      ({ modifiedMs, path }) => sinceMs === null || modifiedMs >= sinceMs || path === this.path,
    );
    const start = await placeBefore(all, lines);
    if (start) await this.enter(start.generation, start.place);
  }

  /** The place is not where it was: the file was renamed, or copied away and emptied, or is gone. */
  private async *relocate(): AsyncGenerator<SourceEvent> {
    const all = await generations(this.path);
    const found = await locate(all, this.place);
    if (found) {
      await this.enter(found, { ...this.place, inode: found.inode });
      return;
    }
    const [oldest] = all;
    // Nothing was told of a file that had nothing yet: then nothing is lost.
    if (this.place.offset > 0) {
      yield {
        kind: "lost",
        text: "lines may be missing here: the log was rotated away or emptied before it was read",
      };
    }
    if (oldest) await this.enter(oldest, startOf(oldest.inode));
  }

  private async enter(generation: Generation, place: Place): Promise<void> {
    await this.file?.close();
    this.file = await openGeneration(generation.path);
    this.pending = Buffer.alloc(0);
    this.before = Buffer.alloc(0);
    this.skipping = false;
    this.leaving = false;
    this.place = place;
    if (!this.file) return;
    const length = Math.min(place.offset, proofBytes);
    this.before = await readAt(this.file, place.offset - length, length);
  }

  /** Reads the bytes before the place again as well: when they differ, the file was emptied and has grown since. */
  private async readMore(): Promise<"bytes" | "nothing" | "moved"> {
    if (!this.file) return "nothing";
    const known = Buffer.concat([this.before, this.pending]);
    const proven = known.subarray(-proofBytes);
    const end = this.place.offset + this.pending.length;
    const read = await readAt(this.file, end - proven.length, proven.length + chunkBytes);
    if (!read.subarray(0, proven.length).equals(proven)) return "moved";
    if (read.length === proven.length) return "nothing";
    this.pending = Buffer.concat([this.pending, read.subarray(proven.length)]);
    return "bytes";
  }

  /** The generation after the one that is read; the present file, where none is open. */
  private async newer(): Promise<Generation | null> {
    const all = await generations(this.path);
    if (!this.file) return all.at(-1) ?? null;
    const at = all.findIndex(({ inode }) => inode === this.place.inode);
    return at === -1 ? (all[0] ?? null) : (all[at + 1] ?? null);
  }

  private *lines(): Generator<SourceEvent> {
    for (;;) {
      const end = this.pending.indexOf(lineFeed);
      if (end !== -1) {
        yield* this.tell(end, 1);
      } else if (this.pending.length >= chunkBytes) {
        yield* this.tell(this.pending.length, 0);
      } else {
        return;
      }
    }
  }

  /** What has no end of line, once nothing is added to it. */
  private *rest(): Generator<SourceEvent> {
    if (this.pending.length > 0) yield* this.tell(this.pending.length, 0);
  }

  private *tell(length: number, ending: 0 | 1): Generator<SourceEvent> {
    const text = this.pending.subarray(0, length).toString("utf8").replace(/\r$/, "");
    const skipped = this.skipping;
    this.skipping = ending === 0;
    this.advance(length + ending);
    if (skipped) return;
    const timeMs = lineTime(text) ?? (this.current ? Date.now() : this.lastTimeMs);
    this.lastTimeMs = timeMs;
    yield {
      kind: "line",
      line: { timeMs, stream: null, text: text.slice(0, maxLineChars), cursor: placeText(this.place) },
    };
  }

  private advance(length: number): void {
    const taken = this.pending.subarray(0, length);
    this.pending = this.pending.subarray(length);
    this.before = Buffer.concat([this.before, taken]).subarray(-proofBytes);
    this.place = { ...this.place, offset: this.place.offset + length, proof: proofOf(this.before) };
  }

  private async wait(): Promise<void> {
    await pause(this.pollMs, undefined, { signal: this.request.signal, ref: false }).catch(() => {});
  }
}

function asSourceError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") {
    return new SourceError(`the agent may not read ${path}: let its user read it`);
  }
  if (code === "ELOOP") return new SourceError(`${path} is a link: name the file that it leads to`);
  return error;
}
