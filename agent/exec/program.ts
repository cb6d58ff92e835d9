import type { ExecSignal, TerminalSize } from "../../protocol/custom/streams.ts";

export interface ProgramEnd {
  code: number | null;
  signal: string | null;
}

/** A program that was started for somebody: on the host with or without a terminal, or in a container. */
export interface Program {
  /** `stderr` never, where it has a terminal. */
  onOutput(listener: (from: "stdout" | "stderr", data: Uint8Array) => void): void;
  /** Once, after all of its output. */
  onEnd(listener: (end: ProgramEnd) => void): void;
  /** Takes no more output until `resume`. What was on its way still comes. */
  pause(): void;
  resume(): void;
  /** Resolves when the program can take more, or takes no more at all. Never rejects. */
  write(data: Uint8Array): Promise<void>;
  /** Its standard input ends; through a terminal by Ctrl-D. */
  endInput(): void;
  resize(size: TerminalSize): void;
  signal(name: ExecSignal): void;
  /** SIGHUP to it and what it started, SIGKILL after a grace. Resolves when it is gone. */
  end(): Promise<void>;
}

/** What is started, and as whom. */
export interface HostCommand {
  /** Program and arguments, at least the program. */
  argv: string[];
  cwd: string;
  env: Record<string, string>;
}
