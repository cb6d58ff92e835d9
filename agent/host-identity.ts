import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Log } from "./log.ts";
import type { StateFile } from "./state-file.ts";

const machineIdFiles = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/** Tells one host from another without naming it: a hash of the machine's id, if it has one, and its name. */
export function hostFingerprint(): string {
  const machineId = machineIdFiles.map(read).find((text) => text !== "") ?? "";
  return createHash("sha256").update(`muster-agent\n${machineId}\n${hostname()}`).digest("hex").slice(0, 32);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

/**
 * Whether the state folder was made on this host. A copied one is told from one that moved by the server alone: it sees
 * whether the other host is there too.
 */
export class HostIdentity {
  private readonly state: StateFile;
  private readonly host: string;
  private readonly log: Log;

  constructor(state: StateFile, host: string, log: Log) {
    this.state = state;
    this.host = host;
    this.log = log;
    const known = state.get().host;
    if (known === undefined) state.note({ host });
    else if (known !== host)
      log("warn", "the state folder was made on another host, or this one was renamed");
  }

  /** The server has taken it for the agent that it says it is: it is this host's from now on. */
  accepted(): void {
    if (this.state.get().host !== this.host) this.state.note({ host: this.host });
  }

  /** The server says that another instance with this identity is there. True = this one is the copy. */
  isCopy(): boolean {
    if (this.state.get().host === this.host) return false;
    this.log("error", "another host runs with this very identity: the state folder was copied from it");
    return true;
  }
}
