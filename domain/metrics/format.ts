import type { SeriesUnit } from "./series.ts";

const prefixes = ["", "K", "M", "G", "T", "P"];

/** As people read it: `42.5 %`, `1.21 GB`, `330 KB/s`, `0.35 cpu`. */
export function formatValue(unit: SeriesUnit, value: number): string {
  switch (unit) {
    case "share":
      return `${trimmed(value * 100, 1)} %`;
    case "bytes":
      return `${scaled(value)}B`;
    case "bytes_per_second":
      return `${scaled(value)}B/s`;
    case "processors":
      return `${trimmed(value, Math.abs(value) < 0.01 ? 4 : 2)} cpu`;
    case "number":
      return Math.abs(value) >= 10_000 ? scaled(value).trim() : trimmed(value, 2);
  }
}

/** In thousands, with three digits: `1.21 G`. */
function scaled(value: number): string {
  let left = value;
  let prefix = 0;
  while (Math.abs(left) >= 999.5 && prefix < prefixes.length - 1) {
    left /= 1000;
    prefix++;
  }
  const digits = Math.abs(left) >= 99.95 || prefix === 0 ? 0 : Math.abs(left) >= 9.995 ? 1 : 2;
  return `${trimmed(left, digits)} ${prefixes[prefix]}`;
}

const trimmed = (value: number, digits: number) => String(Number(value.toFixed(digits)));

/** Of those that are known. */
export function summaryOf(values: readonly (number | null)[]) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return {
    last: known.at(-1) ?? 0,
    average: known.reduce((sum, value) => sum + value, 0) / known.length,
    minimum: known.reduce((least, value) => Math.min(least, value)),
    maximum: known.reduce((most, value) => Math.max(most, value)),
  };
}
