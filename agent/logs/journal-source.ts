import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { maxLineChars } from "../../domain/logs/logs.ts";
import {
  type LogSource,
  type ReadRequest,
  SourceError,
  type SourceEvent,
  type SourceLine,
} from "./source.ts";
import { tellingQuiet } from "./telling-quiet.ts";

export interface JournalSourceOptions {
  name: string;
  unit: string;
  /** null = the system's journal. */
  folder: string | null;
  /** `journalctl`, or another by its path. */
  command: string;
}

const mostLines = 20_000;

/** A unit of the journal, by `journalctl`; the cursor is the journal's own. */
export function journalSource(options: JournalSourceOptions): LogSource {
  return { name: options.name, title: options.unit, read: (request) => read(options, request) };
}

async function* read(options: JournalSourceOptions, request: ReadRequest): AsyncGenerator<SourceEvent> {
  const child = spawn(options.command, commandLine(options, request), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, LANG: "C.UTF-8" },
  });
  let problem = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    problem = `${problem}${text}`.slice(-2_000);
  });
  const failed = new Promise<Error | null>((resolve) => {
    child.once("error", resolve);
    child.once("close", () => resolve(null));
  });
  const stop = () => child.kill("SIGTERM");
  request.signal.addEventListener("abort", stop, { once: true });
  try {
    const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
    for await (const event of tellingQuiet(lines, request.follow)) {
      const line = event === "quiet" ? null : readEntry(event.value);
      if (event === "quiet") yield { kind: "current", cursor: null };
      else if (line) yield { kind: "line", line };
    }
    const error = await failed;
    if (request.signal.aborted) return;
    if (error) throw new SourceError(startProblem(options.command, error));
    if (child.exitCode !== 0) {
      throw new SourceError(
        `${options.command} failed: ${problem.trim() || `it exited with ${child.exitCode}`}`,
      );
    }
  } finally {
    request.signal.removeEventListener("abort", stop);
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      child.kill("SIGTERM");
      await once(child, "close");
    }
  }
}

function commandLine({ unit, folder }: JournalSourceOptions, request: ReadRequest): string[] {
  const { cursor, lines, sinceMs, follow } = request;
  return [
    "--output=json",
    "--no-pager",
    "--quiet",
    "--all",
    `--unit=${unit}`,
    ...(folder === null ? [] : [`--directory=${folder}`]),
    ...(cursor === null
      ? [
          `--lines=${lines ?? mostLines}`,
          ...(sinceMs === null ? [] : [`--since=@${Math.floor(sinceMs / 1000)}`]),
        ]
      : [`--after-cursor=${cursor}`, "--lines=all"]),
    ...(follow ? ["--follow"] : []),
  ];
}

/** null = not an entry with a message. */
export function readEntry(json: string): SourceLine | null {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return null;
  }
  const { MESSAGE: message, __CURSOR: cursor, __REALTIME_TIMESTAMP: micros } = entry;
  if (typeof cursor !== "string") return null;
  // What is not text comes as a list of bytes.
  const text = Array.isArray(message) ? Buffer.from(message as number[]).toString("utf8") : message;
  if (typeof text !== "string") return null;
  const timeMs = Math.floor(Number(micros) / 1000);
  return {
    timeMs: Number.isFinite(timeMs) ? timeMs : null,
    stream: null,
    text: text.trimEnd().replaceAll("\n", " ⏎ ").slice(0, maxLineChars),
    cursor,
  };
}

function startProblem(command: string, error: Error): string {
  return (error as NodeJS.ErrnoException).code === "ENOENT"
    ? `there is no ${command} on this host, so its journal cannot be read`
    : `${command} could not be started: ${error.message}`;
}
