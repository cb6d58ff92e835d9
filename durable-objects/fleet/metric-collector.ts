import type { AgentId } from "../../domain/ids.ts";
import { type MetricsCollection, noCollection } from "../../domain/metrics/collection.ts";
import {
  builtinSeries,
  rememberedSeconds,
  sampleSeconds,
  seriesNameChars,
} from "../../domain/metrics/series.ts";
import { hourOf } from "../../domain/usage/hours.ts";
import { hostMetricsCapability } from "../../protocol/custom/agent.ts";
import type { CollectMessage, LookMessage } from "../../protocol/custom/host-metrics.ts";
import { decodeSamples, type Samples, SamplesError, sampleTypes } from "../../protocol/custom/samples.ts";
import type { CustomMessage } from "../../protocol/opamp/opamp_pb.js";
import type { FleetTx } from "./commits.ts";
import { customFrame, sendCustom } from "./custom-messages.ts";
import { ToldSetting } from "./kept-setting.ts";
import { MetricLooks } from "./metric-looks.ts";
import { MetricStore } from "./metric-store.ts";
import { closedUntil, MetricTotals, oldestOpen } from "./metric-totals.ts";
import type { AgentRecord, MeterPart, Tx } from "./parts.ts";
import type { Sessions } from "./sessions.ts";

/** What one agent may say at once: an hour of 64 series takes less. */
const maxDataBytes = 128 * 1024;
/** An agent that brings points to be kept more often than this is not heard: each time costs a row. */
const leastMs = 10_000;
/** What is too old goes so often. */
const tidyEveryMs = 24 * 3_600_000;

const builtin: ReadonlySet<string> = new Set(builtinSeries.map(({ name }) => name));

interface KnownCollection {
  collection: MetricsCollection;
  revision: number;
  /** Since when it is enabled, epoch ms: what was measured before is not kept. */
  sinceMs: number;
  /** Since when it is not, epoch ms; 0 = it is, or never was. */
  endedMs: number;
  /** Hours before this, epoch ms, are added up. */
  totalsUntilMs: number;
  /** When what is too old was dropped last. */
  tidiedMs: number;
}

const nothingKnown: KnownCollection = {
  collection: noCollection,
  revision: -1,
  sinceMs: 0,
  endedMs: 0,
  totalsUntilMs: 0,
  tidiedMs: 0,
};

interface Parts {
  sql: SqlStorage;
  agents: ReadonlyMap<AgentId, AgentRecord>;
  sessions: Sessions;
  meter: Pick<MeterPart, "onMetricPoints">;
  mask: (text: string) => string;
}

/** What a fleet stores of its agents' metrics, and who is told. While nothing is stored it does and costs nothing. */
export class MetricCollector {
  readonly store: MetricStore;
  readonly totals: MetricTotals;
  readonly looks = new MetricLooks();
  readonly #parts: Parts;
  readonly #heardMs = new Map<AgentId, number>();
  readonly #known: ToldSetting<KnownCollection>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#known = new ToldSetting(parts.sql, "metrics", nothingKnown);
    this.store = new MetricStore(parts.sql, (tx, hourMs, points, how) =>
      parts.meter.onMetricPoints(tx, hourMs, points * sampleSeconds * 1000, how),
    );
    this.totals = new MetricTotals(parts.sql, this.store, () => parts.agents.keys());
  }

  get collection(): MetricsCollection {
    return this.#known.get().collection;
  }

  /** Something may be stored. */
  get everStored(): boolean {
    return this.#known.get().sinceMs > 0;
  }

  /** Milliseconds of metrics that are kept, by hour: of hours from `fromMs` on and before `untilMs`. */
  storedMs(fromMs: number, untilMs: number): Map<number, number> {
    if (!this.everStored) return new Map();
    const points = this.store.pointsByHour(fromMs, untilMs);
    return new Map([...points].map(([hour, count]) => [hour, count * sampleSeconds * 1000]));
  }

  forget(): void {
    this.#known.forget();
  }

  /** A revision that is not higher than the known one changes nothing. */
  set(tx: FleetTx, collection: MetricsCollection, revision: number): void {
    const known = this.#known.get();
    const was = known.collection;
    const begins = !was.enabled && collection.enabled;
    const learnt = this.#known.learn(tx, {
      collection,
      revision,
      ...(begins && { sinceMs: tx.nowMs, endedMs: 0 }),
      ...(begins && known.sinceMs === 0 && { totalsUntilMs: hourOf(tx.nowMs) }),
      ...(was.enabled && !collection.enabled && { endedMs: tx.nowMs }),
    });
    if (!learnt || (!was.enabled && !collection.enabled)) return;
    tx.after(() => {
      for (const agent of this.#parts.agents.values()) this.#tell(agent);
    });
  }

  /** It has dialled, or says for the first time what it can do. */
  onConnected(tx: FleetTx, agent: AgentRecord): void {
    if (this.collection.enabled && measures(agent)) tx.after(() => this.#tell(agent));
  }

  /** True when the message was about this. What cannot be read, or nobody asked for, changes nothing. */
  take(tx: FleetTx, agent: AgentRecord, { capability, type, data }: CustomMessage): boolean {
    if (capability !== hostMetricsCapability) return false;
    if (!measures(agent) || data.byteLength > maxDataBytes) return true;
    const samples = this.#read(data);
    if (!samples || samples.count === 0) return true;
    if (type === sampleTypes.looked) this.looks.take(agent.id, samples, tx.nowMs);
    else if (type === sampleTypes.kept && this.collection.enabled) this.#keep(tx, agent, samples);
    return true;
  }

  /** What is due whenever the object is awake: hours to add up, and rows that are too old. */
  settle(tx: Tx): void {
    if (!this.everStored) return;
    this.#closeHours(tx);
    const known = this.#known.get();
    if (tx.nowMs - known.tidiedMs < tidyEveryMs) return;
    if (this.store.dropOld(tx)) this.#known.set(tx, { tidiedMs: tx.nowMs });
  }

  /** Hours before this are added up. */
  totalsUntilMs(nowMs: number): number {
    return Math.max(this.#known.get().totalsUntilMs, oldestOpen(nowMs));
  }

  #closeHours(tx: Tx): void {
    const known = this.#known.get();
    const from = this.totalsUntilMs(tx.nowMs);
    if (closedUntil(tx.nowMs) <= from || (known.endedMs > 0 && known.endedMs < from)) return;
    this.#closed(tx, from, this.totals.close(from, tx.nowMs));
  }

  /** The next slice of an hour of a large fleet. */
  goOnClosing(tx: Tx): void {
    const until = this.totals.goOn();
    if (until !== null) this.#closed(tx, this.totalsUntilMs(tx.nowMs), until);
  }

  #closed(tx: Tx, from: number, until: number): void {
    if (until > from) this.#known.set(tx, { totalsUntilMs: until });
  }

  /** The agent's row is about to go. */
  onDeleted(tx: Tx, agent: AgentRecord): void {
    this.looks.drop(agent.id);
    this.#heardMs.delete(agent.id);
    if (this.everStored) this.store.drop(tx, agent.id);
  }

  canLook(agent: AgentRecord): boolean {
    return measures(agent) && this.#parts.sessions.of(agent.id)?.socket != null;
  }

  look(agent: AgentRecord, nowMs: number) {
    return this.looks.ask(agent.id, nowMs, (message) => {
      const full: LookMessage = { ...message, scrape: this.collection.scrape };
      this.#send(agent, "look", full);
    });
  }

  #keep(tx: FleetTx, agent: AgentRecord, samples: Samples): void {
    const heardMs = this.#heardMs.get(agent.id) ?? 0;
    if (tx.nowMs - heardMs < leastMs) return;
    this.#heardMs.set(agent.id, tx.nowMs);
    const count = this.#credible(samples, tx.nowMs);
    if (count === 0) return;
    const series = samples.series.map(({ name, values }) => ({ name, values: values.slice(-count) }));
    this.store.put(tx, agent.id, { ...samples, count, series });
    this.#closeHours(tx);
  }

  /** How many of the newest points can be from where they say: no agent remembers more, or was asked to before. */
  #credible({ ageMs, count }: Samples, nowMs: number): number {
    const tickMs = sampleSeconds * 1000;
    const oldestMs = Math.max(this.#known.get().sinceMs, nowMs - rememberedSeconds * 1000) - tickMs;
    return Math.max(0, Math.min(count, Math.floor((nowMs - ageMs - oldestMs) / tickMs) + 1));
  }

  #read(data: Uint8Array): Samples | null {
    try {
      const samples = decodeSamples(data);
      const series = samples.series.map(({ name, values }) => ({
        name: builtin.has(name) ? name : this.#parts.mask(name).slice(0, seriesNameChars),
        values,
      }));
      return { ...samples, series };
    } catch (error) {
      if (error instanceof SamplesError) return null;
      throw error;
    }
  }

  #tell(agent: AgentRecord): void {
    if (!measures(agent)) return;
    const { enabled, everySeconds, scrape } = this.collection;
    const everyMs = everySeconds * 1000;
    const nowMs = Date.now();
    const newest = enabled ? this.store.newestTick(agent.id) : null;
    const missedMs = newest === null ? 0 : nowMs - (newest + 1) * sampleSeconds * 1000;
    const sinceMs = Math.max(
      0,
      Math.min(missedMs, nowMs - this.#known.get().sinceMs, rememberedSeconds * 1000),
    );
    const message: CollectMessage = {
      everySeconds: enabled ? everySeconds : 0,
      // All agents at once, so that the fleet wakes once for all of them.
      firstInMs: enabled ? everyMs - (nowMs % everyMs) : 0,
      sinceSeconds: Math.floor(sinceMs / 1000),
      scrape,
    };
    this.#send(agent, "collect", message);
  }

  #send(agent: AgentRecord, type: string, message: object): void {
    const session = this.#parts.sessions.of(agent.id);
    if (session) sendCustom(session, customFrame(hostMetricsCapability, type, message));
  }
}

const measures = (agent: AgentRecord): boolean => agent.custom?.includes(hostMetricsCapability) === true;
