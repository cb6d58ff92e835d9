import type { Readable, Writable } from "node:stream";

/** What anybody in the agent may ask of a container engine: Docker, or Podman by the same API. */
export interface ContainerEngine {
  /** Those that carry all the labels; without any, every container of the host. Throws an EngineError. */
  list(labels?: Readonly<Record<string, string>>): Promise<ContainerSummary[]>;
  /** null = there is none. `container` is an id or a name. */
  inspect(container: string): Promise<ContainerDetail | null>;
  /** One reading; null = it does not run. */
  stats(container: string): Promise<ContainerStats | null>;
  /** Ends with the container when it follows. A reader that stops asking is not overrun: the engine waits. */
  logs(container: string, options: LogOptions): AsyncIterable<LogLine>;
  exec(container: string, options: ExecOptions): Promise<ContainerExec>;
}

/** What the engine said when it refused, or that it cannot be reached. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  /** HTTP status; null = no answer came. */
  readonly status: number | null;
  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}

export type ContainerState =
  | "created"
  | "running"
  | "paused"
  | "restarting"
  | "removing"
  | "exited"
  | "dead"
  | "unknown";

export interface ContainerSummary {
  id: string;
  /** Without the leading slash. */
  name: string;
  /** As it was asked for, with tag or digest. */
  image: string;
  /** `sha256:…` of the image's config. */
  imageId: string;
  state: ContainerState;
  createdMs: number;
  labels: Readonly<Record<string, string>>;
}

export interface ContainerDetail extends ContainerSummary {
  /** On the host; null = it does not run. */
  pid: number | null;
  startedMs: number | null;
  endedMs: number | null;
  /** null = it runs, or never has. */
  exitCode: number | null;
  /** The kernel ended it for want of memory. */
  outOfMemory: boolean;
  /** How often the engine started it anew. */
  restarts: number;
  /** Of the engine's own health check, which images may bring. */
  health: "none" | "starting" | "healthy" | "unhealthy";
  /** Why it could not be started; "" = it could. */
  error: string;
  /** It has a terminal: its output is one stream. */
  tty: boolean;
}

/** Totals since the container started; null = the engine does not tell. */
export interface ContainerStats {
  readMs: number;
  cpuNanoseconds: number | null;
  /** In use, without the page cache that the kernel may take back. */
  memoryBytes: number | null;
  /** null = none is set. */
  memoryLimitBytes: number | null;
  networkReceivedBytes: number | null;
  networkSentBytes: number | null;
  diskReadBytes: number | null;
  diskWrittenBytes: number | null;
  processes: number | null;
}

export interface LogOptions {
  /** Goes on with what is written from now on. */
  follow?: boolean;
  /** A `LogLine.timestamp`, or any time in RFC 3339. Lines of that very time come again. */
  since?: string;
  until?: string;
  /** Only the last so many of those that are there. */
  tail?: number;
  signal?: AbortSignal;
}

export interface LogLine {
  /** null = the container has a terminal, which makes one stream of both. */
  stream: "stdout" | "stderr" | null;
  timeMs: number;
  /** RFC 3339 with nanoseconds, as the engine keeps it; goes into `since`. */
  timestamp: string;
  /** Without its end of line; at most `maxLineChars` characters. */
  text: string;
}

/** Longer lines are cut, so that one without an end does not fill the memory. */
export const maxLineChars = 64 * 1024;

export interface ExecOptions {
  command: readonly string[];
  tty?: boolean;
  env?: Readonly<Record<string, string>>;
  /** `name`, `uid` or `uid:gid`; the container's own if left out. */
  user?: string;
  cwd?: string;
  /** Of the terminal, from the first moment. */
  size?: { cols: number; rows: number };
}

export interface ContainerExec {
  /** Its end closes the command's standard input. */
  stdin: Writable;
  stdout: Readable;
  /** With a terminal nothing comes here. */
  stderr: Readable;
  /** Resolves when the command is over and all of its output was handed over; null = the engine does not know. */
  exit: Promise<{ code: number | null }>;
  resize(size: { cols: number; rows: number }): Promise<void>;
  /**
   * Signals the command and all that it started; 0 = only looks. False = nothing of it is left. Throws an EngineError
   * when something is, and cannot be signalled.
   */
  signal(name: NodeJS.Signals | 0): Promise<boolean>;
  /** Lets go of the connection. What runs goes on, unless it minds that its terminal or pipes are gone. */
  close(): void;
}
