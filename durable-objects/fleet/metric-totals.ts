import type { AgentId } from "../../domain/ids.ts";
import { resolutions, rowSlot, rowStartMs } from "../../domain/metrics/resolutions.ts";
import { builtinSeries } from "../../domain/metrics/series.ts";
import { hourMs, hourOf } from "../../domain/usage/hours.ts";
import { MetricBlock } from "./metric-block.ts";
import { FleetColumn, rollUp } from "./metric-rollup.ts";
import { type MetricStore, putPoint, type RollUp } from "./metric-store.ts";

/** Agents that send seldom, or were away, get so long after an hour to tell of it. */
const patienceMs = 5 * 60_000;
/** Hours further back than this are not made up for. */
const lookBackHours = 24;
/** So many numbers are held at once while a fleet is added up: 10,000 agents by the minute. */
const numbersAtOnce = 10_000_000;
/** Of an hour that is not over, so long for each agent: adding up takes a small part of that. */
const rememberedMs = 2;
/** More than these are not added up by 10 seconds: it would take too long, and too much memory. */
export const maxAgentsBy10s = 500;
/** A fleet's own series are those that every agent has. */
export const fleetSeries: readonly string[] = builtinSeries.map(({ name }) => name);

const minutes = resolutions["1m"];
const hours = resolutions["1h"];

/** Hours before this are over, and everybody had time to tell of them. */
export const closedUntil = (nowMs: number): number => hourOf(nowMs - patienceMs);

/** The oldest hour that is made up for. */
export const oldestOpen = (nowMs: number): number => hourOf(nowMs) - lookBackHours * hourMs;

type Step = 10 | 60 | 3600;

const atStep = (measured: MetricBlock, step: Step) => (step === 10 ? measured : rollUp(measured, step / 10));

/** What a fleet's agents are together: kept once an hour for the hour before, worked out on demand for what is newer. */
export class MetricTotals {
  readonly #remembered = new Map<string, { untilMs: number; block: MetricBlock }>();
  readonly #sql: SqlStorage;
  readonly #store: MetricStore;
  readonly #agents: () => Iterable<AgentId>;

  constructor(sql: SqlStorage, store: MetricStore, agents: () => Iterable<AgentId>) {
    this.#sql = sql;
    this.#store = store;
    this.#agents = agents;
  }

  get agentCount(): number {
    return [...this.#agents()].length;
  }

  /**
   * Adds the hour that begins at `start` up, if it is over: a row of its minutes, and its place in the row of its day.
   * Answers until when hours are added up now. One at a time: nothing else of the fleet moves meanwhile.
   */
  close(start: number, nowMs: number): number {
    if (start >= closedUntil(nowMs)) return start;
    this.#closeHour(start);
    return start + hourMs;
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
  ofHour(start: number, seconds: Step, nowMs: number): MetricBlock {
    const key = `${start}/${seconds}`;
    const known = this.#remembered.get(key);
    if (known && nowMs < known.untilMs) return known.block;
    const [block] = this.#addUp(start, [seconds] as const);
    const untilMs = nowMs + this.agentCount * rememberedMs;
    for (const [other, { untilMs: end }] of this.#remembered)
      if (end <= nowMs) this.#remembered.delete(other);
    this.#remembered.set(key, { untilMs, block });
    return block;
  }

  /** Each agent's rows are read once, whatever the steps and series. */
  #addUp<S extends readonly Step[]>(start: number, steps: S): { [K in keyof S]: MetricBlock } {
    const ids = [...this.#agents()];
    const totals = steps.map((step) => new MetricBlock("total", 3600 / step));
    const perSeries = steps.reduce((sum, step) => sum + 3600 / step, 0) * Math.max(1, ids.length);
    const atOnce = Math.max(1, Math.floor(numbersAtOnce / perSeries));
    for (let i = 0; i < fleetSeries.length; i += atOnce) {
      const names = new Set(fleetSeries.slice(i, i + atOnce));
      const sums = steps.map(
        (step) => new Map([...names].map((name) => [name, new FleetColumn(3600 / step, ids.length)])),
      );
      for (const id of ids) {
        const measured = this.#store.measured(id, start, names);
        for (const [at, step] of steps.entries()) {
          const block = measured ? atStep(measured, step) : this.#rolledUp(id, start, step, names);
          for (const [name, values] of block?.columns ?? []) sums[at]?.get(name)?.add(values);
        }
      }
      for (const [at, columns] of sums.entries()) {
        for (const [name, column] of columns) {
          if (column.agents > 0) totals[at]?.columns.set(name, column.total());
        }
      }
    }
    return totals as { [K in keyof S]: MetricBlock };
  }

  #rolledUp(id: AgentId, start: number, step: Step, names: ReadonlySet<string>): MetricBlock | null {
    if (step === 10) return null;
    if (step === 60) return this.#store.rollUps(id, "1m", start, start, names)[0]?.block ?? null;
    const day = rowStartMs("1h", start);
    const [row] = this.#store.rollUps(id, "1h", day, day, names);
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
    const [ofMinutes, ofHour] = this.#addUp(start, [60, 3600] as const);
    if (ofMinutes.columns.size === 0) return;
    this.#write(minutes.seconds, rowSlot("1m", start), start, ofMinutes);
    const day = rowStartMs("1h", start);
    const [known] = this.kept("1h", day, day);
    const kept = known?.block ?? new MetricBlock("total", hours.points);
    putPoint(kept, (start - day) / hourMs, ofHour);
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
