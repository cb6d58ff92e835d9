export interface Result {
  bench: string;
  n: number;
  metric: string;
  value: number;
  /** The same figure of the bare object in the same run; null where a figure is counted and needs none. */
  floor: number | null;
  ratio: number | null;
  unit: string;
}

/** Prints one line, as a table for people or as JSON for programs. */
export function report(result: Omit<Result, "ratio">, asJson: boolean): void {
  const ratio = result.floor ? round(result.value / result.floor, 2) : null;
  const line: Result = {
    bench: result.bench,
    n: result.n,
    metric: result.metric,
    value: round(result.value, 3),
    floor: result.floor === null ? null : round(result.floor, 3),
    ratio,
    unit: result.unit,
  };
  if (asJson) console.log(JSON.stringify(line));
  else {
    const floor = line.floor === null ? "" : `  floor ${line.floor} ${line.unit}  ratio ${ratio}`;
    console.log(`${line.bench} n=${line.n}  ${line.metric}: ${line.value} ${line.unit}${floor}`);
  }
}

const round = (value: number, places: number): number => Math.round(value * 10 ** places) / 10 ** places;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}

export async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const value = await work();
  return [value, performance.now() - start];
}
