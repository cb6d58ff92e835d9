import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  Parser,
  type YAMLError,
} from "yaml";
import { unknownCharacter } from "../inputs/placeholders.ts";
import { placer } from "../text.ts";
import { withoutStacks } from "../without-stacks.ts";
import { tooDeepAt } from "./nesting.ts";
import type { Entry, ListNode, MapNode, Place, ScalarNode, YamlNode } from "./nodes.ts";

/** Longer texts are not read: the tree of a text takes some fifty times its length in memory. */
export const maxYamlChars = 1024 * 1024;
const maxProblems = 200;

export interface YamlProblem {
  code: "yaml_syntax" | "too_deep" | "too_large" | "duplicate_key" | "unknown_anchor" | "several_documents";
  message: string;
  at: Place;
  hint: string;
}

export interface ReadYaml {
  /** null = the text is empty, or could not be read. */
  root: YamlNode | null;
  problems: YamlProblem[];
}

const refused = (code: YamlProblem["code"], message: string, at: Place, hint: string): ReadYaml => ({
  root: null,
  problems: [{ code, message, at, hint }],
});

/** Reads the first document. Never throws; linear in the text's length, whatever its anchors refer to. */
export function readYaml(text: string): ReadYaml {
  if (text.length > maxYamlChars) {
    return refused(
      "too_large",
      `The text has ${text.length} characters; at most ${maxYamlChars} are read.`,
      { line: 1, column: 1 },
      "Split it into several configs.",
    );
  }
  // The library counts no lines where it has lost the thread.
  const placeAt = placer(text);
  const placeOf = (offset: number) => placeAt(Math.min(offset, text.length));
  const deep = tooDeepAt(text);
  if (deep !== null) {
    return refused("too_deep", "The text nests too deep here.", placeOf(deep), "Use fewer levels.");
  }
  return withoutStacks(() => readDocuments(text, placeOf));
}

/** As many faults of the parser's as are shown: it may find one at each character. */
function* firstFaults(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let faults = 0;
  for (const token of tokens) {
    if (token.type === "error" && ++faults > maxProblems) return;
    yield token;
  }
}

function readDocuments(text: string, placeOf: (offset: number) => Place): ReadYaml {
  // Duplicate keys are found here, since the composer compares each key with all others.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, version: "1.2" });
  const documents = composer.compose(firstFaults(new Parser().parse(text)));
  const first = documents.next();
  if (first.done) return { root: null, problems: [] };
  const problems = first.value.errors.slice(0, maxProblems).map((error) => syntaxProblem(error, placeOf));
  if (problems.length > 0) return { root: null, problems };
  const second = documents.next();
  if (!second.done && (second.value.contents !== null || second.value.errors.length > 0)) {
    return refused(
      "several_documents",
      "The text has more than one YAML document; only the first is read.",
      placeOf(second.value.range[0]),
      "Remove what follows `---`, or make it a config of its own.",
    );
  }
  const reading = new Reading(placeOf);
  const { contents } = first.value;
  const root = contents ? reading.node(contents) : null;
  const empty = root?.kind === "scalar" && root.value === null && root.text === "";
  return { root: empty ? null : root, problems: reading.problems.slice(0, maxProblems) };
}

function syntaxProblem(error: YAMLError, placeOf: (offset: number) => Place): YamlProblem {
  const at = placeOf(error.pos[0]);
  const message = error.message.slice(0, 200).replace(/\s+/g, " ").trim();
  return {
    code: "yaml_syntax",
    message: /[.!?]$/.test(message) ? message : `${message}.`,
    at,
    hint:
      (message.includes("end with a") ? hints.MISSING_CHAR : hints[error.code]) ??
      "Correct the YAML here; indentation and quotes are the usual causes.",
  };
}

const hints: Record<string, string> = {
  TAB_AS_INDENT: "Indent with spaces: YAML allows no tabs.",
  BAD_INDENT: "Line it up with its neighbours.",
  MISSING_CHAR: "A quote, bracket or `:` is missing; a text that holds `: ` or ` #` needs quotes.",
  MULTILINE_IMPLICIT_KEY: "A key ends on its line with `:`.",
  BLOCK_AS_IMPLICIT_KEY:
    "Put the nested part on its own line, indented; a text that holds `: ` needs quotes.",
};

/** Turns the library's nodes into ours; each once. */
class Reading {
  readonly problems: YamlProblem[] = [];
  readonly #anchors = new Map<string, YamlNode>();
  readonly #placeOf: (offset: number) => Place;

  constructor(placeOf: (offset: number) => Place) {
    this.#placeOf = placeOf;
  }

  node(source: ParsedNode | null): YamlNode {
    if (isAlias(source)) return this.#alias(source.source, this.#placeOf(source.range?.[0] ?? 0));
    const node = this.#plain(source);
    // Only now, so that a node cannot refer to itself.
    const anchor = source && "anchor" in source ? source.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #plain(source: ParsedNode | null): YamlNode {
    const at = this.#placeOf(source?.range?.[0] ?? 0);
    if (isMap(source)) return this.#map(source.items as MapItem[], at);
    if (isSeq(source)) {
      const items = (source.items as (ParsedNode | MapItem)[]).map((item) =>
        // `[a: 1]` is a list of a map with one entry.
        "key" in item ? this.#map([item], this.#placeOf(item.key?.range?.[0] ?? 0)) : this.node(item),
      );
      return { kind: "list", at, items } satisfies ListNode;
    }
    if (isScalar(source)) {
      const { value } = source;
      const quoted = source.type !== "PLAIN" && source.type !== undefined;
      const text = quoted && typeof value === "string" ? value : (source.source ?? "");
      const known =
        typeof value === "string" ||
        typeof value === "number" ||
        typeof value === "bigint" ||
        typeof value === "boolean";
      return { kind: "scalar", at, value: known ? value : null, text, quoted } satisfies ScalarNode;
    }
    return { kind: "scalar", at, value: null, text: "", quoted: false };
  }

  #map(items: readonly MapItem[], at: Place): MapNode {
    const entries: Entry[] = [];
    const seen = new Set<string>();
    for (const item of items) {
      const key = this.node(item.key);
      const value: YamlNode =
        item.value === null
          ? { kind: "scalar", at: key.at, value: null, text: "", quoted: false }
          : this.node(item.value);
      if (key.kind !== "scalar") {
        this.#say("yaml_syntax", "A map or list cannot be a key.", key.at, "Use text as the key.");
        continue;
      }
      if (seen.has(key.text) && key.text !== "<<") {
        this.#say(
          "duplicate_key",
          `The key "${shorten(key.text)}" is there twice.`,
          key.at,
          "Remove one of them, or put their contents together.",
        );
      }
      seen.add(key.text);
      entries.push({ key, value });
    }
    return { kind: "map", at, entries };
  }

  #alias(name: string, at: Place): YamlNode {
    const node = this.#anchors.get(name);
    if (node) return node;
    this.#say(
      "unknown_anchor",
      `There is no anchor &${shorten(name)} before this place.`,
      at,
      `Write &${shorten(name)} at what is meant, above; a text that begins with * needs quotes.`,
    );
    // Nothing can be said of what it was to be.
    return { kind: "scalar", at, value: unknownCharacter, text: unknownCharacter, quoted: false };
  }

  #say(code: YamlProblem["code"], message: string, at: Place, hint: string): void {
    if (this.problems.length < maxProblems) this.problems.push({ code, message, at, hint });
  }
}

interface MapItem {
  key: ParsedNode | null;
  value: ParsedNode | null;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
