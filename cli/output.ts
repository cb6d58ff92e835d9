import { createColors } from "picocolors";
import type { Io } from "./io.ts";

type Colors = ReturnType<typeof createColors>;

/** How text for people is to look. */
export interface Style {
  color: Colors;
  /** Columns of the terminal; null when nobody looks at one, so that nothing is cut off in pipes. */
  width: number | null;
  nowMs: number;
}

/** Results go to standard output, everything else to standard error. */
export interface Output {
  json: boolean;
  style: Style;
  /** The one result of a command: its JSON document, or its text for people. */
  result(value: unknown, text: (style: Style) => string): void;
  /** One item of a stream: one JSON line, or one line of text. */
  item(value: unknown, text: (style: Style) => string): void;
  /** Progress and remarks. */
  note(text: string): void;
  /** Rewrites one status line in place on a terminal; elsewhere prints it when it has changed. */
  progress(text: string): void;
  endProgress(): void;
}

/** Names and error texts come from agents and other people: they must not steer the terminal. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

export function wantsColor(env: Io["env"], isTTY: boolean | undefined): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== "0") return true;
  return Boolean(isTTY) && env.TERM !== "dumb";
}

export function createOutput(io: Io, json: boolean): Output {
  const style: Style = {
    color: createColors(wantsColor(io.env, io.stdout.isTTY)),
    width: io.stdout.isTTY ? (io.stdout.columns ?? 80) : null,
    nowMs: io.now(),
  };
  let shown = "";
  const lineBreak = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);
  const endProgress = () => {
    if (shown !== "" && io.stderr.isTTY) io.stderr.write("\r\u001b[2K");
    shown = "";
  };
  const emit = (text: string) => {
    endProgress();
    if (text !== "") io.stdout.write(lineBreak(text));
  };
  return {
    json,
    style,
    result(value, text) {
      emit(json ? JSON.stringify(value, null, 2) : text(style));
    },
    item(value, text) {
      emit(json ? JSON.stringify(value) : text(style));
    },
    note(text) {
      endProgress();
      io.stderr.write(lineBreak(text));
    },
    progress(text) {
      if (text === shown) return;
      if (io.stderr.isTTY) {
        const width = io.stderr.columns ?? 80;
        const line = text.length >= width ? `${text.slice(0, width - 2)}…` : text;
        io.stderr.write(`\r\u001b[2K${line}`);
      } else {
        io.stderr.write(lineBreak(text));
      }
      shown = text;
    },
    endProgress,
  };
}
