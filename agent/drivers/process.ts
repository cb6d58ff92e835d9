import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { problemText } from "../apply/file-problem.ts";
import { probeOnce } from "../apply/probe.ts";
import { fillIn, runCommand } from "../apply/run-command.ts";
import { type ChildContext, childContext } from "../child-context.ts";
import type { Log } from "../log.ts";
import { withOutput } from "../program-words.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import { endNoted, forgetNote, objection, originOf, readNote, stillRuns, writeNote } from "./child-note.ts";
import { childrenOf } from "./children.ts";
import type { AgentDriver, DriverCondition } from "./driver.ts";
import { handOverConnections } from "./hand-over.ts";
import { spawnNoted } from "./noted-spawn.ts";
import { OutputFile } from "./output-file.ts";
import { signalFate } from "./signal-fate.ts";
import { type Supervised, startedBefore, startedHere } from "./supervised.ts";

export interface ProcessDriverOptions {
  settings: SuperviseSettings;
  configDir: string;
  /** Holds `child.json` and `logs/`. */
  stateDir: string;
  /** False while there is no config to start with. */
  hasConfig: () => boolean;
  /** A command with the program that was brought in place of the host's own; left out = as it is. */
  placed?: (words: readonly string[]) => string[];
  log: Log;
  /** First pause before a child that ended is started again; doubles up to `backOffCapMs`. */
  backOffMs?: number;
  backOffCapMs?: number;
  /** After this long without an end the pauses begin anew. */
  steadyMs?: number;
}

const reloadCommandTimeoutMs = 60_000;
/** A younger child may not be ready for a signal yet. */
const youngMs = 2_000;
const youngStepMs = 20;
const endingStepMs = 20;

/**
 * Starts and supervises one child in a process group of its own. A child that an agent before left running goes on under
 * this one where it is what this one would start.
 */
export class ProcessDriver implements AgentDriver {
  private readonly options: Required<ProcessDriverOptions>;
  private readonly outputFile: OutputFile;
  private readonly listeners = new Set<(condition: DriverCondition) => void>();
  private child: Supervised | null = null;
  private current: DriverCondition = { state: "stopped" };
  private workersBefore: ReadonlySet<number> = new Set();
  private exits = 0;
  private restartTimer: NodeJS.Timeout | null = null;
  private turn: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(options: ProcessDriverOptions) {
    this.options = {
      placed: (words) => [...words],
      backOffMs: 500,
      backOffCapMs: 30_000,
      steadyMs: 10_000,
      ...options,
    };
    mkdirSync(join(options.stateDir, "logs"), { recursive: true, mode: 0o700 });
    this.outputFile = new OutputFile(join(options.stateDir, "logs", "child.log"));
  }

  condition(): DriverCondition {
    return this.current;
  }

  output(): string {
    return this.outputFile.since();
  }

  onChange(listener: (condition: DriverCondition) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(filesChanged = false): Promise<void> {
    return this.inTurn(async () => {
      if (this.options.settings.handOver) handOverConnections(this.options.log);
      this.exits = 0;
      if (this.adopt()) {
        if (filesChanged) await this.reloadAdopted();
        return;
      }
      await this.stopLeftOver();
      this.launch();
    });
  }

  endLeftOver(): Promise<void> {
    return this.inTurn(() => this.stopLeftOver());
  }

  reload(): Promise<void> {
    return this.inTurn(() => this.reloadNow());
  }

  restart(): Promise<void> {
    return this.inTurn(() => this.restartNow());
  }

  stop(): Promise<void> {
    this.stopped = true;
    return this.inTurn(async () => {
      await this.end();
      this.become({ state: "stopped" });
      this.outputFile.close();
    });
  }

  release(): Promise<void> {
    return this.inTurn(async () => {
      this.stopped = true;
      this.clearTimer();
      const { child } = this;
      if (child && this.isNoted(child)) {
        child.release();
        this.child = null;
        this.options.log("info", `${this.program} (pid ${child.pid}) goes on running without an agent`);
      } else {
        await this.end();
      }
      this.become({ state: "stopped" });
      this.outputFile.close();
    });
  }

  /** Two at once would start two children. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.turn.then(work);
    this.turn = turn.catch(() => {});
    return turn;
  }

  private async reloadNow(): Promise<void> {
    const { reload } = this.options.settings;
    if (reload.kind === "signal") await this.untilItTakes(reload.signal);
    this.markBeginning();
    if (!this.options.hasConfig()) {
      await this.end();
      this.become({ state: "idle" });
    } else if (!this.child || reload.kind === "restart") {
      await this.restartNow();
    } else if (reload.kind === "signal") {
      // One that would only die of the signal is ended with its grace instead.
      if (signalFate(this.child.pid, reload.signal) === "deadly") await this.restartNow();
      else this.child.signal(reload.signal);
    } else {
      const problem = await runCommand(this.options.placed(this.words(reload.command)), {
        ...this.context(),
        timeoutMs: reloadCommandTimeoutMs,
      });
      if (problem) throw new Error(`reload: ${problem}`);
    }
  }

  private async restartNow(): Promise<void> {
    await this.end();
    this.exits = 0;
    this.launch();
  }

  hasFreshWorker(): boolean | null {
    const pid = this.child?.pid;
    const workers = pid === undefined ? null : childrenOf(pid);
    return workers?.some((worker) => !this.workersBefore.has(worker)) ?? null;
  }

  /** What it writes, and the workers it starts, from here on are its answer to the reload. */
  private markBeginning(): void {
    const pid = this.child?.pid;
    this.outputFile.mark();
    this.workersBefore = new Set((pid === undefined ? null : childrenOf(pid)) ?? []);
  }

  /**
   * A young child may not have its signal handler yet, and a runtime's own handler ends it before the program asks for
   * the signal. Waits until it catches the signal and answers its probe, or is old enough.
   */
  private async untilItTakes(signal: NodeJS.Signals): Promise<void> {
    const { verify } = this.options.settings;
    const { child } = this;
    const isYoung = () =>
      this.child === child &&
      child !== null &&
      this.current.state === "running" &&
      // The clock may have been set back since.
      Math.abs(Date.now() - this.current.sinceMs) < youngMs;
    while (isYoung()) {
      const takes = signalFate(child?.pid, signal) === "caught";
      const probe = takes && verify?.probe.kind !== "running" ? verify?.probe : undefined;
      if (probe && !(await probeOnce(probe, { ...this.context(), timeoutMs: youngMs }))) return;
      if (isYoung()) await sleep(youngStepMs);
    }
  }

  private words(words: readonly string[]): string[] {
    return fillIn(words, this.options.configDir, this.options.stateDir);
  }

  private context(): ChildContext {
    return childContext(this.options.settings, this.options.configDir);
  }

  private get program(): string {
    return basename(this.options.settings.command);
  }

  private wantedWords(): string[] {
    const { placed, settings } = this.options;
    return placed([settings.command, ...this.words(settings.args)]);
  }

  private launch(): void {
    this.clearTimer();
    if (this.stopped) return;
    if (!this.options.hasConfig()) {
      this.become({ state: "idle" });
      return;
    }
    const sink = this.outputFile.open();
    const words = this.wantedWords();
    const startedMs = Date.now();
    const context = this.context();
    const child = startedHere(
      spawnNoted(words, context, sink, (pid) => this.remember(pid, startedMs)),
      { cwd: context.cwd, startedMs },
      (ended, how) => this.ended(ended, how),
    );
    this.child = child;
    if (child.pid !== undefined) this.options.log("info", `started ${this.program} (pid ${child.pid})`);
    this.become({ state: "running", sinceMs: startedMs });
  }

  /** Answers whether the child that an agent before left running goes on under this one. */
  private adopt(): boolean {
    const { hasConfig, log, stateDir } = this.options;
    const left = readNote(stateDir);
    if (!left || !stillRuns(left) || !hasConfig()) return false;
    const against = objection(left, originOf(this.wantedWords(), this.context()));
    if (against !== null || !left.started) {
      log(
        "warn",
        `${this.program} (pid ${left.pid}), left running by an agent before, is started anew: ${against}`,
      );
      return false;
    }
    const startedMs = left.started.atMs;
    this.outputFile.open();
    this.child = startedBefore({ ...left, startedMs }, (ended, how) => this.ended(ended, how));
    log("info", `${this.program} (pid ${left.pid}) was left running by an agent before and goes on`);
    this.become({ state: "running", sinceMs: startedMs });
    return true;
  }

  private async reloadAdopted(): Promise<void> {
    try {
      await this.reloadNow();
    } catch (error) {
      this.options.log("warn", `${this.program} is started anew: ${problemText(error)}`);
      await this.restartNow();
    }
  }

  private ended(child: Supervised, what: string): void {
    if (this.child !== child) return;
    this.child = null;
    forgetNote(this.options.stateDir);
    const { backOffMs, backOffCapMs, steadyMs, log } = this.options;
    if (Date.now() - child.startedMs >= steadyMs) this.exits = 0;
    this.exits++;
    const pauseMs = Math.min(backOffCapMs, backOffMs * 2 ** (this.exits - 1));
    const how = `${this.program} ${what}`;
    const error = withOutput(how, this.outputFile.tail());
    log("warn", `${how}; starting it again in ${pauseMs / 1000} s`);
    this.clearTimer();
    this.restartTimer = setTimeout(() => this.launch(), pauseMs);
    this.become({ state: "backing_off", error, exits: this.exits });
  }

  /** Ends the child on purpose: SIGTERM to its group, SIGKILL after the grace. */
  private async end(): Promise<void> {
    this.clearTimer();
    const child = this.child;
    this.child = null;
    if (child?.pid === undefined) return;
    child.signalGroup("SIGTERM");
    const looks = setInterval(() => child.look(), endingStepMs);
    const timer = setTimeout(() => child.signalGroup("SIGKILL"), this.options.settings.stopGraceMs);
    await child.gone;
    clearTimeout(timer);
    clearInterval(looks);
    forgetNote(this.options.stateDir);
  }

  private remember(pid: number, atMs: number): void {
    const { log, settings, stateDir } = this.options;
    const { stopGraceMs } = settings;
    try {
      const origin = originOf(this.wantedWords(), this.context());
      writeNote(stateDir, pid, origin ? { atMs, stopGraceMs, origin } : undefined);
    } catch (error) {
      // A full disk must not keep the program from running.
      log("error", `the program runs without a note of its pid: ${problemText(error)}`);
    }
  }

  /** Whether the next agent would find the child, and could take it over. */
  private isNoted({ pid }: Supervised): boolean {
    if (pid === undefined || process.platform !== "linux") return false;
    const note = readNote(this.options.stateDir);
    return note?.pid === pid && note.started !== undefined && stillRuns(note);
  }

  /** A child whose agent was killed still runs and would hold its ports. */
  private async stopLeftOver(): Promise<void> {
    const { log, settings, stateDir } = this.options;
    const left = readNote(stateDir);
    if (!left) return;
    if (stillRuns(left))
      log("warn", `stopping the child (pid ${left.pid}) that the agent before left running`);
    await endNoted(left, settings.stopGraceMs);
    forgetNote(stateDir);
  }

  private clearTimer(): void {
    if (this.restartTimer) clearTimeout(this.restartTimer);
    this.restartTimer = null;
  }

  private become(condition: DriverCondition): void {
    this.current = condition;
    for (const listener of [...this.listeners]) listener(condition);
  }
}
