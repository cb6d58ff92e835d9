import { basename } from "node:path";
import { captureOutput } from "./apply/run-command.ts";
import type { ChildContext } from "./child-context.ts";
import { agentName, agentVersion } from "./description.ts";
import type { Log } from "./log.ts";
import type { SuperviseSettings } from "./settings/supervise.ts";

/** A program on this host and its version, as the server is told. */
export interface InstalledPackage {
  name: string;
  version: string;
}

const timeoutMs = 10_000;
const versionAt = /\d+(?:\.\d+)+(?:[-+.~][0-9A-Za-z.+~-]*[0-9A-Za-z])?/;

/** The first version number in what a program wrote. */
export const versionIn = (output: string): string | undefined => versionAt.exec(output)?.[0];

/** The agent itself, and the supervised program once its version is known. */
export class Packages {
  private readonly supervise: SuperviseSettings | null;
  private readonly context: ChildContext;
  private readonly log: Log;
  private readonly words: (words: readonly string[]) => readonly string[];
  private program: InstalledPackage | null = null;

  /** `words`: a command with the program that runs now in place of the host's own. */
  constructor(
    supervise: SuperviseSettings | null,
    context: ChildContext,
    log: Log,
    words: (words: readonly string[]) => readonly string[] = (same) => same,
  ) {
    this.supervise = supervise;
    this.context = context;
    this.log = log;
    this.words = words;
  }

  /** Of the supervised program; null = not known. */
  get programVersion(): string | null {
    return this.program?.version ?? null;
  }

  list(): readonly InstalledPackage[] {
    const own = { name: agentName, version: agentVersion };
    return this.program ? [own, this.program] : [own];
  }

  /** Asks the program for its version, where the settings say how. True when the list changed. */
  async look(): Promise<boolean> {
    const { supervise, context, log } = this;
    if (!supervise?.version) return false;
    const { problem, output } = await captureOutput(this.words(supervise.version), { ...context, timeoutMs });
    const version = problem === null ? versionIn(output) : undefined;
    if (version === undefined) {
      log(
        "warn",
        `the program's version is not known: ${problem ?? `${supervise.version.join(" ")} names none`}`,
      );
    }
    const before = this.program?.version;
    this.program = version === undefined ? null : { name: basename(supervise.command), version };
    return before !== version;
  }
}
