import { isDeepStrictEqual } from "node:util";
import { sampleSeconds } from "../../domain/metrics/series.ts";
import type { CollectMessage, LookMessage } from "../../protocol/custom/host-metrics.ts";
import { encodeSamples, sampleTypes } from "../../protocol/custom/samples.ts";
import type { Attributes } from "../../protocol/opamp/attributes.ts";
import type { Log } from "../log.ts";
import { ContainerSampler, type OwnContainers } from "./container-sampler.ts";
import { hostFacts } from "./host-facts.ts";
import { HostSampler, type Measured } from "./host-sampler.ts";
import { ProcessSampler, supervisedPid } from "./process-sampler.ts";
import { Readings } from "./readings.ts";
import { SampleRing } from "./sample-ring.ts";
import { scrape } from "./scrape.ts";

export interface HostMetricsOptions {
  stateDir: string;
  /** The program's own metrics; null = it shows none. */
  metricsUrl: string | null;
  /** null = it runs none. */
  containers: OwnContainers | null;
  /** False when nothing was sent. */
  send: (type: string, data: Uint8Array) => boolean;
  /** What is told of the host has changed. */
  onFacts: () => void;
  log: Log;
  /** Between two points; tests are quicker. */
  everyMs?: number;
}

/** Facts are looked at so often; what has changed costs the fleet a row. */
const factsEveryMs = 60_000;
/** Agents of one fleet send in the same few seconds, so that the fleet wakes once for all of them. */
const spreadMs = 2_000;
/** What only one who looks needs is measured until so long after. */
const warmMs = 600_000;
/** Beyond this the host slept, or its clock was set: what came before cannot be dated any more. */
const clockJumpMs = 30_000;

interface Collecting {
  everySeconds: number;
  /** Everything up to here was sent. */
  sentTick: number;
}

/** Measures all the time, a little; speaks only while the fleet asks. */
export class HostMetrics {
  private readonly options: Required<HostMetricsOptions>;
  private readonly host = new HostSampler();
  private readonly hostFacts = hostFacts();
  private readonly program: ProcessSampler;
  private readonly containers: ContainerSampler | null;
  private readonly ring = new SampleRing();
  private known: Attributes = {};
  private factsAtMs = Number.NEGATIVE_INFINITY;
  private ticking: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private ownCpu: { atMs: number; usage: NodeJS.CpuUsage } | null = null;
  private clockOffsetMs: number | null = null;
  private collecting: Collecting | null = null;
  private sending: NodeJS.Timeout | null = null;
  private looked: { untilMs: number; sentTick: number } | null = null;
  private wanted: { scrape: string[]; readings: Readings } | null = null;
  private warmUntilMs = 0;
  private readonly over = new AbortController();
  private scrapeFails = false;

  constructor(options: HostMetricsOptions) {
    this.options = { everyMs: sampleSeconds * 1000, ...options };
    this.program = new ProcessSampler(supervisedPid(options.stateDir));
    this.containers = options.containers && new ContainerSampler(options.containers);
  }

  /** Knows its facts when it resolves, so that the first word to the server has them. */
  async start(): Promise<void> {
    await this.measure();
    this.ticking = setInterval(() => void this.measure(), this.options.everyMs);
    this.ticking.unref();
  }

  stop(): void {
    if (this.ticking) clearInterval(this.ticking);
    this.ticking = null;
    this.over.abort();
    this.closed();
  }

  /** The connection is gone; the fleet asks again over the next one. */
  closed(): void {
    if (this.sending) clearTimeout(this.sending);
    this.sending = null;
    this.collecting = null;
    this.looked = null;
  }

  /** By OpenTelemetry's names, where it has one. */
  facts(): Attributes {
    return this.known;
  }

  /** The newest values, for gates. */
  newest(): ReadonlyMap<string, number> {
    return this.ring.newest();
  }

  collect({ everySeconds, firstInMs, sinceSeconds, scrape }: CollectMessage): void {
    if (this.sending) clearTimeout(this.sending);
    this.sending = null;
    this.collecting = null;
    if (everySeconds === 0) return;
    this.want(scrape);
    this.collecting = { everySeconds, sentTick: this.tickBefore(sinceSeconds) };
    this.sendIn(firstInMs + Math.random() * spreadMs);
  }

  look({ forSeconds, sinceSeconds, scrape }: LookMessage): void {
    if (forSeconds === 0) {
      this.looked = null;
      return;
    }
    this.want(scrape);
    this.looked = { untilMs: performance.now() + forSeconds * 1000, sentTick: this.tickBefore(sinceSeconds) };
    void this.showNew();
  }

  private want(scrape: string[]): void {
    this.warmUntilMs = performance.now() + warmMs;
    if (isDeepStrictEqual(this.wanted?.scrape ?? [], scrape)) return;
    const queries = scrape.map((metric) => ({ metric, as: "value" as const, per: null }));
    this.wanted = { scrape, readings: new Readings(queries) };
  }

  private tickBefore(seconds: number): number {
    return this.ring.newestTick - Math.floor((seconds * 1000) / this.options.everyMs);
  }

  private sendIn(ms: number): void {
    this.sending = setTimeout(() => {
      const { collecting } = this;
      if (!collecting) return;
      this.warmUntilMs = performance.now() + warmMs;
      if (this.send(sampleTypes.kept, collecting.sentTick)) collecting.sentTick = this.ring.newestTick;
      this.sendIn(collecting.everySeconds * 1000);
    }, ms);
    this.sending.unref();
  }

  private showNew(): void {
    const { looked } = this;
    if (!looked) return;
    if (performance.now() > looked.untilMs) this.looked = null;
    else if (this.send(sampleTypes.looked, looked.sentTick)) looked.sentTick = this.ring.newestTick;
  }

  private send(type: string, sentTick: number): boolean {
    const points = this.ring.since(sentTick);
    if (!points) return true;
    const ageMs = performance.now() - this.ring.newestTick * this.options.everyMs;
    return this.options.send(type, encodeSamples({ ...points, ageMs }));
  }

  /** One at a time: a container engine may take its time. */
  private async measure(): Promise<void> {
    if (this.working) return;
    this.working = this.measureNow()
      .catch((error: unknown) => this.options.log("warn", `the host was not measured: ${String(error)}`))
      .finally(() => {
        this.working = null;
      });
    await this.working;
  }

  private async measureNow(): Promise<void> {
    const nowMs = performance.now();
    this.noticeJump(nowMs);
    const tick = Math.floor(nowMs / this.options.everyMs);
    const measured: Measured = new Map([
      ...(await this.host.sample(nowMs)),
      ...this.program.sample(nowMs),
      ...this.itself(nowMs),
    ]);
    if (nowMs < this.warmUntilMs) {
      for (const [name, value] of (await this.containers?.sample()) ?? []) measured.set(name, value);
      for (const [name, value] of await this.scraped(nowMs)) measured.set(name, value);
    }
    this.ring.put(tick, measured);
    this.showNew();
    if (nowMs - this.factsAtMs >= factsEveryMs) {
      this.factsAtMs = nowMs;
      await this.lookAtFacts();
    }
  }

  private noticeJump(nowMs: number): void {
    const offsetMs = Date.now() - nowMs;
    if (this.clockOffsetMs !== null && Math.abs(offsetMs - this.clockOffsetMs) > clockJumpMs)
      this.ring.clear();
    this.clockOffsetMs = offsetMs;
  }

  private itself(nowMs: number): Measured {
    const measured: Measured = new Map([["agent.memory.rss", process.memoryUsage.rss()]]);
    const usage = process.cpuUsage();
    if (this.ownCpu && nowMs > this.ownCpu.atMs) {
      const { user, system } = this.ownCpu.usage;
      const busyMs = (usage.user - user + usage.system - system) / 1000;
      measured.set("agent.cpu.utilization", busyMs / (nowMs - this.ownCpu.atMs));
    }
    this.ownCpu = { atMs: nowMs, usage };
    return measured;
  }

  private async scraped(nowMs: number): Promise<Measured> {
    const measured: Measured = new Map();
    const { metricsUrl, log } = this.options;
    if (!metricsUrl || !this.wanted || this.wanted.scrape.length === 0) return measured;
    const { scrape: names, readings } = this.wanted;
    try {
      const text = await scrape(metricsUrl, this.over.signal);
      this.scrapeFails = false;
      for (const [index, value] of Object.entries(readings.read(text, nowMs))) {
        const name = names[Number(index)];
        if (name !== undefined) measured.set(name, value);
      }
    } catch (error) {
      if (!this.scrapeFails && !this.over.signal.aborted) {
        log("warn", `the program's metrics cannot be read, trying again: ${String(error)}`);
      }
      this.scrapeFails = true;
    }
    return measured;
  }

  private async lookAtFacts(): Promise<void> {
    const facts = { ...(await this.hostFacts()), ...(await this.containers?.facts()) };
    // The kernel's own note of its start moves with the clock.
    if (this.known["host.boot_time"]) facts["host.boot_time"] = this.known["host.boot_time"];
    if (isDeepStrictEqual(facts, this.known)) return;
    const first = Object.keys(this.known).length === 0;
    this.known = facts;
    if (!first) this.options.onFacts();
  }
}
