import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { problemText } from "../apply/file-problem.ts";
import { probeOnce } from "../apply/probe.ts";
import { fillIn, killGroup, runCommand } from "../apply/run-command.ts";
import { type ChildContext, childContext } from "../child-context.ts";
import { replaceFile } from "../durable-file.ts";
import type { Log } from "../log.ts";
import { processIdentity } from "../process-identity.ts";
import { withOutput } from "../program-words.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import { childrenOf } from "./children.ts";
import type { AgentDriver, DriverCondition } from "./driver.ts";
import { handOverConnections } from "./hand-over.ts";
import { spawnNoted } from "./noted-spawn.ts";
import { OutputFile } from "./output-file.ts";
import { signalFate } from "./signal-fate.ts";

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

/** Starts and supervises one child in a process group of its own. */
export class ProcessDriver implements AgentDriver {
  private readonly options: Required<ProcessDriverOptions>;
  private readonly outputFile: OutputFile;
  private readonly childFile: string;
  private readonly listeners = new Set<(condition: DriverCondition) => void>();
  private child: ChildProcess | null = null;
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
    this.childFile = join(options.stateDir, "child.json");
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

  start(): Promise<void> {
    return this.inTurn(async () => {
      if (this.options.settings.handOver) handOverConnections(this.options.log);
      await this.stopLeftOver();
      this.exits = 0;
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
      else this.child.kill(reload.signal);
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
      Date.now() - this.current.sinceMs < youngMs;
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

  private launch(): void {
    this.clearTimer();
    if (this.stopped) return;
    if (!this.options.hasConfig()) {
      this.become({ state: "idle" });
      return;
    }
    const { settings, log } = this.options;
    const sink = this.outputFile.open();
    const words = this.options.placed([settings.command, ...this.words(settings.args)]);
    const child = spawnNoted(words, this.context(), sink, (pid) => this.remember(pid));
    const startedMs = Date.now();
    const program = basename(settings.command);
    this.child = child;
    if (child.pid !== undefined) log("info", `started ${program} (pid ${child.pid})`);
    child.once("error", (error) =>
      this.ended(child, startedMs, `${program} could not be started: ${error.message}`),
    );
    child.once("exit", (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
      this.ended(child, startedMs, `${program} ${how}`);
    });
    this.become({ state: "running", sinceMs: startedMs });
  }

  private ended(child: ChildProcess, startedMs: number, how: string): void {
    if (child.pid !== undefined) killGroup(child.pid, "SIGKILL");
    if (this.child !== child) return;
    this.child = null;
    rmSync(this.childFile, { force: true });
    const { backOffMs, backOffCapMs, steadyMs, log } = this.options;
    if (Date.now() - startedMs >= steadyMs) this.exits = 0;
    this.exits++;
    const pauseMs = Math.min(backOffCapMs, backOffMs * 2 ** (this.exits - 1));
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
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const pid = child.pid;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    killGroup(pid, "SIGTERM");
    const timer = setTimeout(() => killGroup(pid, "SIGKILL"), this.options.settings.stopGraceMs);
    await gone;
    clearTimeout(timer);
    rmSync(this.childFile, { force: true });
  }

  private remember(pid: number): void {
    const identity = processIdentity(pid);
    if (!identity) return;
    try {
      replaceFile(this.childFile, JSON.stringify({ pid, identity }), { mode: 0o600 });
    } catch (error) {
      // A full disk must not keep the program from running.
      this.options.log("error", `the program runs without a note of its pid: ${problemText(error)}`);
    }
  }

  /** A child whose agent was killed still runs and would hold its ports. Its pid may belong to another by now. */
  private async stopLeftOver(): Promise<void> {
    if (!existsSync(this.childFile)) return;
    const left: { pid: number; identity: string } = JSON.parse(readFileSync(this.childFile, "utf8"));
    const lives = () => processIdentity(left.pid) === left.identity;
    if (lives()) {
      this.options.log("warn", `stopping the child (pid ${left.pid}) that the agent before left running`);
      killGroup(left.pid, "SIGTERM");
      const deadline = Date.now() + this.options.settings.stopGraceMs;
      while (lives() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      if (lives()) killGroup(left.pid, "SIGKILL");
      while (lives()) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    rmSync(this.childFile, { force: true });
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
