import { maxSeries, rememberedSeconds, sampleSeconds } from "../../domain/metrics/series.ts";
import type { Samples } from "../../protocol/custom/samples.ts";
import type { Measured } from "./host-sampler.ts";

const size = rememberedSeconds / sampleSeconds;

/** The last hour of what was measured, in memory of a fixed size. A tick is a number of `sampleSeconds`. */
export class SampleRing {
  private readonly columns = new Map<string, Float64Array>();
  private latest = -1;

  get newestTick(): number {
    return this.latest;
  }

  /** A second time for one tick adds to the first. A tick that lies back is forgotten. */
  put(tick: number, measured: Measured): void {
    if (tick < this.latest) return;
    const from = Math.max(this.latest + 1, tick - size + 1);
    for (let empty = from; empty <= tick; empty++) {
      for (const values of this.columns.values()) values[empty % size] = Number.NaN;
    }
    this.latest = tick;
    for (const [name, value] of measured) {
      const values = this.columns.get(name) ?? this.open(name);
      if (values) values[tick % size] = value;
    }
  }

  clear(): void {
    this.columns.clear();
    this.latest = -1;
  }

  newest(): Measured {
    const measured: Measured = new Map();
    for (const [name, values] of this.columns) {
      const value = values[this.latest % size];
      if (value !== undefined && !Number.isNaN(value)) measured.set(name, value);
    }
    return measured;
  }

  /** What came after this tick; null = nothing. */
  since(tick: number): Pick<Samples, "count" | "series"> | null {
    const first = Math.max(tick + 1, this.latest - size + 1, 0);
    const count = this.latest - first + 1;
    if (count <= 0) return null;
    const series = [...this.columns].map(([name, values]) => ({
      name,
      values: Float64Array.from({ length: count }, (_, i) => values[(first + i) % size] ?? Number.NaN),
    }));
    return { count, series };
  }

  private open(name: string): Float64Array | null {
    if (this.columns.size >= maxSeries && !this.dropSilent()) return null;
    const values = new Float64Array(size).fill(Number.NaN);
    this.columns.set(name, values);
    return values;
  }

  /** Of a container that is gone for an hour, for example. */
  private dropSilent(): boolean {
    for (const [name, values] of this.columns) {
      if (values.every(Number.isNaN)) return this.columns.delete(name);
    }
    return false;
  }
}
