import type { Client } from "./client.ts";
import type { ContextStore } from "./contexts.ts";
import type { ExitName } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import type { Output } from "./output.ts";
import type { Scope } from "./scope.ts";

/** What a command is given. */
export interface Cli {
  io: Io;
  output: Output;
  contexts: ContextStore;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  globals: Globals;
  /** The server that flags, environment and context name; refuses when none does. */
  client(): Promise<Client>;
  scope: Scope;
  /** What the program ends with when the command is done; "ok" if it does not say. */
  leave(exit: ExitName | number): void;
}

/** Options that every command takes. */
export interface Globals {
  json: boolean;
  context?: string;
  url?: string;
  org?: string;
  project?: string;
  fleet?: string;
}
