/** A program on a pseudo terminal, driven as a person drives it: by keys, and by what is seen. */
import { startPty } from "../../agent/exec/pty-node.ts";
import { until } from "./until.ts";

export interface DrivenTerminal {
  /** All that was written so far, as a terminal gets it. */
  written(): string;
  type(keys: string): void;
  resize(cols: number, rows: number): void;
  /** Until this is seen in what came after the last thing that was waited for. */
  see(what: string | RegExp): Promise<string>;
  ended: Promise<{ code: number | null; signal: string | null }>;
  close(): Promise<void>;
}

export function driveTerminal(
  argv: string[],
  {
    env,
    cwd,
    cols = 100,
    rows = 30,
  }: { env: Record<string, string>; cwd: string; cols?: number; rows?: number },
): DrivenTerminal {
  const program = startPty({ argv, env, cwd }, { cols, rows });
  let written = "";
  let from = 0;
  program.onOutput((_, data) => {
    written += Buffer.from(data).toString("utf8");
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    program.onEnd(resolve),
  );
  return {
    written: () => written,
    type: (keys) => void program.write(Buffer.from(keys)),
    resize: (toCols, toRows) => program.resize({ cols: toCols, rows: toRows }),
    see: (what) =>
      until(
        `${what} on the terminal`,
        () => {
          const rest = written.slice(from);
          const found = typeof what === "string" ? rest.indexOf(what) : rest.search(what);
          if (found < 0) return null;
          const [text = ""] = typeof what === "string" ? [what] : (rest.match(what) ?? []);
          from += found + text.length;
          return text;
        },
        30_000,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}; it shows ${JSON.stringify(written.slice(-2_000))}`);
      }),
    ended,
    close: () => program.end(),
  };
}
