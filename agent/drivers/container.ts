import { setTimeout as sleep } from "node:timers/promises";
import { type App, readApps } from "../containers/app.ts";
import { type ConvergeOptions, converge, restartEach } from "../containers/converge.ts";
import { dockerEngine } from "../containers/docker-engine.ts";
import { dockerRuntime } from "../containers/docker-runtime.ts";
import type { ContainerDetail, ContainerEngine } from "../containers/engine.ts";
import { Images } from "../containers/images.ts";
import { type PortHolder, portHolder } from "../containers/ports/client.ts";
import {
  askHealth,
  endProblem,
  healthOf,
  lastWords,
  type Placed,
  type ReadinessPace,
} from "../containers/readiness.ts";
import type { ContainerRuntime } from "../containers/runtime.ts";
import { label, type Owner, ownerOf, specsOf, titleOf } from "../containers/spec.ts";
import type { Health } from "../health.ts";
import type { Log } from "../log.ts";
import { withOutput } from "../program-words.ts";
import type { ContainerSettings } from "../settings/container.ts";
import type { StoredFile } from "../state-file.ts";
import type { AgentDriver, DriverCondition } from "./driver.ts";

export interface ContainerDriverOptions {
  settings: ContainerSettings;
  stateDir: string;
  /** The files that are in place. */
  files: () => readonly StoredFile[];
  /** Starts the process that holds the ports of the host. */
  holderCommand: readonly string[];
  /** What it is doing that takes a while, in words; null = nothing. */
  onProgress: (words: string | null) => void;
  log: Log;
  pace?: ReadinessPace;
  lookEveryMs?: number;
}

interface Parts {
  engine: ContainerEngine;
  runtime: ContainerRuntime;
  images: Images;
}

/** What could not be removed is tried again after this long. */
const tidyEveryMs = 60_000;
/** For so long a container that the engine had to start again counts as ill. */
const youngMs = 10_000;

/** How one container was at the last look. */
interface Look {
  problem: string | null;
  sinceMs: number;
}

/** Runs the apps of the config as containers, whatever became of the agent that started them. */
export class ContainerDriver implements AgentDriver {
  private readonly options: ContainerDriverOptions & { lookEveryMs: number };
  readonly engine: ContainerEngine;
  private readonly owner: Owner;
  private readonly ports: PortHolder;
  private readonly over = new AbortController();
  private readonly listeners = new Set<(condition: DriverCondition) => void>();
  private readonly failures = new Map<string, { count: number; askedMs: number; problem: string | null }>();
  private parts: Parts | null = null;
  private placed: readonly Placed[] = [];
  private looks = new Map<string, Look>();
  private current: DriverCondition = { state: "stopped" };
  private turn: Promise<void> = Promise.resolve();
  private looking: Promise<void> = Promise.resolve();
  private busy = 0;
  /** Nothing is to run any more, whatever the files say. */
  private leaving = false;
  private attempts = 0;
  private convergedMs = 0;

  constructor(options: ContainerDriverOptions) {
    this.options = { lookEveryMs: 2_000, ...options };
    this.ports = portHolder(options.stateDir, options.holderCommand);
    this.engine = dockerEngine(options.settings.engine);
    this.owner = ownerOf(options.settings.project, options.stateDir);
  }

  /** What its containers carry. */
  get labels(): Readonly<Record<string, string>> {
    return { [label.agent]: this.owner.id };
  }

  condition(): DriverCondition {
    return this.current;
  }

  output(): string {
    return "";
  }

  onChange(listener: (condition: DriverCondition) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What is wrong although all containers run; null = nothing. */
  probe(): string | null {
    const problems = [...this.looks.values()].flatMap(({ problem }) => problem ?? []);
    return problems.length > 0 ? problems.join("\n") : null;
  }

  /** Each container by its title. */
  components(): Record<string, Health> {
    return Object.fromEntries(
      this.placed.map(({ spec, id }) => {
        const { problem = null, sinceMs = 0 } = this.looks.get(id) ?? {};
        const status = problem === null ? "running" : "unhealthy";
        return [
          titleOf(spec),
          { healthy: problem === null, status, error: problem ?? "", startedMs: sinceMs },
        ];
      }),
    );
  }

  /** Manifests that can be read, an engine that answers, and images that are here. Null = the config may be taken. */
  async check(files: readonly StoredFile[]): Promise<string | null> {
    try {
      const apps = readApps(files);
      if (apps.length === 0) return null;
      const { images, runtime } = await this.connect();
      await runtime.describe();
      await images.ensure(specsOf(apps, this.owner), "own", this.over.signal);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Comes back at once: containers may need long, and the agent has to be heard meanwhile. */
  async start(): Promise<void> {
    void this.inTurn(() => this.converge()).catch((error: unknown) => this.broken(error));
    this.looking = this.keepLooking();
  }

  reload(): Promise<void> {
    return this.inTurn(() => this.converge());
  }

  restart(): Promise<void> {
    return this.inTurn(async () => restartEach(this.placed, await this.convergeOptions(), this.over.signal));
  }

  /** Containers and ports stay as they are: the next agent of this state folder finds them by their labels. */
  async stop(): Promise<void> {
    this.over.abort(new Error("the agent stops"));
    await this.turn;
    await this.looking;
    this.become({ state: "stopped" });
  }

  /** What the volumes hold stays. */
  async remove(): Promise<void> {
    this.leaving = true;
    await this.inTurn(() => this.converge());
    await this.stop();
  }

  /** Two changes at once would each undo what the other does. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    this.busy++;
    const turn = this.turn.then(work).finally(() => {
      this.busy--;
    });
    this.turn = turn.catch(() => {});
    return turn;
  }

  private async connect(): Promise<Parts> {
    const { settings, stateDir, onProgress, log } = this.options;
    if (!this.parts) {
      const runtime = await dockerRuntime(settings.engine);
      this.parts = {
        engine: this.engine,
        runtime,
        images: new Images({ runtime, settings, stateDir, onProgress, log }),
      };
    }
    return this.parts;
  }

  private async convergeOptions(): Promise<ConvergeOptions> {
    const { settings, log, pace } = this.options;
    const parts = await this.connect();
    return { ...parts, ports: this.ports, owner: this.owner, settings, log, ...(pace && { pace }) };
  }

  private async converge(): Promise<void> {
    const apps: App[] = this.leaving ? [] : readApps(this.options.files());
    const options = await this.convergeOptions();
    this.placed = await converge(specsOf(apps, this.owner), options, this.over.signal);
    this.attempts = 0;
    this.convergedMs = Date.now();
    this.failures.clear();
    this.looks = new Map(this.placed.map(({ id }) => [id, { problem: null, sinceMs: Date.now() }]));
    if (this.placed.length === 0) this.become({ state: "idle" });
    else if (this.current.state !== "running") this.become({ state: "running", sinceMs: Date.now() });
  }

  /** What must run does not: told, and tried again at a later look. */
  private broken(error: unknown): void {
    if (this.over.signal.aborted) return;
    this.attempts++;
    this.options.log("error", `containers: ${messageOf(error)}`);
    this.become({ state: "backing_off", error: messageOf(error), exits: this.attempts });
  }

  private async keepLooking(): Promise<void> {
    const { lookEveryMs } = this.options;
    while (!this.over.signal.aborted) {
      try {
        await sleep(lookEveryMs, null, { signal: this.over.signal });
      } catch {
        return;
      }
      if (this.busy > 0) continue;
      try {
        await this.look();
      } catch (error) {
        // Each time twice as long: an engine that is down comes back by itself.
        const pauses = Math.min(15, 2 ** Math.min(4, this.attempts)) - 1;
        this.broken(error);
        await sleep(pauses * lookEveryMs, null, { signal: this.over.signal }).catch(() => {});
      }
    }
  }

  /** Brings back what somebody removed, and tells what is ill. Throws when it cannot. */
  private async look(): Promise<void> {
    const { engine } = await this.connect();
    const there = new Set((await engine.list(this.labels)).map(({ id }) => id));
    const missing = this.placed.some(({ id }) => !there.has(id));
    const left = there.size > this.placed.length && Date.now() - this.convergedMs > tidyEveryMs;
    const held = await this.ports.held();
    const unheld = held === null && this.placed.some(({ spec }) => spec.published.length > 0);
    if (missing || left || unheld || this.current.state === "backing_off") {
      if (this.busy === 0) await this.inTurn(() => this.converge());
      if (this.current.state !== "backing_off") return;
    }
    const looks = new Map<string, Look>();
    for (const placed of this.placed) looks.set(placed.id, await this.lookAt(placed, engine));
    if (this.busy > 0) return;
    this.looks = looks;
  }

  private async lookAt(placed: Placed, engine: ContainerEngine): Promise<Look> {
    const { spec, id } = placed;
    const detail = await engine.inspect(id);
    const sinceMs = detail?.startedMs ?? 0;
    const end = detail && !detail.startedMs ? "was never started" : detail && endOf(placed, detail);
    if (end) {
      const words = withOutput(`${titleOf(spec)} ${end}`, await lastWords(engine, id));
      return { problem: words, sinceMs };
    }
    if (!spec.health || detail?.state !== "running") return { problem: null, sinceMs };
    const { intervalSeconds, retries, startSeconds } = healthOf(spec);
    const known = this.failures.get(id) ?? { count: 0, askedMs: 0, problem: null };
    if (Date.now() - known.askedMs >= intervalSeconds * 1000) {
      known.askedMs = Date.now();
      known.problem = await askHealth(placed, engine);
      known.count = known.problem === null ? 0 : known.count + 1;
      this.failures.set(id, known);
    }
    const starting = Date.now() - sinceMs < startSeconds * 1000;
    const ill = known.count >= retries && !starting;
    return { problem: ill ? `${titleOf(spec)}: ${known.problem ?? ""}` : null, sinceMs };
  }

  private become(condition: DriverCondition): void {
    this.current = condition;
    for (const listener of [...this.listeners]) listener(condition);
  }
}

/** A container that the engine started again is well when it stays, however often that was. */
function endOf(placed: Placed, detail: ContainerDetail): string | null {
  const stays = detail.state === "running" && Date.now() - (detail.startedMs ?? 0) > youngMs;
  return stays ? null : endProblem(placed.spec, detail);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
