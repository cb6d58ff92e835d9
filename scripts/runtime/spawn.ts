import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./paths.ts";
import { groupMembers, signalGroup } from "./processes.ts";

export interface SpawnRuntimeOptions {
  stateDir: string;
  port?: number;
  vars?: Record<string, string>;
  cronIntervalMs?: number;
  /** Where `npm run release` has put the agent's releases. Default: `dist/release`. */
  releases?: string;
  /** Where the Workers' log lines go; default: kept in memory, see `log()`. */
  logFile?: string;
}

export interface RunningRuntime {
  url: string;
  port: number;
  /** Where the mails are shown that it sends, and its `/mails?to=` are read; null when `vars` name another way. */
  outboxUrl: string | null;
  /** The runtime's own process, which also leads its process group. */
  pid: number;
  /** The workerd under it, null where `/proc` cannot tell. */
  workerdPid: number | null;
  /** The last lines that the Workers logged. */
  log(): string;
  /** Ends it in order (SIGTERM) and waits until the whole group is gone. */
  stop(): Promise<void>;
  /** SIGKILL to the whole group, workerd included; waits until it is gone. */
  kill(): Promise<void>;
  exited: Promise<number | null>;
}

/** Starts the runtime as a process (group) of its own and waits until it answers. */
export async function spawnRuntime(options: SpawnRuntimeOptions): Promise<RunningRuntime> {
  const args = ["--state-dir", options.stateDir, "--with-parent"];
  if (options.port) args.push("--port", String(options.port));
  if (options.cronIntervalMs !== undefined) args.push("--cron-interval-ms", String(options.cronIntervalMs));
  if (options.releases !== undefined) args.push("--releases", options.releases);
  for (const [name, value] of Object.entries(options.vars ?? {})) args.push("--var", `${name}=${value}`);
  const child = spawn(process.execPath, [join(root, "scripts/runtime/main.ts"), ...args], {
    cwd: root,
    detached: true,
    stdio: ["pipe", "pipe", options.logFile ? openSync(options.logFile, "a") : "pipe"],
  });
  const tail = keepTail(child);
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const pid = child.pid;
  if (pid === undefined) throw new Error("The runtime could not be started");
  const ready = await new Promise<Pick<RunningRuntime, "url" | "port" | "outboxUrl" | "workerdPid">>(
    (resolve, reject) => {
      if (child.stdout) createInterface(child.stdout).once("line", (line) => resolve(JSON.parse(line)));
      exited.then((code) =>
        reject(new Error(`The runtime ended with code ${code} before it was ready.\n${tail()}`)),
      );
    },
  );
  const end = async (signal: NodeJS.Signals) => {
    signalGroup(pid, signal);
    await exited;
    signalGroup(pid, "SIGKILL");
    while (groupMembers(pid).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return {
    ...ready,
    pid,
    exited,
    log: tail,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

function keepTail(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-100_000);
  });
  return () => text;
}
