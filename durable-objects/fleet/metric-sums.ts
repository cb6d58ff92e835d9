import type { AgentId } from "../../domain/ids.ts";
import { resolutions, rowStartMs } from "../../domain/metrics/resolutions.ts";
import { builtinSeries } from "../../domain/metrics/series.ts";
import { hourMs } from "../../domain/usage/hours.ts";
import { MetricBlock } from "./metric-block.ts";
import { FleetColumn, rollUp } from "./metric-rollup.ts";
import type { MetricStore } from "./metric-store.ts";

/** So many agents are read in one go: nothing else of the fleet moves meanwhile. */
export const agentsAtOnce = 250;
/** So many numbers are held at once while a fleet is added up: 10,000 agents by the minute. */
const numbersAtOnce = 10_000_000;
/** So many are sorted in one go. */
const sortedAtOnce = agentsAtOnce * 2_000;
/** A fleet's own series are those that every agent has. */
export const fleetSeries: readonly string[] = builtinSeries.map(({ name }) => name);

/** Seconds of a point. */
export type Step = 10 | 60 | 3600;

const atStep = (measured: MetricBlock, step: Step) => (step === 10 ? measured : rollUp(measured, step / 10));
const hours = resolutions["1h"];

/** Adds an hour of a fleet up, slice by slice. Each agent's rows are read once, whatever the steps; series by series where there are too many numbers. */
export class AddingUp {
  /** One for each step; whole once `step` has answered true. */
  readonly totals: MetricBlock[];
  readonly #store: Pick<MetricStore, "measured" | "rollUps">;
  readonly #ids: readonly AgentId[];
  readonly #start: number;
  readonly #steps: readonly Step[];
  readonly #seriesAtOnce: number;
  readonly #sortedAtOnce: number;
  /** Of the first series that is being added up, and of the next agent. */
  #series = 0;
  #agent = 0;
  #sums: Map<string, FleetColumn[]>;

  constructor(
    store: Pick<MetricStore, "measured" | "rollUps">,
    ids: readonly AgentId[],
    start: number,
    steps: readonly Step[],
  ) {
    this.#store = store;
    this.#ids = ids;
    this.#start = start;
    this.#steps = steps;
    this.totals = steps.map((step) => new MetricBlock("total", 3600 / step));
    const perSeries = steps.reduce((sum, step) => sum + 3600 / step, 0) * Math.max(1, ids.length);
    this.#seriesAtOnce = Math.max(1, Math.floor(numbersAtOnce / perSeries));
    this.#sortedAtOnce = Math.max(1, Math.floor(sortedAtOnce / perSeries));
    this.#sums = this.#begin();
  }

  /** Some further agents, or what comes out of them. True = that was all. */
  step(): boolean {
    if (this.#agent < this.#ids.length) {
      const end = this.#agent + agentsAtOnce;
      for (const id of this.#ids.slice(this.#agent, end)) this.#read(id);
      this.#agent = end;
      if (end < this.#ids.length) return false;
    }
    for (const [name, columns] of [...this.#sums].slice(0, this.#sortedAtOnce)) {
      for (const [at, column] of columns.entries()) {
        if (column.agents > 0) this.totals[at]?.columns.set(name, column.total());
      }
      this.#sums.delete(name);
    }
    if (this.#sums.size > 0) return false;
    this.#series += this.#seriesAtOnce;
    if (this.#series >= fleetSeries.length) return true;
    this.#agent = 0;
    this.#sums = this.#begin();
    return false;
  }

  #begin(): Map<string, FleetColumn[]> {
    const names = fleetSeries.slice(this.#series, this.#series + this.#seriesAtOnce);
    return new Map(
      names.map((name) => [name, this.#steps.map((step) => new FleetColumn(3600 / step, this.#ids.length))]),
    );
  }

  #read(id: AgentId): void {
    const names = new Set(this.#sums.keys());
    const measured = this.#store.measured(id, this.#start, names);
    for (const [at, step] of this.#steps.entries()) {
      const block = measured ? atStep(measured, step) : this.#rolledUp(id, step, names);
      for (const [name, values] of block?.columns ?? []) this.#sums.get(name)?.[at]?.add(values);
    }
  }

  #rolledUp(id: AgentId, step: Step, names: ReadonlySet<string>): MetricBlock | null {
    const start = this.#start;
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
}
