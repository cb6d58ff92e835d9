import { plural } from "../../domain/plural.ts";
import { childContext } from "../child-context.ts";
import type { AgentDriver } from "../drivers/driver.ts";
import type { Log } from "../log.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import type { ApplyStep, StateFile, StatusReport, StoredFile } from "../state-file.ts";
import { type ConfigFolder, nameProblem } from "./config-folder.ts";
import { fillIn, runCommand } from "./run-command.ts";
import { type VerifyPace, verify } from "./verify.ts";

export interface RemoteConfig {
  /** Hex of the server's hash; opaque. */
  hash: string;
  /** Empty = back to the files that were there before Muster's. */
  files: StoredFile[];
}

/** A config to take in and check ahead of its offer. `answer` gets why it is refused; null = ready to activate. */
interface Staging {
  config: RemoteConfig;
  answer: (refusal: string | null) => void;
}

/** Called before each step that a kill may interrupt, for example `swapping`, `rename-1`, `verified`. */
export type StepHook = (step: string) => void;

export interface ApplierOptions {
  state: StateFile;
  folder: ConfigFolder;
  driver: AgentDriver;
  supervise: SuperviseSettings | null;
  log: Log;
  /** The status that the server should know now. */
  onStatus: (report: StatusReport) => void;
  pace?: VerifyPace;
  atStep?: StepHook;
}

/** A config is tried again after one interruption, and given up at the second. */
const maxAttempts = 2;

/**
 * Takes configs one at a time: validate → stage → swap → reload → verify, else restore the last good one. Every step
 * is in the state file before it begins, so that a kill at any moment is found by `resume` at the next start.
 */
export class Applier {
  private readonly options: ApplierOptions;
  private next: RemoteConfig | null = null;
  private nextStaging: Staging | null = null;
  private work: Promise<void> | null = null;
  private stopping = false;

  constructor(options: ApplierOptions) {
    this.options = options;
  }

  get busy(): boolean {
    return this.work !== null;
  }

  /** Queues a config; of those that arrive during an apply only the newest stays. */
  offer(config: RemoteConfig): void {
    const { applying } = this.options.state.get();
    if (applying?.hash === config.hash) {
      this.next = null;
      return;
    }
    this.next = config;
    if (!this.work) this.begin(Promise.resolve());
  }

  /** Takes a config in and checks it, after what is under way; of those that wait only the newest stays. */
  stage(config: RemoteConfig, answer: Staging["answer"]): void {
    this.nextStaging = { config, answer };
    if (!this.work) this.begin(Promise.resolve());
  }

  /** Starts what is supervised. An apply that was interrupted is undone first, then tried once more. */
  async resume(): Promise<void> {
    const { driver, log, state } = this.options;
    const { applying } = state.get();
    if (!applying) {
      await driver.start();
      return;
    }
    log("warn", `an apply of ${applying.hash} was interrupted while ${applying.step}`);
    this.putBack();
    await driver.start();
    const { hash, attempt, step } = applying;
    if (step === "restoring") {
      this.begin(this.restore(hash, applying.error ?? "the config was refused"));
    } else if (attempt >= maxAttempts) {
      const times = `interrupted ${attempt} times, last while ${step}`;
      this.begin(this.restore(hash, `${times}; the config before it was restored`));
    } else {
      this.begin(this.apply({ hash, files: state.loadConfig(hash) }, attempt + 1));
    }
  }

  /** What is on disk now, of the files that Muster manages. */
  effective(): StoredFile[] {
    return this.options.folder.effective(this.lastGoodFiles());
  }

  /** Resolves when nothing is being applied and nothing waits. */
  async settled(): Promise<void> {
    while (this.work) await this.work;
  }

  /** Takes no further config. An apply that is under way counts as interrupted. */
  stop(): void {
    this.stopping = true;
    this.next = null;
    this.nextStaging = null;
  }

  private begin(first: Promise<void>): void {
    this.work = first
      .then(() => this.drain())
      .catch((error: unknown) => this.options.log("error", `applying a config broke: ${messageOf(error)}`))
      .finally(() => {
        this.work = null;
      });
  }

  private async drain(): Promise<void> {
    while (!this.stopping) {
      if (this.next) {
        const config = this.next;
        this.next = null;
        await this.apply(config, 1);
      } else if (this.nextStaging) {
        const { config, answer } = this.nextStaging;
        this.nextStaging = null;
        const refusal = await this.takeIn(config);
        if (!this.stopping) answer(refusal);
      } else {
        return;
      }
    }
  }

  /** Answers why the config is refused. Nothing that runs is touched. */
  private async takeIn(config: RemoteConfig): Promise<string | null> {
    const { log, state } = this.options;
    const { hash, files } = config;
    const { lastGood, staged = null } = state.get();
    if (hash === lastGood || (hash === staged && this.holds(config))) return null;
    const refusal = nameProblem(files.map((file) => file.name)) ?? (await this.check(config));
    if (this.stopping) return null;
    if (refusal === null) {
      try {
        state.saveConfig(hash, files);
        state.update({ staged: hash });
      } catch (error) {
        return `the config cannot be stored: ${messageOf(error)}`;
      }
    } else {
      state.update({ staged: null });
    }
    const kept = state.get();
    state.keepConfigs([kept.lastGood, kept.staged].filter((one) => typeof one === "string"));
    log(
      refusal ? "error" : "info",
      `config ${hash} ${refusal ? `was refused: ${refusal}` : "is ready to be activated"}`,
    );
    return refusal;
  }

  /** Whether these very files are kept under their hash. */
  private holds({ hash, files }: RemoteConfig): boolean {
    const text = (list: readonly StoredFile[]) =>
      JSON.stringify(
        list.map((file) => [file.name, file.contentType, Buffer.from(file.body).toString("base64")]).sort(),
      );
    try {
      return text(this.options.state.loadConfig(hash)) === text(files);
    } catch {
      // Gone or damaged: then it is taken in anew.
      return false;
    }
  }

  private async apply(config: RemoteConfig, attempt: number): Promise<void> {
    const { state, log } = this.options;
    const { hash, files } = config;
    if (state.get().lastGood === hash && !state.get().applying) {
      this.conclude({ hash, status: "applied", error: "" }, state.get().staged ?? null);
      return;
    }
    const checked = state.get().staged === hash && this.holds(config);
    const badName = nameProblem(files.map((file) => file.name));
    if (badName) {
      this.conclude({ hash, status: "failed", error: badName });
      return;
    }
    try {
      if (!checked) state.saveConfig(hash, files);
    } catch (error) {
      this.conclude({ hash, status: "failed", error: `the config cannot be stored: ${messageOf(error)}` });
      return;
    }
    const report: StatusReport = { hash, status: "applying", error: "" };
    state.update({ applying: { hash, attempt, step: "staging", error: null }, configStatus: report });
    this.options.onStatus(report);
    log("info", `applying config ${hash} (${plural(files.length, "file")})`);

    const refusal = await this.prepare(config, checked);
    if (this.stopping) return;
    if (refusal) {
      this.conclude({ hash, status: "failed", error: refusal });
      return;
    }
    const breakage = await this.activate(config);
    if (this.stopping) return;
    if (breakage) {
      await this.restore(hash, breakage);
      return;
    }
    this.at("verified");
    this.conclude({ hash, status: "applied", error: "" });
  }

  /** Everything that leaves the running config alone. Answers why the config is refused. */
  private async prepare(config: RemoteConfig, checked: boolean): Promise<string | null> {
    try {
      this.at("staging");
      this.options.folder.adopt(config.files.map((file) => file.name));
    } catch (error) {
      return messageOf(error);
    }
    return checked ? null : this.check(config);
  }

  /** What the configured check says of the files, in a folder of their own. */
  private async check(config: RemoteConfig): Promise<string | null> {
    const { folder, supervise } = this.options;
    try {
      const staged = folder.stage(folder.tree(config.files));
      const validator = config.files.length > 0 ? supervise?.validate : null;
      if (!validator) return null;
      this.enter("validating");
      const problem = await runCommand(fillIn(validator.command, staged, this.options.state.folder), {
        ...childContext(supervise, staged),
        timeoutMs: validator.timeoutMs,
      });
      return problem?.replaceAll(staged, folder.path) ?? null;
    } catch (error) {
      return messageOf(error);
    } finally {
      folder.unstage();
    }
  }

  /** Answers why the config does not work. */
  private async activate(config: RemoteConfig): Promise<string | null> {
    const { folder, driver, supervise, pace } = this.options;
    try {
      this.enter("swapping");
      folder.swap(folder.tree(config.files), (index) => this.at(`rename-${index}`));
      this.enter("reloading");
      await driver.reload();
      this.enter("verifying");
      return await verify(driver, supervise?.verify ?? null, childContext(supervise, folder.path), pace);
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Returns to the last good config and reports `reason`. */
  private async restore(hash: string, reason: string): Promise<void> {
    const { driver, folder, log, pace, state, supervise } = this.options;
    log("warn", `config ${hash} failed, restoring the one before: ${reason}`);
    const attempt = state.get().applying?.attempt ?? 1;
    state.update({ applying: { hash, attempt, step: "restoring", error: reason } });
    this.at("restoring");
    let problem: string | null;
    try {
      this.putBack();
      await driver.reload();
      this.at("restored");
      problem = await verify(driver, supervise?.verify ?? null, childContext(supervise, folder.path), pace);
    } catch (error) {
      problem = messageOf(error);
    }
    if (this.stopping) return;
    const error = problem ? `${reason}\nand the config before it does not work either: ${problem}` : reason;
    this.conclude({ hash, status: "failed", error });
  }

  private putBack(): void {
    const { folder } = this.options;
    folder.swap(folder.tree(this.lastGoodFiles()));
  }

  private lastGoodFiles(): StoredFile[] | null {
    const { lastGood } = this.options.state.get();
    return lastGood === null ? null : this.options.state.loadConfig(lastGood);
  }

  /** What was staged before another config came is stale, whatever became of that one. */
  private conclude(report: StatusReport, staged: string | null = null): void {
    const { log, onStatus, state } = this.options;
    const good = report.status === "applied" ? report.hash : state.get().lastGood;
    state.update({ lastGood: good, applying: null, configStatus: report, staged });
    this.at("concluded");
    state.keepConfigs([good, staged].filter((one) => one !== null));
    const level = report.status === "failed" ? "error" : "info";
    log(level, `config ${report.hash} ${report.status}${report.error ? `: ${report.error}` : ""}`);
    onStatus(report);
  }

  private enter(step: ApplyStep): void {
    const { applying } = this.options.state.get();
    if (applying) this.options.state.update({ applying: { ...applying, step } });
    this.at(step);
  }

  private at(step: string): void {
    this.options.atStep?.(step);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
