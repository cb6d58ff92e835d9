import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { OwnTelemetry } from "./collector/overlay.ts";
import { replaceFile } from "./durable-file.ts";
import type { PackageSet } from "./packages/offer.ts";
import { processIdentity } from "./process-identity.ts";

/** What an agent that has ever run holds in its state folder. */
export const stateFileName = "state.json";

/** Where to dial and with which headers. */
export interface ConnectionTarget {
  endpoint: string;
  headers: Record<string, string>;
}

export interface SavedConnection extends ConnectionTarget {
  /** Hex of the offer's hash. */
  hash: string;
}

export const applySteps = [
  "downloading",
  "staging",
  "validating",
  "swapping",
  "reloading",
  "verifying",
  "handing over",
  "restoring",
] as const;
export type ApplyStep = (typeof applySteps)[number];

export interface StatusReport {
  /** Hex of the hash that it is about. */
  hash: string;
  status: "applied" | "applying" | "failed";
  error: string;
}

/** All that the agent must know again after a kill at any moment. */
export interface AgentState {
  version: 1;
  /** 32 hex digits. */
  instanceUid: string;
  /** The endpoint and sha256 of the token that a person gave, when `connection` was offered. */
  enrolledBy: { endpoint: string; tokenHash: string } | null;
  /** Offered by the server and proven by a connection. */
  connection: SavedConnection | null;
  /** Offered and saved, not yet used. */
  candidate: SavedConnection | null;
  connectionStatus: StatusReport | null;
  /** Hash of the config that is in place and was verified; null = the files that were there before Muster's. */
  lastGood: string | null;
  /** Present while a config is being applied; `error` says why it is being undone. */
  applying: {
    hash: string;
    attempt: number;
    step: ApplyStep;
    error: string | null;
    /** The programs that come with it. */
    packages?: PackageSet | null;
  } | null;
  configStatus: StatusReport | null;
  /** Hash of a config that was checked ahead of its offer; its files are kept beside the last good ones. */
  staged?: string | null;
  /** Hash of the config that was good before the last good one; null = the files that were there before Muster's. */
  goodBefore?: string | null;
  /** Fingerprint of the host that the folder belongs to. */
  host?: string;
  /** It was decommissioned, and dials no more unless another token than this is given. `stopped`: nor starts what it ran. */
  retired?: { reason: string; tokenHash: string; stopped?: true } | null;
  /** When configs were taken within the last hour; milliseconds, the oldest first. */
  taken?: number[];
  /** The programs of the server's that run and were verified; none = it never brought any. */
  packages?: PackageSet | null;
  /** Why the set that was offered last is not what runs; `errors`: by name, of those that are to blame. */
  packageFailures?: { set: PackageSet; errors: Record<string, string>; reason: string } | null;
  /** Where the supervised collector tells of itself, as the server last offered it and it worked. */
  ownTelemetry?: OwnTelemetry;
}

export interface StoredFile {
  name: string;
  contentType: string;
  body: Uint8Array;
  /** It carries secrets. */
  secret?: true;
}

/** What a managed file was before Muster's first config; null = absent. */
export type InitialFiles = Map<string, { body: Uint8Array; mode: number } | null>;

/** The folder `--state-dir`: `state.json`, `configs/` (one file per config that may be needed), `initial.json`. */
export class StateFile {
  readonly folder: string;
  private state: AgentState;

  /** Creates the folder (0700), and an identity by `newUid` when there is none. Throws when `state.json` cannot be read. */
  constructor(folder: string, newUid: () => string) {
    this.folder = folder;
    mkdirSync(join(folder, "configs"), { recursive: true, mode: 0o700 });
    const path = join(folder, stateFileName);
    if (existsSync(path)) {
      this.state = parseState(readFileSync(path, "utf8"), path);
    } else {
      this.state = {
        version: 1,
        instanceUid: newUid(),
        enrolledBy: null,
        connection: null,
        candidate: null,
        connectionStatus: null,
        lastGood: null,
        applying: null,
        configStatus: null,
      };
      this.update({});
    }
  }

  get(): Readonly<AgentState> {
    return this.state;
  }

  /** As `update`, also when it cannot be stored: then it is kept in memory until something can. Answers the error. */
  note(changes: Partial<AgentState>): Error | null {
    try {
      this.update(changes);
      return null;
    } catch (error) {
      this.state = { ...this.state, ...changes };
      return error as Error;
    }
  }

  /** Durable when it returns. */
  update(changes: Partial<AgentState>): void {
    const next = { ...this.state, ...changes };
    replaceFile(join(this.folder, "state.json"), `${JSON.stringify(next, null, 2)}\n`, {
      mode: 0o600,
      // Root may run a command on the folder of an agent that is another user.
      ...(process.getuid?.() === 0 && { owner: statSync(this.folder) }),
    });
    this.state = next;
  }

  saveConfig(hash: string, files: readonly StoredFile[]): void {
    const text = JSON.stringify(files.map((file) => ({ ...file, body: toBase64(file.body) })));
    replaceFile(this.configPath(hash), text, { mode: 0o600 });
  }

  loadConfig(hash: string): StoredFile[] {
    const files: (Omit<StoredFile, "body"> & { body: string })[] = JSON.parse(
      readFileSync(this.configPath(hash), "utf8"),
    );
    return files.map((file) => ({ ...file, body: fromBase64(file.body) }));
  }

  /** Forgets every config but these. */
  keepConfigs(hashes: readonly string[]): void {
    const kept = new Set(hashes.map((hash) => this.configPath(hash)));
    for (const name of readdirSync(join(this.folder, "configs"))) {
      const path = join(this.folder, "configs", name);
      if (!kept.has(path)) rmSync(path, { force: true });
    }
  }

  loadInitial(): InitialFiles {
    const path = join(this.folder, "initial.json");
    if (!existsSync(path)) return new Map();
    const files: Record<string, { body: string; mode: number } | null> = JSON.parse(
      readFileSync(path, "utf8"),
    );
    return new Map(
      Object.entries(files).map(([name, file]) => [
        name,
        file && { mode: file.mode, body: fromBase64(file.body) },
      ]),
    );
  }

  saveInitial(files: InitialFiles): void {
    const entries = [...files].map(([name, file]) => [
      name,
      file && { mode: file.mode, body: toBase64(file.body) },
    ]);
    replaceFile(join(this.folder, "initial.json"), JSON.stringify(Object.fromEntries(entries)), {
      mode: 0o600,
    });
  }

  private configPath(hash: string): string {
    return join(this.folder, "configs", `${createHash("sha256").update(hash).digest("hex")}.json`);
  }
}

function parseState(text: string, path: string): AgentState {
  let state: AgentState;
  try {
    state = JSON.parse(text);
  } catch {
    throw new Error(`${path} is not readable as JSON; restore it, or remove the folder to enrol anew`);
  }
  if (state.version !== 1) {
    throw new Error(
      `${path} was written by a newer agent (version ${state.version}); start that one instead`,
    );
  }
  return state;
}

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

/** An agent runs on the state folder. */
export class FolderInUse extends Error {
  readonly pid: number;
  constructor(pid: number, message: string) {
    super(message);
    this.pid = pid;
  }
}

/**
 * Makes this process the only agent on the state folder; answers the release. Throws when another living agent holds
 * it. A lock that a killed agent left is taken over.
 */
export function lockStateFolder(folder: string): () => void {
  makeFolder(folder);
  if ((statSync(folder).mode & 0o002) !== 0) {
    throw new Error(`everybody may write into ${folder}, which holds the agent's credential; chmod 700 it`);
  }
  const path = join(folder, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = openSync(path, "wx", 0o600);
      try {
        writeSync(file, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }));
      } catch (error) {
        // On a full disk the program is kept running all the same, with a lock that says nothing of its holder.
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(file);
      }
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const pid = lockHolder(path);
      if (pid !== null) {
        throw new FolderInUse(
          pid,
          `another agent (pid ${pid}) uses ${folder}; stop it, or give this one its own --state-dir`,
        );
      }
      rmSync(path, { force: true });
    }
  }
  throw new Error(`${path} could not be taken; another agent is starting on the same folder`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EACCES") throw cause;
    throw new Error(
      `this user may not make the state folder ${folder}: make it for this user, or name another with --state-dir`,
      { cause },
    );
  }
}

function lockHolder(path: string): number | null {
  try {
    const holder: { pid: number; identity: string } = JSON.parse(readFileSync(path, "utf8"));
    return processIdentity(holder.pid) === holder.identity ? holder.pid : null;
  } catch {
    return null;
  }
}
