import { statSync } from "node:fs";
import { join } from "node:path";

export interface EditWatchOptions {
  folder: string;
  /** Of the managed files, relative to `folder`. */
  names: () => string[];
  /** While a config is being applied the agent itself writes them. */
  busy: () => boolean;
  /** One of them was written, replaced or taken away by somebody else. */
  onEdit: () => void;
  everyMs?: number;
}

/** A file that is written without end is looked at less and less often. */
const slowestMs = 60_000;

/**
 * Notices edits of the managed files by what the file system says of them, which costs no reading. It looks instead of
 * being told, since not every file system tells.
 */
export class EditWatch {
  readonly #options: EditWatchOptions;
  readonly #everyMs: number;
  #waitMs: number;
  #names: string[] = [];
  #known = "";
  #timer: NodeJS.Timeout | null = null;

  constructor(options: EditWatchOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? 2_000;
    this.#waitMs = this.#everyMs;
  }

  start(): void {
    this.settled();
    this.#again();
  }

  /** The files are as the agent left them: call it before it reports them. */
  settled(): void {
    this.#names = this.#options.names();
    this.#known = this.#look();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #again(): void {
    this.#timer = setTimeout(() => {
      this.#check();
      this.#again();
    }, this.#waitMs);
    this.#timer.unref();
  }

  #check(): void {
    if (this.#options.busy()) return;
    const now = this.#look();
    if (now === this.#known) {
      this.#waitMs = this.#everyMs;
      return;
    }
    this.#known = now;
    this.#waitMs = Math.min(this.#waitMs * 2, slowestMs);
    this.#options.onEdit();
  }

  #look(): string {
    return this.#names.map((name) => stampOf(join(this.#options.folder, name))).join("\n");
  }
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    // Gone, or its folder is: that is an edit too.
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}
