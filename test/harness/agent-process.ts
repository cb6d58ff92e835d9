/** A real agent as a process; without `config` it writes the files it is given and supervises nothing. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentForm, agentProgram } from "./agent-program.ts";

export interface AgentProcess {
  name: string;
  stateDir: string;
  /** The config file as it now stands on the agent's disk; null before the first one. */
  file(name: string): string | null;
  log(): string;
  stop(): Promise<void>;
}

export interface AgentProcessOptions {
  url: string;
  token: string;
  name: string;
  /** A settings file, as those in `examples/`. */
  config?: string;
  /** More arguments of `muster-agent run`. */
  args?: string[];
  env?: Record<string, string>;
  /** Left out = as MUSTER_TEST_AGENT says. */
  form?: AgentForm;
}

export function startAgentProcess(options: AgentProcessOptions): AgentProcess {
  const stateDir = mkdtempSync(join(tmpdir(), "muster-agent-"));
  const endpoint = `${options.url.replace("http", "ws")}/v1/opamp`;
  const [program = "", ...first] = agentProgram(options.form);
  const child: ChildProcess = spawn(
    program,
    [
      ...first,
      "run",
      "--endpoint",
      endpoint,
      "--token",
      options.token,
      "--name",
      options.name,
      "--state-dir",
      stateDir,
      "--with-parent",
      ...(options.config ? ["--config", options.config] : []),
      ...(options.args ?? []),
    ],
    { stdio: ["pipe", "ignore", "pipe"], env: { ...process.env, ...options.env } },
  );
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
  });
  return {
    name: options.name,
    stateDir,
    file(name) {
      const path = join(stateDir, "config", name);
      return existsSync(path) ? readFileSync(path, "utf8") : null;
    },
    log: () => log,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    },
  };
}
