import { agentVersion } from "../description.ts";
import type { HandOver } from "../packages/part.ts";
import {
  type Pick,
  type Picks,
  provenPicks,
  readPicks,
  returnedPicks,
  samePick,
  writePicks,
} from "./picks.ts";

/** In the environment of an agent that another one started: the path of its program. */
export const pickVariable = "MUSTER_AGENT_PICK";

export interface SelfUpgradeOptions {
  stateDir: string;
  probationMs: number;
  /** Another agent is to run from now on: this one ends. */
  onLeave: () => void;
}

/** What this process knows of the other agents on its state folder. */
export class SelfUpgrade {
  readonly #options: SelfUpgradeOptions;
  /** Which one this process is; null = the installed one. */
  readonly #self: Pick | null;
  readonly #connected = Promise.withResolvers<void>();

  constructor(options: SelfUpgradeOptions) {
    this.#options = options;
    const path = process.env[pickVariable] ?? "";
    this.#self = path === "" ? null : { version: agentVersion, path };
  }

  /** The server has answered. */
  connected(): void {
    this.#connected.resolve();
  }

  /** Whether a version is the one that the host's operator installed. */
  isInstalled(version: string): boolean {
    return version === this.#picks().base.version;
  }

  /** Whether another agent is to run; `wanted` null = the installed one. */
  differs(wanted: Pick | null): boolean {
    return !samePick(wanted, this.#self);
  }

  handOver(wanted: Pick | null): void {
    const { onLeave, probationMs, stateDir } = this.#options;
    const picks = this.#picks();
    const candidate = { pick: wanted, starts: 0, probationMs };
    writePicks(stateDir, { ...picks, current: this.#self, candidate, returned: null });
    onLeave();
  }

  afterHandOver(wanted: Pick | null): HandOver {
    const { candidate, returned } = this.#picks();
    if (candidate && candidate.starts > 0 && samePick(candidate.pick, this.#self))
      return { state: "probation" };
    if (returned) return { state: "returned", reason: returned.reason };
    return { state: this.differs(wanted) ? "none" : "proven" };
  }

  /** Resolves with null once the server has answered, with why not when it did not in time. */
  async proven(): Promise<string | null> {
    const { probationMs, stateDir } = this.#options;
    const timeUp = Promise.withResolvers<string>();
    const timer = setTimeout(
      () => timeUp.resolve(`it was not connected within ${probationMs / 1000} s`),
      probationMs,
    );
    const problem = await Promise.race([this.#connected.promise.then(() => null), timeUp.promise]);
    clearTimeout(timer);
    if (problem === null) writePicks(stateDir, provenPicks(this.#picks()));
    return problem;
  }

  giveBack(reason: string): void {
    const { onLeave, stateDir } = this.#options;
    writePicks(stateDir, returnedPicks(this.#picks(), reason));
    onLeave();
  }

  /** It was told why another agent did not stay. */
  settled(): void {
    const picks = readPicks(this.#options.stateDir);
    if (picks?.returned) writePicks(this.#options.stateDir, { ...picks, returned: null });
  }

  #picks(): Picks {
    const known = readPicks(this.#options.stateDir);
    if (known) return known;
    const base = { version: agentVersion, command: selfCommand() };
    return { version: 1, base, current: null, candidate: null, returned: null };
  }
}

/** How this process was started, without its own arguments. */
export function selfCommand(): string[] {
  const [, script = ""] = process.argv;
  // A compiled agent is its own program; what stands here is a name inside of it.
  if (script.startsWith("/$bunfs/")) return [process.execPath];
  return [process.execPath, ...process.execArgv, script];
}
