import { baseName, isOwnSeries } from "../../domain/metrics/series.ts";
import type { MetricQuery } from "../../protocol/custom/metrics.ts";
import { parseSeriesSelector, type SeriesSelector } from "../../protocol/custom/series-selector.ts";
import { type Family, readFamilies } from "./exposition.ts";

/** A query ready to be read. */
interface Reader {
  as: MetricQuery["as"];
  metric: Series;
  per: Series | null;
}

/** One selector and what its series showed the last time. */
interface Series {
  selector: SeriesSelector;
  before: { values: Map<string, number>; atMs: number } | null;
}

/** Series that one selector may match; more are too many to keep between two readings. */
const maxSeries = 10_000;

/** Makes numbers out of one text after another: sums, increases per second, and shares of another series. */
export class Readings {
  readonly problems: string[] = [];
  private readonly readers: (Reader | null)[];
  private readonly names: ReadonlySet<string>;

  constructor(queries: readonly MetricQuery[]) {
    this.readers = queries.map((query) => this.open(query));
    this.names = new Set(
      this.readers.flatMap((reader) =>
        reader ? [reader.metric.selector.name, ...(reader.per ? [reader.per.selector.name] : [])] : [],
      ),
    );
  }

  /** Some of what is asked for is told by the program. */
  get ofProgram(): boolean {
    return [...this.names].some((name) => !isOwnSeries(name));
  }

  /**
   * By the query's index; one that gives no number is left out. `nowMs` by a clock that only goes forward; `own`: what the
   * agent itself measured.
   */
  read(text: string, nowMs: number, own: ReadonlyMap<string, number> = new Map()): Record<string, number> {
    const families = readFamilies(text, this.names);
    for (const [series, value] of own) {
      const name = baseName(series);
      if (!this.names.has(name)) continue;
      const family = families.get(name) ?? { samples: [] };
      family.samples.push({ labels: ownLabels(series), series, value });
      families.set(name, family);
    }
    const values: Record<string, number> = {};
    for (const [index, reader] of this.readers.entries()) {
      if (!reader) continue;
      const value = numberOf(reader, families, nowMs);
      if (value !== null && Number.isFinite(value)) values[index] = value;
    }
    return values;
  }

  private open(query: MetricQuery): Reader | null {
    try {
      const series = (text: string): Series => ({ selector: parseSeriesSelector(text), before: null });
      return {
        as: query.as,
        metric: series(query.metric),
        per: query.per === null ? null : series(query.per),
      };
    } catch (error) {
      this.problems.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  }
}

/** Of `name{name="web-1"}`, as the agent itself writes it. */
function ownLabels(series: string): ReadonlyMap<string, string> {
  const [, label = "", value = '""'] = /\{(\w+)=("(?:[^"\\]|\\.)*")\}$/.exec(series) ?? [];
  return label === "" ? new Map() : new Map([[label, JSON.parse(value) as string]]);
}

function numberOf(reader: Reader, families: ReadonlyMap<string, Family>, nowMs: number): number | null {
  const one = (series: Series) =>
    reader.as === "value" ? sumOf(series, families) : rateOf(series, families, nowMs);
  const value = one(reader.metric);
  if (!reader.per) return value;
  const per = one(reader.per);
  return value === null || per === null || per === 0 ? null : value / per;
}

function matching({ selector }: Series, families: ReadonlyMap<string, Family>): Map<string, number> | null {
  const family = families.get(selector.name);
  if (!family) return null;
  const found = new Map<string, number>();
  for (const { labels, series, value } of family.samples) {
    if (selector.matches(labels)) found.set(series, value);
    if (found.size > maxSeries) return null;
  }
  return found;
}

function sumOf(series: Series, families: ReadonlyMap<string, Family>): number | null {
  const found = matching(series, families);
  return found === null || found.size === 0 ? null : sum(found.values());
}

/**
 * A counter that fell was reset and counts from zero. So does a series that was not there before: programs show a label's
 * first value only once it happened. A family without matching series has not increased.
 */
function rateOf(series: Series, families: ReadonlyMap<string, Family>, nowMs: number): number | null {
  const { before } = series;
  const found = matching(series, families);
  if (found === null) return null;
  series.before = { values: found, atMs: nowMs };
  if (before === null || nowMs <= before.atMs) return null;
  let increase = 0;
  for (const [key, value] of found) {
    const last = before.values.get(key) ?? 0;
    increase += value >= last ? value - last : value;
  }
  return (increase * 1000) / (nowMs - before.atMs);
}

const sum = (values: Iterable<number>) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
