import type { ChildContext } from "../child-context.ts";
import type { Log } from "../log.ts";
import type { DownloadPace } from "../packages/download.ts";
import { Installer } from "../packages/installer.ts";
import { Packages } from "../packages.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import type { UpgradeSettings } from "../settings/upgrade.ts";
import type { StateFile } from "../state-file.ts";
import { SelfUpgrade } from "./self-upgrade.ts";

export interface ProgramsOptions {
  state: StateFile;
  supervise: SuperviseSettings | null;
  /** Left out = the server replaces nothing here. */
  upgrade: UpgradeSettings | undefined;
  context: ChildContext;
  /** What the server should know of the programs has changed. */
  onChange: (...parts: ("packages" | "description")[]) => void;
  log: Log;
  pace?: DownloadPace | undefined;
}

const firstLookMs = 1_000;

const nothingAllowed: UpgradeSettings = {
  agent: false,
  program: false,
  keys: [],
  allowUnsigned: false,
  maxBytes: 0,
  probationMs: 120_000,
};

/** The agent itself and the program that it supervises: which versions they are, and what replaces them. */
export class Programs {
  readonly installer: Installer;
  /** Whether the server may offer packages at all. */
  readonly accepts: boolean;
  /** Resolves when another agent is to run on the state folder, so that this one must end. */
  readonly left: Promise<void>;
  readonly #known: Packages;
  readonly #self: SelfUpgrade;
  readonly #onChange: ProgramsOptions["onChange"];

  constructor({ state, supervise, upgrade = nothingAllowed, context, onChange, log, pace }: ProgramsOptions) {
    const left = Promise.withResolvers<void>();
    this.left = left.promise;
    this.accepts = upgrade.agent || upgrade.program;
    this.#onChange = onChange;
    const { probationMs } = upgrade;
    this.#self = new SelfUpgrade({ stateDir: state.folder, probationMs, onLeave: left.resolve });
    this.installer = new Installer({
      state,
      supervise,
      upgrade,
      context,
      self: this.#self,
      onProgress: () => onChange("packages"),
      log,
      ...(pace && { pace }),
    });
    this.#known = new Packages(supervise, context, log, (words) => this.installer.placedWords(words));
  }

  /** A command with the program that runs now in place of the host's own. */
  readonly words = (words: readonly string[]): string[] => this.installer.placedWords(words);

  /** Of the supervised program; null = not known. */
  get version(): string | null {
    return this.#known.programVersion;
  }

  statuses() {
    return this.installer.statuses(this.#known.list());
  }

  /** Asks the supervised program for its version anew. */
  async look(): Promise<void> {
    if (await this.#known.look()) this.#onChange("packages", "description");
  }

  /** The same before the agent says what it is, so that it need not say so twice. It does not wait for a slow program. */
  async firstLook(): Promise<void> {
    const enough = Promise.withResolvers<void>();
    const timer = setTimeout(enough.resolve, firstLookMs);
    await Promise.race([this.look(), enough.promise]);
    clearTimeout(timer);
  }

  /** The server has answered. */
  connected(): void {
    this.#self.connected();
  }
}
