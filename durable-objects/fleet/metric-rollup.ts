import { MetricBlock } from "./metric-block.ts";

/** Many points into one each: `ratio` measured ones give one that is rolled up. */
export function rollUp(measured: MetricBlock, ratio: number): MetricBlock {
  const points = Math.ceil(measured.points / ratio);
  const rolled = new MetricBlock("rolledUp", points);
  for (const [name, values] of measured.columns) {
    if (values.every(Number.isNaN)) continue;
    const column = rolled.column(name);
    for (let point = 0; point < points; point++) {
      putSummary(column, points, point, values.subarray(point * ratio, (point + 1) * ratio));
    }
  }
  return rolled;
}

function putSummary(column: Float32Array, points: number, point: number, values: Float32Array): void {
  let sum = 0;
  let count = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  if (count === 0) return;
  column[point] = sum / count;
  column[points + point] = minimum;
  column[2 * points + point] = maximum;
}

/** One agent's points among those of a fleet. */
export interface AgentColumn {
  /** What the fleet's average and p95 are of. */
  average: Float32Array;
  minimum: Float32Array;
  maximum: Float32Array;
}

/** What the agents' points are together: the p95 is that of the agents' averages, by the nearest rank. */
export function totalOf(points: number, agents: readonly AgentColumn[]): Float32Array {
  const total = new Float32Array(points * 5).fill(Number.NaN);
  const sorted = new Float32Array(agents.length);
  for (let point = 0; point < points; point++) {
    let count = 0;
    let sum = 0;
    let minimum = Number.POSITIVE_INFINITY;
    let maximum = Number.NEGATIVE_INFINITY;
    for (const agent of agents) {
      const value = agent.average[point] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sorted[count++] = value;
      sum += value;
      minimum = Math.min(minimum, agent.minimum[point] ?? value);
      maximum = Math.max(maximum, agent.maximum[point] ?? value);
    }
    total[4 * points + point] = count;
    if (count === 0) continue;
    total[point] = sum / count;
    total[points + point] = minimum;
    total[2 * points + point] = maximum;
    total[3 * points + point] = sorted.subarray(0, count).sort()[Math.ceil(count * 0.95) - 1] ?? Number.NaN;
  }
  return total;
}
