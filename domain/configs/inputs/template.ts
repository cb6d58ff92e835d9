import { placer } from "../text.ts";
import type { TextRange } from "./comments.ts";
import { formatPlaceholder, type Placeholder, scanPlaceholders, withUnknowns } from "./placeholders.ts";
import { type ScalarStyle, yamlScalars } from "./yaml-scalars.ts";

/**
 * How values are written into a kind's text. `json`: within quotes as JSON has them, and without quotes as whole values.
 * `line`: as they are, without line breaks. `raw`: as they are.
 */
export type Quoting = "yaml" | "json" | "line" | "raw";

export const inputTypes = ["string", "number", "boolean", "json"] as const;
export type InputType = (typeof inputTypes)[number];

/** `text` of a number, boolean or json is its JSON. */
export interface InputValue {
  type: InputType;
  text: string;
}

/** A placeholder with its place, both from 1. */
export interface Slot extends Placeholder {
  line: number;
  column: number;
}

/** Text that is written as a whole, because its values share its quotes. */
interface Stretch {
  style: ScalarStyle | "word" | "json" | "line" | "raw";
  pieces: (string | Slot)[];
  /** Of a block: what each of its lines begins with. */
  indent: string;
}

/** A config's text taken apart once, to be filled in for many agents. */
export interface Template {
  parts: (string | Stretch)[];
  slots: Slot[];
}

/** A value that is missing, or cannot stand where its placeholder does. */
export class InputError extends Error {
  readonly slot: Slot;
  readonly reason: "missing" | "does_not_fit";
  readonly hint: string;
  constructor(slot: Slot, reason: InputError["reason"], message: string, hint: string) {
    super(message);
    this.name = "InputError";
    this.slot = slot;
    this.reason = reason;
    this.hint = hint;
  }
}

/**
 * Never throws. Broken placeholders stay as text: the kind's inspection reports them. `comments`: in order, where the
 * quoting does not tell them; they stay as they are.
 */
export function compileTemplate(
  quoting: Quoting,
  content: string,
  comments: Iterable<TextRange> = [],
): Template {
  const { placeholders, escapes } = scanPlaceholders(content);
  const slots = withPlaces(content, placeholders);
  if (slots.length === 0 && escapes.length === 0) return { parts: [content], slots: [] };
  const stretches =
    quoting === "yaml" || quoting === "json"
      ? yamlStretches(content, slots, quoting)
      : [...besideComments(slots, comments, quoting)];
  const parts: Template["parts"] = [];
  let at = 0;
  for (const { start, end, stretch } of stretches) {
    parts.push(withoutEscapes(content.slice(at, start)));
    if (stretch) parts.push({ ...stretch, pieces: piecesOf(content, start, end, stretch.pieces) });
    else parts.push(content.slice(start, end));
    at = end;
  }
  parts.push(withoutEscapes(content.slice(at)));
  return {
    parts: parts.filter((part) => part !== ""),
    slots: stretches.flatMap(({ stretch }) => stretch?.pieces ?? []),
  };
}

interface Placed {
  start: number;
  end: number;
  /** null = the text stays as it is: a comment. */
  stretch: (Omit<Stretch, "pieces"> & { pieces: Slot[] }) | null;
}

function alone(slot: Slot, style: "word" | "line" | "raw"): Placed {
  return {
    start: slot.offset,
    end: slot.offset + slot.length,
    stretch: { style, pieces: [slot], indent: "" },
  };
}

function* besideComments(
  slots: readonly Slot[],
  comments: Iterable<TextRange>,
  style: "line" | "raw",
): Generator<Placed> {
  let next = 0;
  for (const { start, end } of comments) {
    for (let slot = slots[next]; slot && slot.offset < start; slot = slots[++next]) yield alone(slot, style);
    while ((slots[next]?.offset ?? end) < end) next++;
    yield { start, end, stretch: null };
  }
  for (const slot of slots.slice(next)) yield alone(slot, style);
}

/** Of a block: how far its first line that is not blank is indented. */
const firstIndent = /^(?:[ \t]*\r?\n)*( *)/;

/** The scalars that hold placeholders, and those that stand outside of any: in an anchor or a tag. */
function yamlStretches(content: string, slots: readonly Slot[], quoting: "yaml" | "json"): Placed[] {
  const placed: Placed[] = [];
  let next = 0;
  for (const { style, start, end } of yamlScalars(withUnknowns(content))) {
    for (let slot = slots[next]; slot && slot.offset < start; slot = slots[++next])
      placed.push(alone(slot, "word"));
    const inside: Slot[] = [];
    for (let slot = slots[next]; slot && slot.offset < end; slot = slots[++next]) inside.push(slot);
    if (style === "comment") placed.push({ start, end, stretch: null });
    else if (inside.length === 0) continue;
    else if (style === "plain" && quoting === "json") {
      placed.push({ start, end, stretch: { style: "json", pieces: inside, indent: "" } });
    } else {
      const isBlock = style === "block" || style === "folded";
      const indent = isBlock ? (firstIndent.exec(content.slice(start, end))?.[1] ?? "") : "";
      placed.push({ start, end, stretch: { style, pieces: inside, indent } });
    }
  }
  for (let slot = slots[next]; slot; slot = slots[++next]) placed.push(alone(slot, "word"));
  return placed;
}

function piecesOf(content: string, start: number, end: number, slots: readonly Slot[]): Stretch["pieces"] {
  const pieces: Stretch["pieces"] = [];
  let at = start;
  for (const slot of slots) {
    if (slot.offset > at) pieces.push(withoutEscapes(content.slice(at, slot.offset)));
    pieces.push(slot);
    at = slot.offset + slot.length;
  }
  if (at < end) pieces.push(withoutEscapes(content.slice(at, end)));
  return pieces;
}

const withoutEscapes = (text: string): string => text.replace(/\$(\$\{(?:var|secret|agent):)/g, "$1");

function withPlaces(content: string, placeholders: readonly Placeholder[]): Slot[] {
  const placeAt = placer(content);
  return placeholders.map((placeholder) => ({ ...placeholder, ...placeAt(placeholder.offset) }));
}

/**
 * The text with every placeholder replaced. `lookUp` answers null for a name that has no value.
 * @throws InputError
 */
export function fillTemplate(template: Template, lookUp: (slot: Slot) => InputValue | null): string {
  const value = (slot: Slot): InputValue => {
    const found =
      lookUp(slot) ?? (slot.fallback === null ? null : { type: "string" as const, text: slot.fallback });
    if (found) return found;
    throw new InputError(
      slot,
      "missing",
      `${formatPlaceholder(slot)} has no value.`,
      slot.namespace === "agent"
        ? `Give the agent the label ${slot.name}, or write a default: \${agent:${slot.name}:-…}.`
        : `Set ${slot.name} in the environment.`,
    );
  };
  refuseTooLong(template, value);
  return template.parts.map((part) => (typeof part === "string" ? part : write(part, value))).join("");
}

/** Characters that values may bring into one text: a long one that is named often must not fill the memory. */
const maxFilledChars = 2 * 1024 * 1024;

function refuseTooLong({ slots }: Template, value: (slot: Slot) => InputValue): void {
  let chars = 0;
  for (const slot of slots) {
    chars += value(slot).text.length;
    refuseIf(
      chars > maxFilledChars,
      slot,
      "more characters than may be filled into one file",
      `Name it less often, or give it a shorter value; ${maxFilledChars} characters are the most.`,
    );
  }
}

function write({ style, pieces, indent }: Stretch, lookUp: (slot: Slot) => InputValue): string {
  if (style === "plain") return writePlain(pieces, lookUp);
  if (style === "json") return writeJson(pieces, lookUp);
  const first = pieces.findIndex((piece) => typeof piece !== "string" || piece.trim() !== "");
  return pieces
    .map((piece, i) => {
      if (typeof piece === "string") return piece;
      const { text } = lookUp(piece);
      refuseIf(
        (style === "block" || style === "folded") && i === first && /^\n* /.test(text),
        piece,
        "a blank at its beginning",
        "The block's other lines would count as less indented: use double quotes, or begin the block with a line of its own.",
      );
      return writeValue(style, indent, piece, text);
    })
    .join("");
}

const lineBreak = /(?!\t)[\p{Cc}\u2028\u2029]/u;
// Parsers of YAML 1.1 end a line at U+2028 and U+2029.
const unprintable = /(?![\t\n])[\p{Cc}\u2028\u2029]/u;
const aWord = /^[A-Za-z0-9_-]*$/;

/** As JSON and YAML both read it: what only one of them takes for a line break or cannot print is escaped. */
const quoted = (text: string): string => escapedForYaml(JSON.stringify(text));
const escapedForYaml = (json: string): string =>
  json.replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function writeValue(
  style: Exclude<Stretch["style"], "plain" | "json">,
  indent: string,
  slot: Slot,
  text: string,
): string {
  switch (style) {
    case "raw":
      return text;
    case "double":
      return quoted(text).slice(1, -1);
    case "word":
      refuseIf(
        !aWord.test(text),
        slot,
        "more than letters, digits, `_` and `-`",
        "Write the placeholder as a value, or as a part of one.",
      );
      return text;
    case "single":
      refuseIf(
        lineBreak.test(text),
        slot,
        "a line break or control character",
        "Use double quotes around it.",
      );
      return text.replaceAll("'", "''");
    case "line":
      refuseIf(
        lineBreak.test(text),
        slot,
        "a line break or control character",
        "Give it a value of one line, or bring it as a file of its own.",
      );
      return text;
    case "block":
    case "folded":
      refuseIf(unprintable.test(text), slot, "a control character", "Use double quotes around it.");
      return text.replaceAll("\n", style === "block" ? `\n${indent}` : `\n\n${indent}`);
  }
}

function refuseIf(condition: boolean, slot: Slot, what: string, hint: string): void {
  if (!condition) return;
  throw new InputError(
    slot,
    "does_not_fit",
    `The value of ${formatPlaceholder(slot)} has ${what}, which cannot stand here.`,
    hint,
  );
}

/** Characters that mean nothing in a plain scalar, wherever it stands. */
const safe = /^[A-Za-z0-9_./~+=$()@%;!^-]*(?::[A-Za-z0-9_./~+=$()@%;!^-]+)*$/;
const safeStart = /^[A-Za-z0-9_./~+=$(]/;
/** What a plain scalar would be read as, if not as a string. */
const typed = /^(?:~|=|null|true|false|yes|no|on|off|y|n|[-+]?\.?[0-9].*|[-+]?\.(?:inf|nan))$/i;

/** A plain scalar stays plain where it is read as meant, and else becomes a double-quoted one. */
function writePlain(pieces: Stretch["pieces"], lookUp: (slot: Slot) => InputValue): string {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined && typeof only !== "string") {
    const { type, text } = lookUp(only);
    if (type !== "string") return escapedForYaml(text);
    return safe.test(text) && safeStart.test(text) && !typed.test(text) ? text : quoted(text);
  }
  const written = pieces.map((piece) => (typeof piece === "string" ? piece : lookUp(piece).text));
  const fits = pieces.every((piece, i) => typeof piece === "string" || safe.test(written[i] ?? ""));
  const starts = typeof only === "string" || safeStart.test(written[0] ?? "");
  const joined = written.join("");
  if (fits && starts && !marksStructure.test(joined)) return joined;
  return quoted(
    pieces.map((piece, i) => (typeof piece === "string" ? foldLines(piece) : written[i])).join(""),
  );
}

/** What is no scalar when a value is empty: `-`, `?`, and what ends with a colon. */
const marksStructure = /^[-?]?$|:$/;

/** As a plain scalar is read: a line break becomes a blank, and blank lines after it become line breaks. */
function foldLines(text: string): string {
  const lines = text.split("\n");
  let folded = "";
  let breaks = 0;
  for (const [i, line] of lines.entries()) {
    const part = i === 0 ? line : line.trimStart();
    const isLast = i === lines.length - 1;
    if (i > 0) breaks++;
    if (part.trim() === "" && i > 0 && !isLast) continue;
    if (breaks > 0) folded += breaks === 1 ? " " : "\n".repeat(breaks - 1);
    folded += isLast ? part : part.trimEnd();
    breaks = 0;
  }
  return folded;
}

const jsonWord = /^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false)$/;

/** A value of its own: text that reads as a number or boolean becomes one, since a default is always text. */
function writeJson(pieces: Stretch["pieces"], lookUp: (slot: Slot) => InputValue): string {
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      const { type, text } = lookUp(piece);
      return type === "string" && !jsonWord.test(text) ? quoted(text) : escapedForYaml(text);
    })
    .join("");
}
