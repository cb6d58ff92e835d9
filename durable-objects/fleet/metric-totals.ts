import type { AgentId } from "../../domain/ids.ts";
import { resolutions, rowSlot, rowStartMs } from "../../domain/metrics/resolutions.ts";
import { builtinSeries } from "../../domain/metrics/series.ts";
import { hourMs, hourOf } from "../../domain/usage/hours.ts";
import { MetricBlock } from "./metric-block.ts";
import { type AgentColumn, rollUp, totalOf } from "./metric-rollup.ts";
import { type MetricStore, putPoint, type RollUp } from "./metric-store.ts";

/** Agents that send seldom, or were away, get so long after an hour to tell of it. */
const patienceMs = 5 * 60_000;
/** Hours further back than this are not made up for. */
const lookBackHours = 24;
/** So many numbers are held at once while a fleet is added up. */
const numbersAtOnce = 2_000_000;
/** A fleet's own series are those that every agent has. */
export const fleetSeries: readonly string[] = builtinSeries.map(({ name }) => name);

const minutes = resolutions["1m"];
const hours = resolutions["1h"];

/** Hours before this are over, and everybody had time to tell of them. */
export const closedUntil = (nowMs: number): number => hourOf(nowMs - patienceMs);

/** The oldest hour that is made up for. */
export const oldestOpen = (nowMs: number): number => hourOf(nowMs) - lookBackHours * hourMs;

/** What a fleet's agents are together: kept once an hour for the hour before, worked out on demand for what is newer. */
export class MetricTotals {
  readonly #sql: SqlStorage;
  readonly #store: MetricStore;
  readonly #agents: () => Iterable<AgentId>;

  constructor(sql: SqlStorage, store: MetricStore, agents: () => Iterable<AgentId>) {
    this.#sql = sql;
    this.#store = store;
    this.#agents = agents;
  }

  /** Adds up the hours from `from` on that are over: a row of minutes for each, and its place in the row of its day. */
  close(from: number, nowMs: number): void {
    for (let start = from; start < closedUntil(nowMs); start += hourMs) this.#closeHour(start);
  }

  kept(resolution: RollUp, from: number, to: number) {
    const { seconds, points } = resolutions[resolution];
    return this.#sql
      .exec<{ start: number; body: ArrayBuffer }>(
        "SELECT start, body FROM metric_totals WHERE seconds = ? AND start >= ? AND start <= ? ORDER BY start",
        seconds,
        from,
        to,
      )
      .toArray()
      .map(({ start, body }) => ({ start, block: MetricBlock.decode("total", points, body) }));
  }

  /** Of the hour that begins at `start`, from the agents' own rows: at 10 seconds, by minutes or as one point. */
  ofHour(start: number, seconds: 10 | 60 | 3600, series: readonly string[]): MetricBlock {
    const points = 3600 / seconds;
    const total = new MetricBlock("total", points);
    const ids = [...this.#agents()];
    const atOnce = Math.max(1, Math.floor(numbersAtOnce / (Math.max(1, ids.length) * points * 3)));
    for (let i = 0; i < series.length; i += atOnce) {
      const names = new Set(series.slice(i, i + atOnce));
      const found = new Map<string, AgentColumn[]>([...names].map((name) => [name, []]));
      for (const id of ids) {
        const block = this.#agentHour(id, start, seconds, names);
        for (const [name, values] of block?.columns ?? []) {
          const minimum = block?.kind === "measured" ? values : values.subarray(points, 2 * points);
          const maximum = block?.kind === "measured" ? values : values.subarray(2 * points);
          found.get(name)?.push({ average: values.subarray(0, points), minimum, maximum });
        }
      }
      for (const [name, agents] of found) {
        if (agents.length > 0) total.columns.set(name, totalOf(points, agents));
      }
    }
    return total;
  }

  #agentHour(id: AgentId, start: number, seconds: number, names: ReadonlySet<string>): MetricBlock | null {
    const recent = this.#store.recent(id, names).find((row) => row.start === start);
    if (recent) return seconds === 10 ? recent.block : rollUp(recent.block, seconds / 10);
    if (seconds === 10) return null;
    const [kept] = this.#store.rollUps(id, "1m", start, start, names);
    if (kept && seconds === 60) return kept.block;
    const day = rowStartMs("1h", start);
    const [row] = seconds === 3600 ? this.#store.rollUps(id, "1h", day, day, names) : [];
    if (!row) return null;
    const one = new MetricBlock("rolledUp", 1);
    const point = (start - day) / hourMs;
    for (const [name, values] of row.block.columns) {
      one.columns.set(
        name,
        Float32Array.from({ length: 3 }, (_, i) => values[i * hours.points + point] ?? Number.NaN),
      );
    }
    return one;
  }

  #closeHour(start: number): void {
    const block = this.ofHour(start, 60, fleetSeries);
    if (block.columns.size === 0) return;
    this.#write(minutes.seconds, rowSlot("1m", start), start, block);
    const day = rowStartMs("1h", start);
    const [known] = this.kept("1h", day, day);
    const kept = known?.block ?? new MetricBlock("total", hours.points);
    putPoint(kept, (start - day) / hourMs, this.ofHour(start, 3600, fleetSeries));
    this.#write(hours.seconds, rowSlot("1h", day), day, kept);
  }

  #write(seconds: number, slot: number, start: number, block: MetricBlock): void {
    this.#sql.exec(
      `INSERT INTO metric_totals (seconds, slot, start, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (seconds, slot) DO UPDATE SET start = excluded.start, body = excluded.body`,
      seconds,
      slot,
      start,
      block.encode(),
    );
  }
}
