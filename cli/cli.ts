import type { Client } from "./client.ts";
import type { Io } from "./io.ts";
import type { Output } from "./output.ts";
import type { ProfileStore } from "./profile.ts";
import type { Scope } from "./scope.ts";

/** What a command is given. */
export interface Cli {
  io: Io;
  output: Output;
  profiles: ProfileStore;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  globals: Globals;
  /** The server that flags, environment and profile name; refuses when none does. */
  client(): Promise<Client>;
  scope: Scope;
}

/** Options that every command takes. */
export interface Globals {
  json: boolean;
  url?: string;
  org?: string;
  project?: string;
  fleet?: string;
}
