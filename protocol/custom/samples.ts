/**
 * Points of many series in few bytes: each series has an exponent of ten, and its values are whole numbers of that, told as
 * the difference to the one before in variable length. Five digits are kept. A point of four series takes about ten bytes.
 */
import {
  builtinSeries,
  maxSeries,
  rememberedSeconds,
  sampleSeconds,
  seriesNameChars,
} from "../../domain/metrics/series.ts";

export interface Samples {
  /** How long before it was sent the newest point was measured, in ms. By no clock: only a span. */
  ageMs: number;
  /** Points, `sampleSeconds` apart, oldest first. */
  count: number;
  /** A value for each point; NaN = none. */
  series: { name: string; values: Float64Array }[];
}

/** Types of the messages that carry them, agent to server: those to be kept, and those that somebody only looks at. */
export const sampleTypes = { kept: "samples", looked: "look" } as const;

export const maxPoints = rememberedSeconds / sampleSeconds;
const version = 1;
const named = 255;
const digits = 5;

/** The bytes are not samples; the message says why. */
export class SamplesError extends Error {
  override readonly name = "SamplesError";
}

const codes: ReadonlyMap<string, number> = new Map(builtinSeries.map(({ name }, code) => [name, code]));

export function encodeSamples({ ageMs, count, series }: Samples): Uint8Array {
  const bytes: number[] = [version];
  putVarint(bytes, Math.max(0, Math.round(ageMs)));
  putVarint(bytes, count);
  const told = series
    .filter(({ values }) => values.some((value) => Number.isFinite(value)))
    .slice(0, maxSeries);
  bytes.push(told.length);
  for (const { name, values } of told) {
    const code = codes.get(name);
    bytes.push(code ?? named);
    if (code === undefined) {
      const text = new TextEncoder().encode(name.slice(0, seriesNameChars));
      putVarint(bytes, text.length);
      bytes.push(...text);
    }
    const exponent = exponentFor(values);
    bytes.push(exponent + 128);
    let before = 0;
    for (const value of values) {
      if (!Number.isFinite(value)) {
        bytes.push(0);
        continue;
      }
      const whole = toWhole(value, exponent);
      putVarint(bytes, zigzag(whole - before) + 1);
      before = whole;
    }
  }
  return new Uint8Array(bytes);
}

/** @throws SamplesError */
export function decodeSamples(bytes: Uint8Array): Samples {
  const read = new Reader(bytes);
  if (read.byte() !== version) throw new SamplesError("samples of another version");
  const ageMs = read.varint();
  const count = read.varint();
  if (count > maxPoints) throw new SamplesError(`${count} points: at most ${maxPoints} may come at once`);
  const size = read.byte();
  if (size > maxSeries) throw new SamplesError(`${size} series: at most ${maxSeries} may come`);
  const series = Array.from({ length: size }, () => {
    const code = read.byte();
    const name = code === named ? read.text() : builtinSeries[code]?.name;
    const exponent = read.byte() - 128;
    const values = new Float64Array(count);
    let whole = 0;
    for (let i = 0; i < count; i++) {
      const told = read.varint();
      if (told > 0) whole += unzigzag(told - 1);
      values[i] = told === 0 ? Number.NaN : toValue(whole, exponent);
    }
    return { name, values };
  });
  // Of an agent that is newer: a code that is not known here yet.
  return { ageMs, count, series: series.flatMap(({ name, values }) => (name ? [{ name, values }] : [])) };
}

function exponentFor(values: Float64Array): number {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return 0;
  return Math.min(100, Math.max(-100, Math.floor(Math.log10(largest)) - digits + 1));
}

// Dividing by a power of ten that is whole keeps 0.1 at 0.1.
const toWhole = (value: number, exponent: number) =>
  Math.round(exponent < 0 ? value * 10 ** -exponent : value / 10 ** exponent);
const toValue = (whole: number, exponent: number) =>
  exponent < 0 ? whole / 10 ** -exponent : whole * 10 ** exponent;

const zigzag = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (value: number) => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);

function putVarint(bytes: number[], value: number): void {
  let left = value;
  while (left >= 128) {
    bytes.push((left % 128) + 128);
    left = Math.floor(left / 128);
  }
  bytes.push(left);
}

class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new SamplesError("samples that end too soon");
    return byte;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 128 ** 6; scale *= 128) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    throw new SamplesError("a number that is too long");
  }

  text(): string {
    const length = this.varint();
    if (length === 0 || length > seriesNameChars * 4) throw new SamplesError(`a name of ${length} bytes`);
    const from = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new SamplesError("samples that end too soon");
    return new TextDecoder().decode(this.bytes.subarray(from, this.at));
  }
}
