import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Log } from "../log.ts";
import { processIdentity } from "../process-identity.ts";
import { withOutput } from "../program-words.ts";
import type { ProgramAtStop, RunningAgent } from "../run.ts";
import { agentVersion } from "../version.ts";
import { choose, forgetPicks, type Pick, readPicks, returnedPicks, writePicks } from "./picks.ts";
import { pickVariable } from "./self-upgrade.ts";

export interface LauncherOptions {
  stateDir: string;
  /** Starts the agent that this process is. */
  start: () => Promise<RunningAgent>;
  log: Log;
}

/** In the environment of an agent that another one watches over: that one's pid. */
const parentVariable = "MUSTER_AGENT_PARENT";
/** Whether another agent watches over this one, and starts the next on the state folder. */
export const isWatched = (): boolean => process.env[parentVariable] !== undefined;
/** With it an agent says that another one is to run: EX_TEMPFAIL. */
const leftExitCode = 75;
/** Beyond its own probation a candidate has at most this long to end by itself. */
const overtimeMs = 10_000;
const stopGraceMs = 20_000;
const parentEveryMs = 2_000;
const keptOutput = 2_000;

/**
 * Runs the agent that the state folder asks for. It is this process, or a proven one takes this process over (exec), or
 * one on probation runs below it: then this process waits, and returns to the agent before if that one does not last.
 * No service manager is needed for it.
 */
export class Launcher {
  readonly #options: LauncherOptions;
  readonly #self = process.env[pickVariable] || null;
  readonly #parent = Number(process.env[parentVariable] ?? 0);
  readonly #stopped = Promise.withResolvers<"stopped">();
  #child: ChildProcess | null = null;
  #stopping = false;
  #program: ProgramAtStop = "ends";

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  stop(program: ProgramAtStop): void {
    this.#stopping = true;
    this.#program = program;
    // An agent that is watched over leaves its program at SIGTERM.
    this.#child?.kill(program === "stays" ? "SIGTERM" : "SIGINT");
    this.#stopped.resolve("stopped");
  }

  /** Resolves with the exit code of the process. */
  async run(): Promise<number> {
    if (this.#parent > 0) {
      this.#endWithParent();
      return (await this.#here()) === "left" ? leftExitCode : 0;
    }
    let untouched = true;
    while (!this.#stopping) {
      const { pick, probationMs, base } = this.#next();
      if (probationMs === null && (pick?.path ?? null) === this.#self) {
        untouched = false;
        if ((await this.#here()) === "stopped") return 0;
        continue;
      }
      const words = pick ? [pick.path] : base;
      const env = { ...process.env, [pickVariable]: pick?.path ?? "" };
      if (untouched && probationMs === null) this.#become(words, env);
      const code = await this.#below(words, env, probationMs);
      if (code !== leftExitCode && !this.#gaveBack()) return code;
    }
    return 0;
  }

  /** What starts now, written down before it does. */
  #next(): { pick: Pick | null; probationMs: number | null; base: string[] } {
    const { log, stateDir } = this.#options;
    const self = this.#self === null ? null : { version: agentVersion, path: this.#self };
    const picks = readPicks(stateDir);
    if (!picks) return { pick: self, probationMs: null, base: [] };
    if (self === null && picks.base.version !== agentVersion) {
      log(
        "info",
        `agent ${agentVersion} was installed in place of ${picks.base.version}: it runs from now on`,
      );
      forgetPicks(stateDir);
      return { pick: null, probationMs: null, base: [] };
    }
    const choice = choose(picks);
    if (choice.picks) writePicks(stateDir, choice.picks);
    if (choice.probationMs === null && choice.pick && !existsSync(choice.pick.path)) {
      log("error", `${choice.pick.path} is gone: the installed agent runs in its place`);
      return { pick: null, probationMs: null, base: picks.base.command };
    }
    return { ...choice, base: picks.base.command };
  }

  async #here(): Promise<"stopped" | "left"> {
    const agent = await this.#options.start();
    const end = await Promise.race([this.#stopped.promise, agent.left.then(() => "left" as const)]);
    await agent.stop(end === "left" ? "stays" : this.#program);
    return end;
  }

  /** The same process goes on as another program: there is nothing that would have to watch over it. */
  #become([program = "", ...args]: string[], env: NodeJS.ProcessEnv): void {
    try {
      process.execve?.(program, [program, ...args, ...process.argv.slice(2)], env);
    } catch (error) {
      this.#options.log("error", `${program} cannot take this process over: ${String(error)}`);
    }
  }

  /** Runs an agent as a child of this process until it ends. Answers its exit code. */
  async #below(
    [program = "", ...args]: string[],
    env: NodeJS.ProcessEnv,
    probationMs: number | null,
  ): Promise<number> {
    const { log } = this.#options;
    const child = spawn(program, [...args, ...process.argv.slice(2)], {
      stdio: ["inherit", "inherit", "pipe"],
      env: { ...env, [parentVariable]: String(process.pid) },
    });
    this.#child = child;
    let output = "";
    child.stderr.on("data", (piece: Buffer) => {
      process.stderr.write(piece);
      output = (output + piece.toString("utf8")).slice(-keptOutput);
    });
    const watch = probationMs === null ? null : this.#watch(child, probationMs);
    const how = await new Promise<{ code: number; text: string }>((resolve) => {
      child.once("error", (error) => resolve({ code: 1, text: `it could not be started: ${error.message}` }));
      child.once("close", (code, signal) =>
        resolve({
          code: code ?? 1,
          text: signal ? `it was ended by ${signal}` : `it exited with code ${code}`,
        }),
      );
    });
    watch?.end();
    this.#child = null;
    const picks = readPicks(this.#options.stateDir);
    if (picks?.candidate && picks.candidate.starts > 0 && !this.#stopping) {
      const text = watch?.late ? "it was not connected and well in time, so it was ended" : how.text;
      log("error", `${program} is given up: ${text}`);
      writePicks(this.#options.stateDir, returnedPicks(picks, withOutput(text, output.trim())));
    }
    return this.#stopping ? 0 : how.code;
  }

  /** Ends a candidate that neither proves itself nor gives up. */
  #watch(child: ChildProcess, probationMs: number) {
    const { stateDir } = this.#options;
    const watch = { late: false, end: () => {} };
    let killTimer: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      if (!readPicks(stateDir)?.candidate) return;
      watch.late = true;
      child.kill("SIGTERM");
      killTimer = setTimeout(() => child.kill("SIGKILL"), stopGraceMs);
    }, probationMs + Math.min(probationMs, overtimeMs));
    watch.end = () => {
      clearTimeout(timer);
      clearTimeout(killTimer);
    };
    return watch;
  }

  /** A candidate did not stay, so that another one is to start. */
  #gaveBack(): boolean {
    return readPicks(this.#options.stateDir)?.returned != null && !this.#stopping;
  }

  /** Without whoever watches over it an agent would stay behind, and hold the state folder. */
  #endWithParent(): void {
    const identity = processIdentity(this.#parent);
    setInterval(() => {
      if (processIdentity(this.#parent) === identity) return;
      this.#options.log("warn", "the process that started this agent is gone: stopping");
      this.stop("stays");
    }, parentEveryMs).unref();
  }
}
