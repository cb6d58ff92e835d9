import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fillIn, killGroup, runCommand } from "../apply/run-command.ts";
import { type ChildContext, childContext } from "../child-context.ts";
import { replaceFile } from "../durable-file.ts";
import type { Log } from "../log.ts";
import { processIdentity } from "../process-identity.ts";
import { withOutput } from "../program-words.ts";
import type { SuperviseSettings } from "../settings/supervise.ts";
import type { AgentDriver, DriverCondition } from "./driver.ts";
import { OutputFile } from "./output-file.ts";

export interface ProcessDriverOptions {
  settings: SuperviseSettings;
  configDir: string;
  /** Holds `child.json` and `logs/`. */
  stateDir: string;
  /** False while there is no config to start with. */
  hasConfig: () => boolean;
  log: Log;
  /** First pause before a child that ended is started again; doubles up to `backOffCapMs`. */
  backOffMs?: number;
  backOffCapMs?: number;
  /** After this long without an end the pauses begin anew. */
  steadyMs?: number;
}

const reloadCommandTimeoutMs = 60_000;
/** A younger child may not have its signal handler yet and would die of the signal; it is started anew instead. */
const youngMs = 2_000;

/** Starts and supervises one child in a process group of its own. */
export class ProcessDriver implements AgentDriver {
  private readonly options: Required<ProcessDriverOptions>;
  private readonly outputFile: OutputFile;
  private readonly childFile: string;
  private readonly listeners = new Set<(condition: DriverCondition) => void>();
  private child: ChildProcess | null = null;
  private current: DriverCondition = { state: "stopped" };
  private exits = 0;
  private restartTimer: NodeJS.Timeout | null = null;
  private turn: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(options: ProcessDriverOptions) {
    this.options = { backOffMs: 500, backOffCapMs: 30_000, steadyMs: 10_000, ...options };
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
      await this.stopLeftOver();
      this.exits = 0;
      this.launch();
    });
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
    this.outputFile.mark();
    const young = this.current.state === "running" && Date.now() - this.current.sinceMs < youngMs;
    if (!this.options.hasConfig()) {
      await this.end();
      this.become({ state: "idle" });
    } else if (!this.child || reload.kind === "restart" || (reload.kind === "signal" && young)) {
      await this.restartNow();
    } else if (reload.kind === "signal") {
      this.child.kill(reload.signal);
    } else {
      const problem = await runCommand(fillIn(reload.command, this.options.configDir), {
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
    const { settings, configDir, log } = this.options;
    const sink = this.outputFile.open();
    const child = spawn(settings.command, fillIn(settings.args, configDir), {
      ...this.context(),
      stdio: ["ignore", sink, sink],
      detached: true,
    });
    const startedMs = Date.now();
    const program = basename(settings.command);
    this.child = child;
    if (child.pid !== undefined) {
      this.remember(child.pid);
      log("info", `started ${program} (pid ${child.pid})`);
    }
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
    if (identity) replaceFile(this.childFile, JSON.stringify({ pid, identity }), { mode: 0o600 });
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
