import { plural } from "../../domain/plural.ts";
import { childContext } from "../child-context.ts";
import type { PackageSet } from "../packages/offer.ts";
import { type Replaced, sameSet } from "../packages/part.ts";
import type { ApplyStep, StatusReport, StoredFile } from "../state-file.ts";
import { checkFiles } from "./check-files.ts";
import { nameProblem } from "./config-folder.ts";
import { problemText } from "./file-problem.ts";
import { interruption } from "./interruption.ts";
import { clear, holds, lastGoodFiles, noteGood, readConfig, sweep, takeIn } from "./stored-configs.ts";
import type { ApplierOptions, RemoteConfig, Staging } from "./target.ts";
import { verify } from "./verify.ts";

/** In place of a refusal: another target came, so that nobody waits for this one. */
const superseded = "superseded";

type Again = { hash: string; packages: PackageSet | null; attempt: number };

/**
 * Takes configs one at a time: validate → stage → swap → reload → verify, else restore the last good one. Every step
 * is in the state file before it begins, so that a kill at any moment is found by `resume` at the next start.
 */
export class Applier {
  private readonly options: ApplierOptions;
  private next: RemoteConfig | null = null;
  private nextStaging: Staging | null = null;
  private work: Promise<void> | null = null;
  private readonly errands: (() => Promise<void>)[] = [];
  private bringing: AbortController | null = null;
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
    if (applying?.hash === config.hash && sameSet(applying.packages, this.packagesOf(config))) {
      this.next = null;
      return;
    }
    this.next = config;
    this.bringing?.abort();
    if (!this.work) this.begin(Promise.resolve());
  }

  /** Takes a config in and checks it, after what is under way; of those that wait only the newest stays. */
  stage(config: RemoteConfig, answer: Staging["answer"]): void {
    this.nextStaging = { config, answer };
    if (!this.work) this.begin(Promise.resolve());
  }

  /** Does `errand` while no config is being applied; configs wait for its end. */
  between(errand: () => Promise<void>): void {
    this.errands.push(errand);
    if (!this.work) this.begin(Promise.resolve());
  }

  /**
   * Starts what is supervised. An apply that was interrupted is undone first, then tried once more. `filesChanged`: what
   * runs already has to read its files anew.
   */
  async resume(filesChanged = false): Promise<void> {
    const { driver, log, state, supervise } = this.options;
    const { applying } = state.get();
    sweep(this.options);
    if (!applying) {
      await driver.start(filesChanged);
      return;
    }
    const { hash, attempt, step, packages = null } = applying;
    const handOver = step === "handing over" ? this.options.packages?.afterHandOver(packages) : undefined;
    if (handOver?.state === "probation" || handOver?.state === "proven") {
      await driver.start(filesChanged);
      this.begin(handOver.state === "proven" ? this.keepGood(hash, packages) : this.prove(hash, packages));
      return;
    }
    log("warn", `an apply of ${hash} was interrupted while ${step}`);
    const { reason, touched } = interruption(applying, handOver);
    if (handOver?.state === "returned" && this.onlyAgentWasToChange(hash, packages)) {
      await driver.start(filesChanged);
      this.begin(Promise.resolve().then(() => this.fail(hash, handOver.reason, packages)));
      return;
    }
    try {
      // What takes files only when it starts must not read them while they are put back.
      if (touched && supervise?.reload.kind === "restart") await driver.endLeftOver?.();
      this.putBack();
    } catch (error) {
      // The program runs all the same; the server is told when the next try fails too.
      log("error", `the last good files cannot be put back: ${problemText(error)}`);
    }
    const readsAnew = filesChanged || (touched && reason === null);
    await driver.start(readsAnew);
    // A download goes on where it broke off and touches nothing: it counts as no attempt.
    const again = { hash, packages, attempt: step === "downloading" ? attempt : attempt + 1 };
    this.begin(reason === null ? this.applyAgain(again, readsAnew) : this.restore(hash, reason));
  }

  /** What is on disk now, of the files that Muster manages. */
  effective(): StoredFile[] {
    return this.options.folder.effective(lastGoodFiles(this.options.state));
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
    this.bringing?.abort();
  }

  private begin(first: Promise<void>): void {
    this.work = first
      .then(() => this.drain())
      .catch((error: unknown) => this.options.log("error", `applying a config broke: ${problemText(error)}`))
      .finally(() => {
        this.work = null;
      });
  }

  private async drain(): Promise<void> {
    while (!this.stopping) {
      const errand = this.errands.shift();
      if (errand) {
        await errand();
      } else if (this.next) {
        const config = this.next;
        this.next = null;
        await this.apply(config, 1);
      } else if (this.nextStaging) {
        const { config, answer } = this.nextStaging;
        this.nextStaging = null;
        const check = () => this.check(config);
        const refusal = await takeIn(config, this.options, check, () => this.stopping);
        if (!this.stopping) answer(refusal);
      } else {
        return;
      }
    }
  }

  private async applyAgain(again: Again, readsAnew: boolean): Promise<void> {
    const { hash, packages, attempt } = again;
    // HAProxy drops a reload that comes while it still is at the one before.
    if (readsAnew) await this.verified();
    if (this.stopping) return;
    const files = readConfig(this.options.state, hash);
    if (typeof files === "string") await this.restore(hash, files);
    else await this.apply({ hash, files, packages }, attempt);
  }

  private onlyAgentWasToChange(hash: string, packages: PackageSet | null): boolean {
    const { packages: part, state } = this.options;
    return hash === state.get().lastGood && part?.onlyAgent(packages) === true;
  }

  private async apply(config: RemoteConfig, attempt: number): Promise<void> {
    const { state, log } = this.options;
    const { hash, files } = config;
    const packages = this.packagesOf(config);
    const before = state.get();
    if (before.lastGood === hash && !before.applying && sameSet(before.packages, packages)) {
      this.conclude({ hash, status: "applied", error: "" }, packages, before.staged ?? null);
      return;
    }
    const checked = state.get().staged === hash && holds(state, config);
    const badName = nameProblem(files.map((file) => file.name));
    if (badName) {
      this.fail(hash, badName, packages);
      return;
    }
    const verdict = attempt === 1 ? this.options.budget?.take(hash, state.get()) : undefined;
    if (verdict && "refusal" in verdict) {
      this.fail(hash, verdict.refusal, packages);
      return;
    }
    const report: StatusReport = { hash, status: "applying", error: "" };
    try {
      if (!checked && attempt === 1) state.saveConfig(hash, files);
      const applying = { hash, attempt, step: "staging", error: null, packages } as const;
      state.update({ applying, configStatus: report, ...verdict });
    } catch (error) {
      this.fail(hash, `the config cannot be stored: ${problemText(error)}`, packages);
      return;
    }
    this.options.onStatus(report);
    log("info", `applying config ${hash} (${plural(files.length, "file")})`);

    const refusal = (await this.bring(packages)) ?? (await this.prepare(config, checked));
    if (this.stopping) return;
    if (refusal === superseded) {
      state.note({ applying: null, configStatus: before.configStatus });
      return;
    }
    if (refusal) {
      this.fail(hash, refusal, packages);
      return;
    }
    const breakage = await this.activate(config);
    if (this.stopping) return;
    if (breakage) {
      await this.restore(hash, breakage);
      return;
    }
    this.at("verified");
    if (this.options.packages?.switchesAgent(packages)) {
      await this.handOver(hash, packages);
      return;
    }
    await this.keepGood(hash, packages);
  }

  private async keepGood(hash: string, packages: PackageSet | null): Promise<void> {
    const applied: StatusReport = { hash, status: "applied", error: "" };
    try {
      noteGood(this.options, applied, packages);
    } catch (error) {
      // A config that is good only until the next start is not good.
      await this.restore(hash, `that it works cannot be stored: ${problemText(error)}`);
      return;
    }
    this.finish(applied, null);
  }

  private packagesOf(config: RemoteConfig): PackageSet | null {
    return config.packages ?? this.options.state.get().packages ?? null;
  }

  /** Answers why the programs of a target cannot be taken; `superseded` when another target came meanwhile. */
  private async bring(packages: PackageSet | null): Promise<string | null> {
    const part = this.options.packages;
    if (!part || !packages || sameSet(packages, this.options.state.get().packages)) return null;
    const bringing = new AbortController();
    this.bringing = bringing;
    if (this.next) bringing.abort();
    try {
      this.enter("downloading");
      const problem = await part.bring(packages, bringing.signal);
      return bringing.signal.aborted ? superseded : problem;
    } catch (error) {
      return problemText(error);
    } finally {
      this.bringing = null;
    }
  }

  /** All of the target but the agent itself runs and works: the new agent takes over from here. */
  private async handOver(hash: string, packages: PackageSet | null): Promise<void> {
    try {
      this.enter("handing over");
      this.options.packages?.handOver(packages);
    } catch (error) {
      await this.restore(hash, `the new agent cannot be started: ${problemText(error)}`);
      return;
    }
    this.stop();
  }

  /** This process is the new agent: the target counts once it is connected and what it supervises is well. */
  private async prove(hash: string, packages: PackageSet | null): Promise<void> {
    const { packages: part } = this.options;
    const problem = (await this.verified()) ?? (await part?.proven()) ?? null;
    if (this.stopping) return;
    if (problem === null) {
      this.at("proven");
      await this.keepGood(hash, packages);
      return;
    }
    this.stop();
    part?.giveBack(problem);
  }

  /** Answers why what is supervised is not well. */
  private verified(): Promise<string | null> {
    const { driver, folder, pace, supervise } = this.options;
    return verify(driver, supervise?.verify ?? null, childContext(supervise, folder.path), pace);
  }

  /** Everything that leaves the running config alone. Answers why the config is refused. */
  private async prepare(config: RemoteConfig, checked: boolean): Promise<string | null> {
    try {
      this.at("staging");
      this.options.folder.adopt(config.files.map((file) => file.name));
    } catch (error) {
      return problemText(error);
    }
    return checked ? null : this.check(config);
  }

  /** Answers why the files are refused by the configured check; null = they are not. */
  check(config: RemoteConfig): Promise<string | null> {
    return checkFiles(config, this.packagesOf(config), this.options, () => this.enter("validating"));
  }

  /** Answers why the config does not work. */
  private async activate(config: RemoteConfig): Promise<string | null> {
    const { folder } = this.options;
    try {
      this.enter("swapping");
      const replaced = this.place(this.packagesOf(config));
      folder.swap(folder.tree(config.files), (index) => this.at(`rename-${index}`));
      this.enter("reloading");
      if (replaced !== "nothing" || config.hash !== this.options.state.get().lastGood) {
        await this.reload(replaced);
      }
      this.enter("verifying");
      return await this.verified();
    } catch (error) {
      return problemText(error);
    }
  }

  /** Returns to the last good config and reports `reason`. */
  private async restore(hash: string, reason: string): Promise<void> {
    const { log, state } = this.options;
    log("warn", `config ${hash} failed, restoring the one before: ${reason}`);
    const { attempt = 1, packages = null } = state.get().applying ?? {};
    state.note({ applying: { hash, attempt, step: "restoring", error: reason, packages } });
    this.at("restoring");
    let problem: string | null;
    try {
      await this.reload(this.putBack());
      this.at("restored");
      problem = await this.verified();
    } catch (error) {
      problem = problemText(error);
    }
    if (this.stopping) return;
    const error = problem ? `${reason}\nand the config before it does not work either: ${problem}` : reason;
    this.fail(hash, error, packages);
  }

  private fail(hash: string, error: string, packages: PackageSet | null): void {
    this.conclude({ hash, status: "failed", error }, packages);
  }

  private putBack(): Replaced {
    const { folder, state } = this.options;
    const replaced = this.place(state.get().packages ?? null);
    folder.swap(folder.tree(lastGoodFiles(this.options.state)));
    return replaced;
  }

  private place(packages: PackageSet | null): Replaced {
    return this.options.packages?.place(packages) ?? "nothing";
  }

  private async reload(replaced: Replaced): Promise<void> {
    const { driver } = this.options;
    if (replaced === "program") await driver.restart();
    else await driver.reload();
  }

  /**
   * What was staged before another config came is stale, whatever became of that one. Where the programs of a target
   * failed and its files are those that run, the files are APPLIED.
   */
  private conclude(result: StatusReport, packages: PackageSet | null, staged: string | null = null): void {
    const { log, packages: part, state } = this.options;
    const failure = result.status === "failed" ? result.error : null;
    const same = failure !== null && result.hash === state.get().lastGood;
    const configStatus: StatusReport = same ? { ...result, status: "applied", error: "" } : result;
    const outcome = part?.outcome(packages, failure);
    const unstored = state.note({ applying: null, configStatus, staged, ...outcome });
    if (unstored) log("error", `what became of the config is not stored: ${problemText(unstored)}`);
    this.finish(result, staged);
  }

  private finish(result: StatusReport, staged: string | null): void {
    const { log, onStatus } = this.options;
    this.at("concluded");
    clear(this.options, staged);
    const level = result.status === "failed" ? "error" : "info";
    log(level, `config ${result.hash} ${result.status}${result.error ? `: ${result.error}` : ""}`);
    onStatus(result);
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
