import { spawnSync } from "node:child_process";
import type { TerminalSize } from "../../protocol/custom/streams.ts";
import type { Io } from "../io.ts";

/** Leaves the other screen, shows the cursor, ends mouse reports and bracketed paste, and what colours there are. */
const plainScreen = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[0m";

export function sizeOf({ stdout }: Io): TerminalSize {
  return { cols: stdout.columns || 80, rows: stdout.rows || 24 };
}

/** A person's terminal, given over to what runs elsewhere: every key goes there. */
export class RawTerminal {
  private readonly io: Io;
  private readonly restore = () => this.io.stdin.setRawMode?.(false);
  private onResize: (() => void) | null = null;

  constructor(io: Io) {
    this.io = io;
  }

  enter(resized: (size: TerminalSize) => void): void {
    this.io.stdin.setRawMode?.(true);
    // Node leaves line feeds to be turned into two characters, which moves what programs draw. Without stty it stays so.
    if (this.io.stdin === process.stdin)
      spawnSync("stty", ["-opost"], { stdio: ["inherit", "ignore", "ignore"] });
    // Also when something ends the process at once.
    process.once("exit", this.restore);
    this.onResize = () => resized(sizeOf(this.io));
    this.io.stdout.on?.("resize", this.onResize);
  }

  /** `broken`: what ran could not put the screen back itself. */
  leave(broken: boolean): void {
    if (this.onResize) this.io.stdout.off?.("resize", this.onResize);
    process.removeListener("exit", this.restore);
    this.restore();
    if (broken) this.io.stdout.write(plainScreen);
  }
}

/** Finds `~.` at the beginning of a line, with which a person leaves what hangs, as with ssh. */
export function escapeWatch(): (data: Uint8Array) => boolean {
  let atLineStart = true;
  let tilde = false;
  return (data) => {
    for (const byte of data) {
      if (tilde && byte === 0x2e) return true;
      tilde = atLineStart && byte === 0x7e;
      atLineStart = byte === 0x0d || byte === 0x0a;
    }
    return false;
  };
}
