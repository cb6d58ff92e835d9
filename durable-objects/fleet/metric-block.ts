import { builtinSeries } from "../../domain/metrics/series.ts";

/** What a point of a series has: one value where it was measured, several where many were rolled up. */
export const pointKinds = {
  measured: ["average"],
  rolledUp: ["average", "minimum", "maximum"],
  total: ["average", "minimum", "maximum", "p95", "agents"],
} as const;
export type PointKind = keyof typeof pointKinds;

const formatVersion = 1;
const named = 255;
const codes: ReadonlyMap<string, number> = new Map(builtinSeries.map(({ name }, code) => [name, code]));

/** Points of many series in one row: a fixed size for each series, whatever is known of it. NaN = nothing is. */
export class MetricBlock {
  readonly kind: PointKind;
  readonly points: number;
  /** For each of the kind's values in turn, one for each point. */
  readonly columns = new Map<string, Float32Array>();

  constructor(kind: PointKind, points: number) {
    this.kind = kind;
    this.points = points;
  }

  /** The column as it is, or a new one. */
  column(name: string): Float32Array {
    const known = this.columns.get(name);
    if (known) return known;
    const values = new Float32Array(this.points * pointKinds[this.kind].length).fill(Number.NaN);
    this.columns.set(name, values);
    return values;
  }

  /** Points of which anything is known. */
  filled(): number {
    let filled = 0;
    for (let point = 0; point < this.points; point++) {
      for (const values of this.columns.values()) {
        if (Number.isNaN(values[point])) continue;
        filled++;
        break;
      }
    }
    return filled;
  }

  encode(): ArrayBuffer {
    const names = [...this.columns.keys()].map((name) => {
      const code = codes.get(name);
      if (code !== undefined) return Uint8Array.of(code);
      const text = new TextEncoder().encode(name);
      return Uint8Array.of(named, text.length & 255, text.length >> 8, ...text);
    });
    const header = 3 + names.reduce((sum, bytes) => sum + bytes.length, 0);
    const padded = Math.ceil(header / 4) * 4;
    const columnBytes = this.points * pointKinds[this.kind].length * 4;
    const bytes = new Uint8Array(padded + names.length * columnBytes);
    bytes.set([formatVersion, names.length, padded - header]);
    let at = 3;
    for (const name of names) {
      bytes.set(name, at);
      at += name.length;
    }
    at = padded;
    for (const values of this.columns.values()) {
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, columnBytes), at);
      at += columnBytes;
    }
    return bytes.buffer;
  }

  /** `only`: the other series are passed over. Throws RangeError on what `encode` did not write. */
  static decode(kind: PointKind, points: number, body: ArrayBuffer, only?: ReadonlySet<string>): MetricBlock {
    const block = new MetricBlock(kind, points);
    const bytes = new Uint8Array(body);
    const [version, size = 0, padding = 0] = bytes;
    if (version !== formatVersion) throw new RangeError("A row of metrics is of another version");
    const names: string[] = [];
    let at = 3;
    while (names.length < size) {
      const code = bytes[at++] ?? named;
      if (code !== named) {
        names.push(builtinSeries[code]?.name ?? `unknown.${code}`);
        continue;
      }
      const length = (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8);
      names.push(new TextDecoder().decode(bytes.subarray(at + 2, at + 2 + length)));
      at += 2 + length;
    }
    at += padding;
    const length = points * pointKinds[kind].length;
    for (const name of names) {
      if (!only || only.has(name)) block.columns.set(name, new Float32Array(body.slice(at, at + length * 4)));
      at += length * 4;
    }
    return block;
  }
}
