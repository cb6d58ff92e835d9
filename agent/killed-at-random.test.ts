import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterEach, expect, test } from "vitest";
import { configMapFrom } from "../protocol/opamp/config-map.ts";
import { RemoteConfigStatuses } from "../protocol/opamp/opamp_pb.js";
import { uidToHex } from "../protocol/opamp/uid.ts";
import { until } from "../test/harness/until.ts";
import type { AgentState } from "./state-file.ts";
import { OpampServer } from "./testing/opamp-server.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

/** Kills that found an apply under way; those that came too early or too late do not count. */
const killsOfAnApply = 200;
const killsAtMost = 5 * killsOfAnApply;
const hosts = 3;
const names = ["a.conf", "sub/b.conf", "c.conf"];

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Numbers in [0, 1), the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Few files, which start in half the time; what is loaded by `import()` stays on the disk until it is. */
function bundled(): string {
  const outdir = temporaryFolder();
  buildSync({
    entryPoints: [fileURLToPath(new URL("testing/mortal-agent.ts", import.meta.url))],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    // Native modules, which this agent asks for none of.
    external: ["@lydell/node-pty", "cpu-features", "*.node"],
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
  });
  return join(outdir, "mortal-agent.mjs");
}

interface Config {
  hash: string;
  /** The first line of each of its files. */
  title: string;
  files: Record<string, string>;
}

interface Report {
  hash: string;
  status: "APPLYING" | "APPLIED" | "FAILED" | "UNSET";
  error: string;
  effective: Record<string, string> | null;
}

/** What the kills found, of all hosts together. */
interface Tally {
  kills: number;
  /** By the step of an apply that was under way. */
  steps: Map<string, number>;
  ofAnApply: number;
}

/** An agent that is offered one config after another, and killed at any moment of most of them. */
class Host {
  private readonly stateDir = temporaryFolder();
  private readonly contents = new Set<string>();
  private configs = 0;
  private process: ChildProcess | null = null;
  private messagesBefore = 0;
  private good: Config | null = null;
  private applyMs = 0;
  private readonly server: OpampServer;
  private readonly random: () => number;
  /** Of the agent's program, bundled. */
  private readonly program: string;
  private readonly tally: Tally;

  constructor(server: OpampServer, random: () => number, program: string, tally: Tally) {
    this.server = server;
    this.random = random;
    this.program = program;
    this.tally = tally;
  }

  async live(): Promise<void> {
    await this.start();
    await this.leaveAlone();
    while (this.tally.ofAnApply < killsOfAnApply && this.tally.kills < killsAtMost) {
      const config = this.nextConfig();
      this.server.offer(config.hash, config.files);
      await sleep(this.random() * this.applyMs * 1.1);
      await this.kill();
      await this.start();
      while (this.random() < 0.2) {
        await sleep(this.random() * this.applyMs * 2);
        await this.kill();
        await this.start();
      }
      await this.check(config, await this.settled(config));
      if (this.random() < 0.05) await this.leaveAlone();
    }
    await this.kill();
  }

  /** An apply that nobody interrupts; tells how long one takes here and now. */
  private async leaveAlone(): Promise<void> {
    await until("a hello", () => this.reports().length > 0);
    const config = this.nextConfig(false);
    const since = performance.now();
    this.server.offer(config.hash, config.files);
    const report = await this.settled(config);
    this.applyMs = performance.now() - since;
    expect(report.status).toBe("APPLIED");
    await this.check(config, report);
  }

  private nextConfig(mayBeBad = true): Config {
    const number = ++this.configs;
    const title = `${mayBeBad && this.random() < 0.2 ? "bad" : "config"} ${number}`;
    const filler = `${number} `.repeat(Math.floor(this.random() * 20_000));
    const files = Object.fromEntries(names.map((name) => [name, `${title}\n${filler}${name}\n`]));
    for (const text of Object.values(files)) this.contents.add(text);
    return { hash: number.toString(16).padStart(8, "0"), title, files };
  }

  private async start(): Promise<void> {
    this.messagesBefore = this.server.messages.length;
    const child = spawn(process.execPath, [this.program, this.server.endpoint, this.stateDir], {
      stdio: "ignore",
      env: { ...process.env, NODE_COMPILE_CACHE: dirname(this.program) },
    });
    this.process = child;
    cleanups.push(() => child.kill("SIGKILL"));
  }

  /** What the agent that runs now has said, the newest last. */
  private reports(): Report[] {
    return this.server.messages.slice(this.messagesBefore).flatMap((message) => {
      const status = message.remoteConfigStatus;
      if (!status) return [];
      const files = message.effectiveConfig && configMapFrom(message.effectiveConfig.configMap);
      const name = (RemoteConfigStatuses[status.status] ?? "").replace("RemoteConfigStatuses_", "");
      return {
        hash: uidToHex(status.lastRemoteConfigHash),
        status: name as Report["status"],
        error: status.errorMessage,
        effective: files ? Object.fromEntries(files.map((file) => [file.name, file.content])) : null,
      };
    });
  }

  /** As a server does: what the agent does not know of is offered again. */
  private async settled(config: Config): Promise<Report> {
    const first = await until("a first report", () => this.reports()[0]);
    if (first.hash !== config.hash) this.server.offer(config.hash, config.files);
    return until(`the end of ${config.title}`, () =>
      this.reports().find(
        ({ hash, status }) => hash === config.hash && (status === "APPLIED" || status === "FAILED"),
      ),
    );
  }

  private async check(config: Config, report: Report): Promise<void> {
    const before = this.good;
    if (report.status === "APPLIED") {
      expect(config.title).toMatch(/^config/);
      this.good = config;
    } else if (config.title.startsWith("config")) {
      expect(report.error).toMatch(/^interrupted 2 times, last while /);
    } else {
      expect(report.error).toMatch(/exited with code 1|interrupted 2 times/);
    }
    const expected = this.good ?? before;
    expect(this.onDisk()).toEqual(expected?.files ?? {});
    expect(report.effective).toEqual(expected?.files ?? {});
    expect(this.strays()).toEqual([]);
    const served = this.served();
    expect(served.filter(({ titles }) => new Set(titles).size !== 1)).toEqual([]);
    // A program that replaces itself by another is nameless for a moment.
    await until(`that ${expected?.title} runs, alone`, () => {
      const running = this.served().filter(({ pid }) => this.lives(pid));
      return running.length === (expected ? 1 : 0) && running[0]?.titles[0] === expected?.title;
    });
    // An agent that finds its config in order says so while the program starts; it starts it once.
    expect(this.served().length).toBeLessThanOrEqual(served.length + 1);
  }

  private async kill(): Promise<void> {
    const child = this.process;
    if (!child) return;
    const dead = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await dead;
    this.process = null;
    this.tally.kills++;
    const state: AgentState = JSON.parse(readFileSync(join(this.stateDir, "state.json"), "utf8"));
    if (state.applying) {
      this.tally.ofAnApply++;
      this.tally.steps.set(state.applying.step, (this.tally.steps.get(state.applying.step) ?? 0) + 1);
    }
    // A mix of two configs is there until the next start; half a file never is.
    for (const text of Object.values(this.onDisk())) expect(this.contents.has(text)).toBe(true);
  }

  private onDisk(): Record<string, string> {
    const path = (name: string) => join(this.stateDir, "config", name);
    return Object.fromEntries(
      names.filter((name) => existsSync(path(name))).map((name) => [name, readFileSync(path(name), "utf8")]),
    );
  }

  /** Files that an apply needs only while it lasts. */
  private strays(): string[] {
    const configs = readdirSync(join(this.stateDir, "configs"));
    const written = readdirSync(join(this.stateDir, "config"), { recursive: true, encoding: "utf8" });
    return [
      ...(existsSync(join(this.stateDir, "staged")) ? ["staged"] : []),
      ...(configs.length > 1 ? configs : []),
      ...written.filter((name) => name.includes(".muster-")),
    ];
  }

  /** What each program that was ever started was given. */
  private served(): { titles: string[]; pid: number }[] {
    const lines = readFileSync(join(this.stateDir, "served"), "utf8").trim().split("\n");
    return lines.map((line) => {
      const titles = line.split("|");
      return { pid: Number(titles.pop()), titles };
    });
  }

  /** Whether it still runs; its pid may belong to another program by now. */
  private lives(pid: number): boolean {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ");
      return line.startsWith("sleep 86413") || line.includes(this.stateDir);
    } catch {
      return false;
    }
  }
}

test("killed 200 times at any moment of an apply, it runs the old config or the new one, whole, and says which", {
  timeout: 600_000,
}, async () => {
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
  const random = randomFrom(seed);
  const program = bundled();
  const tally: Tally = { kills: 0, steps: new Map(), ofAnApply: 0 };
  const lives = Array.from({ length: hosts }, async () => {
    const server = await OpampServer.start();
    cleanups.unshift(() => server.stop());
    await new Host(server, randomFrom(Math.floor(random() * 2 ** 32)), program, tally).live();
  });
  try {
    await Promise.all(lives);
  } finally {
    console.log(JSON.stringify({ seed, ...tally, steps: Object.fromEntries(tally.steps) }));
  }
  expect(tally.ofAnApply).toBeGreaterThanOrEqual(killsOfAnApply);
  expect(tally.steps.size).toBeGreaterThanOrEqual(4);
});
