import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { captureOutput, fillIn } from "../apply/run-command.ts";
import type { ChildContext } from "../child-context.ts";
import { overlayName } from "../drivers/presets/collector.ts";
import { replaceFile } from "../durable-file.ts";
import type { Log } from "../log.ts";
import type { CollectorSettings } from "../settings/supervise.ts";
import type { StateFile, StoredFile } from "../state-file.ts";
import { type AvailableComponents, readComponents } from "./components.ts";
import { mergedConfig, type OwnTelemetry, overlayOf } from "./overlay.ts";

const timeoutMs = 10_000;
/** The largest distributions print about 100,000. */
const keptChars = 1_000_000;

/** Of the file that shows what a collector runs in all. It is reported, and written nowhere. */
export const effectiveName = "effective.yaml";

/** What only a collector has: the agent's part of its config, its components, and where it tells of itself. */
export class Collector {
  private readonly settings: CollectorSettings;
  private readonly state: StateFile;
  private readonly context: ChildContext;
  private readonly placed: (words: readonly string[]) => readonly string[];
  private readonly log: Log;
  private known: AvailableComponents | null = null;
  /** While an offer is tried: what it says, in place of what was good. */
  private trial: OwnTelemetry | null = null;

  /** `placed`: a command with the program that runs now in place of the host's own. */
  constructor(
    settings: CollectorSettings,
    state: StateFile,
    context: ChildContext,
    placed: (words: readonly string[]) => readonly string[],
    log: Log,
  ) {
    this.settings = settings;
    this.state = state;
    this.context = context;
    this.placed = placed;
    this.log = log;
  }

  components(): AvailableComponents | null {
    return this.known;
  }

  /** Asks the collector what it is built from. True when that changed. */
  async look(): Promise<boolean> {
    const { components } = this.settings;
    const words = this.placed(fillIn(components, "", this.state.folder));
    const { problem, output } = await captureOutput(words, { ...this.context, timeoutMs, keptChars });
    const found = problem === null ? readComponents(output) : null;
    if (!found) {
      const why = problem ?? `${components.join(" ")} lists none`;
      this.log("warn", `the collector's components are not known: ${why}`);
      return false;
    }
    const before = this.known;
    this.known = found;
    if (!before && this.settings.health !== null && !this.hasHealthCheck()) {
      this.log(
        "error",
        `this collector has no health_check extension, so that nothing answers at ${this.settings.health}: say how it is asked in the agent's settings, under supervise.verify (tcp: an address that it listens on, or a command)`,
      );
    }
    return !before || Buffer.compare(before.hash, found.hash) !== 0;
  }

  /** Writes the agent's part beside the config in this folder. Answers whether it was another before. */
  generate(folder: string): boolean {
    const path = join(folder, overlayName);
    const text = overlayOf(textAt(join(folder, this.settings.file)), {
      health: this.hasHealthCheck() ? this.settings.health : null,
      telemetry: this.trial ?? this.state.get().ownTelemetry ?? {},
    });
    if (textAt(path) === text) return false;
    replaceFile(path, text, { mode: 0o600 });
    return true;
  }

  /** What it runs in all, beside the files it was given. */
  effective(folder: string): StoredFile[] {
    const own = join(folder, this.settings.file);
    if (!existsSync(own)) return [];
    const merged = mergedConfig([textAt(own), textAt(join(folder, overlayName))]);
    if (merged === null) return [];
    return [{ name: effectiveName, contentType: "text/yaml", body: new TextEncoder().encode(merged) }];
  }

  /** From here on `generate` writes this instead of what was good. */
  tryTelemetry(telemetry: OwnTelemetry): void {
    this.trial = telemetry;
  }

  /** Keeps what was tried, or forgets it. */
  endTrial(isGood: boolean): void {
    if (isGood && this.trial) this.state.update({ ownTelemetry: this.trial });
    this.trial = null;
  }

  private hasHealthCheck(): boolean {
    return this.known === null || Object.hasOwn(this.known.byRole.extensions ?? {}, "health_check");
  }
}

const textAt = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
