import { MapReader, type ScalarNode, type YamlNode } from "../configs/yaml/nodes.ts";

/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** So many values are made of one text at most: aliases could make more than fit into memory. */
export const maxValues = 100_000;

export class TooManyValues extends Error {}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Turns nodes into values, with `<<` merged. Numbers that JSON cannot hold become their text. */
export class ValueReader {
  readonly maps = new MapReader();
  readonly #text: (written: string) => string;
  readonly #known = new Map<YamlNode, { value: Json; size: number }>();

  constructor(text: (written: string) => string = (written) => written) {
    this.#text = text;
  }

  /** Each node once, so that what aliases name is shared. @throws TooManyValues */
  read(node: YamlNode | undefined): Json {
    return node ? this.#once(node).value : null;
  }

  #once(node: YamlNode): { value: Json; size: number } {
    let known = this.#known.get(node);
    if (!known) {
      known = this.#make(node);
      if (known.size > maxValues) throw new TooManyValues();
      this.#known.set(node, known);
    }
    return known;
  }

  #make(node: YamlNode): { value: Json; size: number } {
    if (node.kind === "list") {
      const items = node.items.map((item) => this.#once(item));
      return { value: items.map(({ value }) => value), size: sizeOf(items) };
    }
    if (node.kind === "map") {
      const entries = [...this.maps.entries(node)].map(([key, { value }]) => ({
        key: this.#text(key),
        ...this.#once(value),
      }));
      // By Object.fromEntries, as a key may be `__proto__`.
      const value = Object.fromEntries(entries.map((entry) => [entry.key, entry.value]));
      return { value, size: sizeOf(entries) };
    }
    return { value: this.#scalar(node), size: 1 };
  }

  #scalar({ value, text }: ScalarNode): Json {
    if (typeof value === "string") return this.#text(value);
    if (typeof value === "bigint") return text;
    if (typeof value !== "number") return value;
    const fits = Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
    return fits ? value : text;
  }
}

const sizeOf = (parts: readonly { size: number }[]): number => parts.reduce((sum, { size }) => sum + size, 1);

/** Order of keys means nothing. */
export function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}

export function mapStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), mapStrings(item, change)]),
  );
}
