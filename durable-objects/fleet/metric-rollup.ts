import { MetricBlock } from "./metric-block.ts";

/** Many points into one each: `ratio` measured ones give one that is rolled up. */
export function rollUp(measured: MetricBlock, ratio: number): MetricBlock {
  const points = Math.ceil(measured.points / ratio);
  const rolled = new MetricBlock("rolledUp", points);
  for (const [name, values] of measured.columns) {
    if (values.every(Number.isNaN)) continue;
    const column = rolled.column(name);
    for (let point = 0; point < points; point++) {
      putSummary(column, points, point, values, point * ratio, Math.min((point + 1) * ratio, values.length));
    }
  }
  return rolled;
}

/** Of the values from `from` to before `to`, in place: it is done some hundred times for each agent of a fleet. */
function putSummary(
  column: Float32Array,
  points: number,
  point: number,
  values: Float32Array,
  from: number,
  to: number,
): void {
  let sum = 0;
  let count = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  if (count === 0) return;
  column[point] = sum / count;
  column[points + point] = minimum;
  column[2 * points + point] = maximum;
}

/** A series of a whole fleet, agent by agent. The p95 is that of the agents' averages, by the nearest rank. */
export class FleetColumn {
  agents = 0;
  readonly #points: number;
  /** For each point the averages of all agents that had one. */
  readonly #averages: Float32Array;
  readonly #most: number;
  readonly #counts: Uint32Array;
  readonly #sums: Float64Array;
  readonly #minima: Float32Array;
  readonly #maxima: Float32Array;

  constructor(points: number, mostAgents: number) {
    this.#points = points;
    this.#most = mostAgents;
    this.#averages = new Float32Array(points * mostAgents);
    this.#counts = new Uint32Array(points);
    this.#sums = new Float64Array(points);
    this.#minima = new Float32Array(points).fill(Number.POSITIVE_INFINITY);
    this.#maxima = new Float32Array(points).fill(Number.NEGATIVE_INFINITY);
  }

  /** Of one agent: as measured, or averages with least and most behind them. */
  add(values: Float32Array): void {
    this.agents++;
    const points = this.#points;
    const isRolledUp = values.length > points;
    for (let point = 0; point < points; point++) {
      const value = values[point] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const count = this.#counts[point] ?? 0;
      this.#averages[point * this.#most + count] = value;
      this.#counts[point] = count + 1;
      this.#sums[point] = (this.#sums[point] ?? 0) + value;
      const minimum = isRolledUp ? (values[points + point] ?? value) : value;
      const maximum = isRolledUp ? (values[2 * points + point] ?? value) : value;
      this.#minima[point] = Math.min(this.#minima[point] ?? minimum, minimum);
      this.#maxima[point] = Math.max(this.#maxima[point] ?? maximum, maximum);
    }
  }

  total(): Float32Array {
    const points = this.#points;
    const total = new Float32Array(points * 5).fill(Number.NaN);
    for (let point = 0; point < points; point++) {
      const count = this.#counts[point] ?? 0;
      total[4 * points + point] = count;
      if (count === 0) continue;
      const from = point * this.#most;
      const sorted = this.#averages.subarray(from, from + count).sort();
      total[point] = (this.#sums[point] ?? 0) / count;
      total[points + point] = this.#minima[point] ?? Number.NaN;
      total[2 * points + point] = this.#maxima[point] ?? Number.NaN;
      total[3 * points + point] = sorted[Math.ceil(count * 0.95) - 1] ?? Number.NaN;
    }
    return total;
  }
}
