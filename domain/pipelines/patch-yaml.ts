import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
} from "yaml";
import { PlaceholderTokens } from "../configs/inputs/placeholder-tokens.ts";
import type { MapNode, YamlNode } from "../configs/yaml/nodes.ts";
import { readYaml } from "../configs/yaml/read.ts";
import { isObject, type Json, type JsonObject, mapStrings, sameValue, ValueReader } from "./values.ts";

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Whether a new list is written on one line. */
export type InFlow = (path: readonly string[]) => boolean;

const written = { lineWidth: 0, flowCollectionPadding: false, verifyAliasOrder: false } as const;

/**
 * The text with `wanted` as its value. Lines of entries that do not change stay as they are, byte for byte; an entry that
 * changes keeps its comments. New entries come last, but before `service`. Texts that cannot be read are not patched: ask `readYaml` first.
 */
export function patchYaml(text: string, wanted: JsonObject, inFlow: InFlow = () => false): string {
  const tokens = new PlaceholderTokens(text + JSON.stringify(wanted));
  const target = mapStrings(wanted, (one) => tokens.mask(one)) as JsonObject;
  const masked = tokens.mask(text);
  const patched = new Patch(masked, inFlow).apply(target);
  // An edit of what an anchor names, or of what an alias stands for, reaches further than is meant.
  const whole = holds(patched, target) ? patched : new Patch(withoutAliases(masked), inFlow).apply(target);
  return tokens.unmask(whole !== null && holds(whole, target) ? whole : write(fresh(target, [], inFlow)));
}

function holds(text: string | null, wanted: Json): boolean {
  if (text === null) return false;
  const { root, problems } = readYaml(text);
  return problems.length === 0 && root !== null && sameValue(new ValueReader().read(root), wanted);
}

function withoutAliases(text: string): string {
  const { root } = readYaml(text);
  if (!root) return "";
  const document = parseDocument(text, { uniqueKeys: false, version: "1.2" });
  const nodes = new Map<unknown, YamlNode>();
  pairUp(document.contents, root, nodes);
  const values = new ValueReader();
  visit(document, {
    Alias: (_, alias) => document.createNode(values.read(nodes.get(alias))),
    Map: (_, map) => {
      const node = nodes.get(map);
      delete map.anchor;
      if (node?.kind !== "map" || !node.entries.some(({ key }) => key.text === "<<")) return undefined;
      const own = new Set(node.entries.map(({ key }) => key.text));
      map.items = map.items.filter(({ key }) => !(isScalar(key) && key.value === "<<"));
      for (const [key, { value }] of values.maps.entries(node)) {
        if (!own.has(key)) map.items.push(document.createPair(key, values.read(value)));
      }
      return undefined;
    },
    Seq: (_, list) => {
      delete list.anchor;
    },
    Scalar: (_, scalar) => {
      delete scalar.anchor;
    },
  });
  return document.toString({ lineWidth: 0, verifyAliasOrder: false });
}

/** Both trees are of one text, so they have the same shape. */
function pairUp(source: unknown, node: YamlNode | undefined, into: Map<unknown, YamlNode>): void {
  if (!source || !node) return;
  into.set(source, node);
  if (isMap(source) && node.kind === "map" && source.items.length === node.entries.length) {
    source.items.forEach((pair, index) => {
      pairUp(pair.value, node.entries[index]?.value, into);
    });
  } else if (isSeq(source) && node.kind === "list") {
    source.items.forEach((item, index) => {
      pairUp(item, node.items[index], into);
    });
  }
}

function write(node: Node, step = 2): string {
  const document = new Document();
  document.contents = node as NonNullable<typeof document.contents>;
  return document.toString({ ...written, indent: step });
}

function fresh(value: Json, path: readonly string[], inFlow: InFlow): Node {
  const document = new Document();
  const node = document.createNode(value) as Node;
  flow(node, path, inFlow);
  return node;
}

function flow(node: unknown, path: readonly string[], inFlow: InFlow): void {
  if (isSeq(node) && inFlow(path)) node.flow = true;
  if (!isMap(node)) return;
  for (const { key, value } of node.items)
    flow(value, [...path, isScalar(key) ? String(key.value) : ""], inFlow);
}

class Patch {
  readonly #text: string;
  readonly #inFlow: InFlow;
  readonly #edits: Edit[] = [];
  readonly #nodes = new Map<unknown, YamlNode>();
  readonly #values = new ValueReader();

  constructor(text: string, inFlow: InFlow) {
    this.#text = text;
    this.#inFlow = inFlow;
  }

  /** null = the text cannot be patched. */
  apply(wanted: JsonObject): string | null {
    const { root } = readYaml(this.#text);
    const document = parseDocument(this.#text, { uniqueKeys: false, version: "1.2" });
    const { contents } = document;
    if (!root || !contents) {
      const comments = this.#text.trim() === "" ? "" : `${this.#text.trimEnd()}\n`;
      return comments + write(fresh(wanted, [], this.#inFlow));
    }
    pairUp(contents, root, this.#nodes);
    if (sameValue(this.#values.read(root), wanted)) return this.#text;
    if (root.kind !== "map" || !this.#patchable(contents, root)) {
      document.contents = this.#merge(contents, wanted, []) as typeof contents;
      return document.toString({ ...written });
    }
    this.#map(contents as YAMLMap, root, wanted, []);
    let result = this.#text;
    for (const { start, end, text } of this.#edits.sort((a, b) => b.start - a.start || b.end - a.end)) {
      const before = result.slice(0, start);
      const gap = text !== "" && before !== "" && !before.endsWith("\n") && start === end ? "\n" : "";
      result = before + gap + text + result.slice(end);
    }
    return result;
  }

  /** A block map with a line for each key. */
  #patchable(source: unknown, node: YamlNode): boolean {
    if (!isMap(source) || node.kind !== "map" || source.flow || source.items.length === 0) return false;
    if (source.items.length !== node.entries.length || source.anchor) return false;
    const keys = new Set(node.entries.map(({ key }) => key.text));
    if (keys.size !== node.entries.length || keys.has("<<")) return false;
    return source.items.every(({ key }) => {
      if (!isScalar(key) || !key.range) return false;
      return this.#text.slice(this.#lineStart(key.range[0]), key.range[0]).trim() === "";
    });
  }

  #map(source: YAMLMap, node: MapNode, wanted: JsonObject, path: readonly string[]): void {
    const column = this.#columnOf(source.items[0] as Pair);
    const keys = node.entries.map(({ key }) => (typeof key.value === "string" ? key.value : key.text));
    let end = 0;
    source.items.forEach((item, index) => {
      const key = keys[index] ?? "";
      const value = node.entries[index]?.value;
      const region = this.#region(item, column);
      end = region.end;
      const target = wanted[key];
      if (target === undefined || !Object.hasOwn(wanted, key)) {
        const start = this.#leadingComments(region.start, column);
        this.#edits.push({ start, end, text: "" });
      } else if (!value || !sameValue(this.#values.read(value), target)) {
        const deeper = isObject(target) && Object.keys(target).length > 0;
        if (deeper && value?.kind === "map" && this.#patchable(item.value, value)) {
          this.#map(item.value as YAMLMap, value, target, [...path, key]);
        } else {
          const merged = this.#merge(item.value, target, [...path, key]);
          this.#edits.push({ ...region, text: this.#entry(item.key as Scalar, merged, column) });
        }
      }
    });
    const added = Object.keys(wanted).filter((key) => !keys.includes(key));
    const text = added
      .map((key) =>
        this.#entry(new Scalar(key), fresh(wanted[key] ?? null, [...path, key], this.#inFlow), column),
      )
      .join("");
    const last = path.length === 0 ? keys.indexOf("service") : -1;
    const at =
      last === -1
        ? end
        : this.#leadingComments(this.#region(source.items[last] as Pair, column).start, column);
    if (text !== "") this.#edits.push({ start: at, end: at, text });
  }

  #entry(key: Scalar, value: unknown, column: number): string {
    const map = new YAMLMap();
    key.commentBefore = null;
    delete key.spaceBefore;
    if (isCollection(value) && !value.flow) value.spaceBefore = false;
    map.add({ key, value });
    const indent = " ".repeat(column);
    return write(map, this.#step()).replace(/^(?=.)/gm, indent);
  }

  /** The old node where it is the same, comments and quotes where it is not. */
  #merge(old: unknown, wanted: Json, path: readonly string[]): Node {
    const known = this.#nodes.get(old);
    const anchored = isAlias(old) || (isMap(old) && known?.kind === "map" && !this.#plainKeys(known));
    if (known && !anchored && sameValue(this.#values.read(known), wanted)) return old as Node;
    if (known && !anchored && isMap(old) && isObject(wanted)) {
      const kept = old.items.filter(({ key }) => isScalar(key) && Object.hasOwn(wanted, String(key.value)));
      for (const pair of kept) {
        const key = String((pair.key as Scalar).value);
        pair.value = this.#merge(pair.value, wanted[key] ?? null, [...path, key]);
      }
      const present = new Set(kept.map(({ key }) => String((key as Scalar).value)));
      const added = Object.keys(wanted).filter((key) => !present.has(key));
      old.items = kept;
      for (const key of added) {
        old.add({ key: new Scalar(key), value: fresh(wanted[key] ?? null, [...path, key], this.#inFlow) });
      }
      return old;
    }
    if (known?.kind === "list" && isSeq(old) && Array.isArray(wanted)) {
      old.items = this.#list(old.items, wanted, path);
      return old;
    }
    const node = fresh(wanted, path, this.#inFlow);
    if (isScalar(old)) {
      node.comment = old.comment ?? null;
      node.commentBefore = old.commentBefore ?? null;
      if (isScalar(node) && typeof old.value === "string" && typeof node.value === "string" && old.type) {
        if (old.type !== "PLAIN") node.type = old.type;
      }
    }
    return node;
  }

  /** What begins and ends alike stays; between, one takes the place of the other. */
  #list(old: readonly unknown[], wanted: readonly Json[], path: readonly string[]): Node[] {
    const same = (node: unknown, value: Json | undefined) =>
      this.#nodes.has(node) && sameValue(this.#values.read(this.#nodes.get(node)), value);
    let head = 0;
    while (head < old.length && head < wanted.length && same(old[head], wanted[head])) head++;
    let tail = 0;
    const most = Math.min(old.length, wanted.length) - head;
    while (tail < most && same(old.at(-1 - tail), wanted.at(-1 - tail))) tail++;
    const middle = wanted
      .slice(head, wanted.length - tail)
      .map((value, index) =>
        head + index < old.length - tail
          ? this.#merge(old[head + index], value, path)
          : fresh(value, path, this.#inFlow),
      );
    return [
      ...(old.slice(0, head) as Node[]),
      ...middle,
      ...((tail === 0 ? [] : old.slice(-tail)) as Node[]),
    ];
  }

  #plainKeys(node: MapNode): boolean {
    return node.entries.every(({ key }) => key.text !== "<<");
  }

  #region({ key, value }: Pair, column: number): { start: number; end: number } {
    // `#patchable` has seen that the key has a range.
    const keyRange = (key as Scalar).range ?? [0, 0, 0];
    const valueEnd = (value as Node | null)?.range?.[1] ?? keyRange[1];
    let end = this.#lineEnd(Math.max(valueEnd, keyRange[1]));
    for (let at = end; at < this.#text.length; ) {
      const next = this.#lineEnd(at + 1);
      const line = this.#text.slice(at, next);
      const comment = /^( *)#/.exec(line);
      if (comment && (comment[1]?.length ?? 0) > column) end = next;
      else if (line.trim() !== "") break;
      at = next;
    }
    return { start: this.#lineStart(keyRange[0]), end };
  }

  /** Where the comments begin that stand right above a line, at its column. */
  #leadingComments(start: number, column: number): number {
    let first = start;
    while (first > 0) {
      const before = this.#lineStart(first - 1);
      const comment = /^( *)#/.exec(this.#text.slice(before, first));
      if (comment?.[1]?.length !== column) break;
      first = before;
    }
    return first;
  }

  #columnOf({ key }: Pair): number {
    const start = (key as Scalar).range?.[0] ?? 0;
    return start - this.#lineStart(start);
  }

  /** How far the text indents: as its first deeper line does. */
  #step(): number {
    const first = /^( +)[^\s#-]/m.exec(this.#text)?.[1]?.length ?? 2;
    return first <= 8 ? first : 2;
  }

  #lineStart(at: number): number {
    return at === 0 ? 0 : this.#text.lastIndexOf("\n", at - 1) + 1;
  }

  /** After the line's end; `at` may be there already. */
  #lineEnd(at: number): number {
    if (this.#text[at - 1] === "\n") return at;
    const newline = this.#text.indexOf("\n", at);
    return newline === -1 ? this.#text.length : newline + 1;
  }
}
