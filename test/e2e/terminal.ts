/** The command line as a person uses it: each command a process of its own, with a profile in a home of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const launcher = fileURLToPath(new URL("../../bin/muster.mjs", import.meta.url));

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface More {
  env?: Record<string, string>;
  stdin?: string;
}

export interface Terminal {
  home: string;
  /** A command that runs on. */
  start(argv: string[], env?: Record<string, string>): ChildProcess;
  muster(argv: string[], more?: More): Promise<Ran>;
  /** Runs with `--json`, expects success, answers the document. */
  json(argv: string[], more?: More): Promise<ReturnType<typeof JSON.parse>>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

export async function openTerminal(): Promise<Terminal> {
  const home = await mkdtemp(join(tmpdir(), "muster-cli-e2e-"));
  const children: ChildProcess[] = [];

  function start(argv: string[], env: Record<string, string> = {}): ChildProcess {
    const { MUSTER_API_KEY: _key, ...inherited } = process.env;
    const child = spawn(process.execPath, [launcher, ...argv], {
      cwd: home,
      env: { ...inherited, XDG_CONFIG_HOME: home, NO_COLOR: "1", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    children.push(child);
    return child;
  }

  function muster(argv: string[], more: More = {}): Promise<Ran> {
    const child = start(argv, more.env);
    child.stdin?.end(more.stdin ?? "");
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk) => {
      stdout += String(chunk);
    });
    child.stderr?.on("data", (chunk) => {
      stderr += String(chunk);
    });
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  }

  async function json(argv: string[], more: More = {}) {
    const { code, stdout, stderr } = await muster([...argv, "--json"], more);
    expect({ argv, code, stderr: code === 0 ? "" : stderr }).toEqual({ argv, code: 0, stderr: "" });
    return JSON.parse(stdout);
  }

  async function close(): Promise<void> {
    const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
    await Promise.all(
      running.map((child) => {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        return gone;
      }),
    );
  }
  return { home, start, muster, json, close };
}
