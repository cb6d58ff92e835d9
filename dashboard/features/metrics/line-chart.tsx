import { type KeyboardEvent, type PointerEvent, useId, useState } from "react";
import { formatValue } from "../../../domain/metrics/format.ts";
import type { SeriesUnit } from "../../../domain/metrics/series.ts";
import { cx } from "../../lib/class-names.ts";
import { exactTime } from "../../lib/time.ts";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { bandPath, linePath, niceCeiling } from "./chart-paths.ts";

export interface ChartLine {
  label: string;
  values: readonly (number | null)[];
  /** Shown as a band behind the line. */
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
}

interface LineChartProps {
  title: string;
  unit: SeriesUnit;
  /** Of the first point. */
  startsAt: string;
  stepSeconds: number;
  lines: readonly ChartLine[];
}

const box = { width: 600, height: 100 };
const strokes = ["stroke-accent", "stroke-warn", "stroke-good", "stroke-bad"];
const dots = ["bg-accent", "bg-warn", "bg-good", "bg-bad"];
/** Rows of the table: more points are told by their last of each part. */
const tableRows = 30;

/** Lines over time: by pointer or arrow keys each point tells its values, and a table says the same. */
export function LineChart({ title, unit, startsAt, stepSeconds, lines }: LineChartProps) {
  const titleId = useId();
  const [chosen, setChosen] = useState<number | null>(null);
  const points = lines[0]?.values.length ?? 0;
  const all = lines.flatMap(({ values, high }) => [...values, ...(high ?? [])]);
  const largest = all.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const most = unit === "share" ? 1 : niceCeiling(largest);
  const timeOf = (point: number) =>
    exactTime(new Date(Date.parse(startsAt) + point * stepSeconds * 1000).toISOString());
  const lastKnown = lines[0] ? lastPoint(lines[0].values) : null;
  const shown = chosen ?? lastKnown;
  const move = (event: KeyboardEvent) => {
    const at = shown ?? points - 1;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: points - 1, Escape: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next < 0 && event.key === "Escape" ? null : Math.max(0, Math.min(points - 1, next)));
  };
  const point = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setChosen(Math.max(0, Math.min(points - 1, Math.round(((event.clientX - left) / width) * (points - 1)))));
  };
  return (
    <figure className="flex min-w-0 flex-col gap-1.5" aria-labelledby={titleId}>
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span id={titleId} className="text-sm font-medium">
          {title}
        </span>
        <span
          className="flex flex-wrap gap-x-3 text-sm tabular-nums"
          aria-live={chosen === null ? "off" : "polite"}
        >
          {chosen === null ? null : <span className="text-soft">{timeOf(chosen)}</span>}
          {lines.map((line, i) => (
            <span key={line.label} className="flex items-center gap-1.5">
              {lines.length > 1 ? (
                <>
                  <span aria-hidden className={cx("size-2 rounded-full", dots[i % dots.length])} />
                  <span className="text-soft">{line.label}</span>
                </>
              ) : null}
              {told(line, shown, unit)}
            </span>
          ))}
        </span>
      </figcaption>
      <div
        role="slider"
        tabIndex={0}
        aria-label={`${title}: walk through time with the arrow keys`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, points - 1)}
        aria-valuenow={shown ?? 0}
        aria-valuetext={
          shown === null
            ? "nothing known"
            : `${timeOf(shown)}: ${lines.map((line) => `${line.label} ${told(line, shown, unit)}`).join(", ")}`
        }
        className="relative cursor-crosshair rounded-sm border-b border-l"
        onKeyDown={move}
        onPointerMove={point}
        onPointerLeave={() => setChosen(null)}
      >
        <span aria-hidden className="absolute top-0 left-1 text-xs text-faint tabular-nums">
          {formatValue(unit, most)}
        </span>
        <svg
          aria-hidden
          viewBox={`0 0 ${box.width} ${box.height}`}
          preserveAspectRatio="none"
          className="block h-24 w-full"
        >
          {lines.map((line, i) => (
            <g key={line.label}>
              {line.low && line.high ? (
                <path d={bandPath(line.low, line.high, most, box)} className="fill-accent opacity-15" />
              ) : null}
              <path
                d={linePath(line.values, most, box)}
                fill="none"
                strokeWidth={1.5}
                vectorEffect="non-scaling-stroke"
                className={strokes[i % strokes.length]}
              />
            </g>
          ))}
          {chosen === null ? null : (
            <line
              x1={(chosen / Math.max(1, points - 1)) * box.width}
              x2={(chosen / Math.max(1, points - 1)) * box.width}
              y1={0}
              y2={box.height}
              vectorEffect="non-scaling-stroke"
              className="stroke-line-strong"
            />
          )}
        </svg>
      </div>
      <details className="text-sm">
        <summary className="cursor-pointer text-xs text-soft">As a table</summary>
        <ScrollBox label={`${title} as a table`} className="mt-1 max-h-60 overflow-auto">
          <table className="w-full text-left tabular-nums">
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr>
                <th scope="col" className="pr-3 font-medium">
                  Time
                </th>
                {lines.map((line) => (
                  <th key={line.label} scope="col" className="pr-3 font-medium">
                    {line.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rowsOf(points).map((row) => (
                <tr key={row}>
                  <th scope="row" className="pr-3 font-normal text-soft">
                    {timeOf(row)}
                  </th>
                  {lines.map((line) => (
                    <td key={line.label} className="pr-3">
                      {told(line, row, unit)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      </details>
    </figure>
  );
}

function told({ values }: ChartLine, point: number | null, unit: SeriesUnit): string {
  const value = point === null ? null : values[point];
  return value === null || value === undefined ? "–" : formatValue(unit, value);
}

function lastPoint(values: readonly (number | null)[]): number | null {
  const at = values.findLastIndex((value) => value !== null);
  return at === -1 ? null : at;
}

/** The newest first, evenly apart. */
function rowsOf(points: number): number[] {
  const each = Math.max(1, Math.ceil(points / tableRows));
  const rows: number[] = [];
  for (let point = points - 1; point >= 0; point -= each) rows.push(point);
  return rows;
}
