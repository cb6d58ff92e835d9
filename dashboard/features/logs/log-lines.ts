import type { KeptLine } from "../../../protocol/api/logs.ts";
import type { LineRecord } from "../../../protocol/custom/logs.ts";

/** One row of the view: a line, or words that stand among the lines. */
export interface LogRow {
  key: number;
  timeMs: number | null;
  source: string;
  text: string;
  isNote: boolean;
}

/** The view forgets the oldest beyond this. */
export const mostRows = 20_000;

let lastKey = 0;

export const lineRow = ({ t, s, l }: LineRecord): LogRow => ({
  key: ++lastKey,
  timeMs: t,
  source: s,
  text: l,
  isNote: false,
});

export const noteRow = (words: string): LogRow => ({
  key: ++lastKey,
  timeMs: null,
  source: "",
  text: words,
  isNote: true,
});

export const keptRow = ({ at, source, text, dropped }: KeptLine): LogRow => ({
  key: ++lastKey,
  timeMs: Date.parse(at),
  source,
  text: dropped > 0 ? `${dropped} lines dropped: the day's quota was used up` : text,
  isNote: dropped > 0,
});

export function appended(rows: readonly LogRow[], more: readonly LogRow[]): LogRow[] {
  const all = [...rows, ...more];
  return all.length > mostRows ? all.slice(-mostRows) : all;
}

/** Notes stay: what is missing is worth knowing whatever is searched for. */
export function found(rows: readonly LogRow[], search: string): readonly LogRow[] {
  const needle = search.trim().toLowerCase();
  if (needle === "") return rows;
  return rows.filter(({ text, isNote }) => isNote || text.toLowerCase().includes(needle));
}

const two = (value: number) => String(value).padStart(2, "0");

/** `2026-11-21 09:00:00.250` on the reader's clock. */
export function dateAndClock(timeMs: number | null): string {
  if (timeMs === null) return "";
  const at = new Date(timeMs);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(timeMs)}`;
}

/** `09:00:00.250` on the reader's clock. */
export function clock(timeMs: number | null): string {
  if (timeMs === null) return "";
  const at = new Date(timeMs);
  const ms = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}
