import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";

const maxBytes = 1024 * 1024;
const sinceBytes = 64 * 1024;
const tailBytes = 2000;
const tailLines = 10;
const checkEveryMs = 5_000;

/**
 * Where a child writes its output by itself, so that it outlives the agent: one file of about 1 MiB and the one
 * before it (`.1`).
 */
export class OutputFile {
  private readonly path: string;
  private file: number | null = null;
  private markedAt = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** The descriptor to give to a new child. Marks its beginning. */
  open(): number {
    this.file ??= openSync(this.path, "a+", 0o600);
    this.timer ??= setInterval(() => this.bound(), checkEveryMs).unref();
    this.bound();
    this.mark();
    return this.file;
  }

  /** What is written from now on is what `since` and `tail` tell about. */
  mark(): void {
    if (this.file !== null) this.markedAt = fstatSync(this.file).size;
  }

  since(): string {
    return this.read(sinceBytes);
  }

  /** The last lines. */
  tail(): string {
    return this.read(tailBytes).trim().split("\n").slice(-tailLines).join("\n");
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private read(atMost: number): string {
    if (this.file === null) return "";
    const size = fstatSync(this.file).size;
    const from = Math.max(Math.min(this.markedAt, size), size - atMost);
    const bytes = Buffer.alloc(size - from);
    readSync(this.file, bytes, 0, bytes.length, from);
    return bytes.toString("utf8");
  }

  /** The child keeps its descriptor, so the file is copied away and emptied; appending goes on at its start. */
  private bound(): void {
    if (this.file === null || fstatSync(this.file).size < maxBytes) return;
    copyFileSync(this.path, `${this.path}.1`);
    ftruncateSync(this.file, 0);
    this.markedAt = 0;
  }
}
