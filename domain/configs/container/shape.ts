import { plural } from "../../plural.ts";
import type { Findings } from "../findings.ts";
import { isUnknown, unknownCharacter } from "../inputs/placeholders.ts";
import { listNames, nearest } from "../suggest.ts";
import type { MapNode, Place, ScalarNode, YamlNode } from "../yaml/nodes.ts";

export interface Fault {
  code: string;
  /** Goes on from the place: "processes.web must be a map". */
  message: string;
  hint: string;
}

/** What may stand in a place of the manifest. */
export type Shape = ScalarShape | ListShape | NamesShape | ObjectShape;

export type ScalarShape =
  | { is: "text"; check?: (text: string) => Fault | null }
  /** Text; a number or boolean becomes the text that it is written as. */
  | { is: "word" }
  | { is: "number"; whole: boolean; min: number; max: number }
  | { is: "boolean" }
  | { is: "choice"; of: readonly string[] }
  /** Bytes: a whole number, or one with a unit. */
  | { is: "size"; min: number };

export interface ListShape {
  is: "list";
  of: Shape;
  min: number;
  max: number;
}

/** Names of the author's own, each with the same below it. */
export interface NamesShape {
  is: "names";
  of: Shape;
  pattern: RegExp;
  rule: string;
  min: number;
  max: number;
}

export interface ObjectShape {
  is: "object";
  keys: Readonly<Record<string, Shape>>;
  needs: readonly string[];
  /** Nothing may stand in its place, as in `data:`. */
  mayBeEmpty?: true;
}

export const isEmpty = (node: YamlNode): boolean =>
  node.kind === "scalar" && node.value === null && !isUnknown(node.text);

/** Reports all that does not fit. An alias stands for what it names, so each list and map is read up to its limit only. */
export function checkShape(node: YamlNode, shape: Shape, findings: Findings, path = ""): void {
  const own = path === "" ? "The manifest" : path;
  const add = ({ code, message, hint }: Fault) =>
    findings.add({
      code,
      message: `${own} ${message}.`,
      at: node.at,
      path,
      hint,
    });
  if (shape.is === "list") {
    if (node.kind !== "list") add(wrongType(node, "a list", "Write `- ` before each item."));
    else {
      checkCount(node.items.length, "item", shape, add);
      for (const [i, item] of node.items.slice(0, shape.max).entries()) {
        checkShape(item, shape.of, findings, `${path}[${i}]`);
      }
    }
  } else if (shape.is === "names" || shape.is === "object") {
    if (isEmpty(node) && (shape.is === "names" ? shape.min === 0 : shape.mayBeEmpty)) return;
    if (node.kind !== "map") add(wrongType(node, "a map", "Write `key: value` below it."));
    else if (shape.is === "object") checkKeys(node, shape, findings, path);
    else {
      checkCount(node.entries.length, "name", shape, add);
      checkNames(node, shape, findings, path);
    }
  } else {
    const fault =
      node.kind === "scalar"
        ? scalarFault(node, shape)
        : wrongType(node, expected(shape), `Write ${example(shape)}.`);
    if (fault) add(fault);
  }
}

function checkCount(
  count: number,
  what: string,
  { min, max }: { min: number; max: number },
  add: (fault: Fault) => void,
): void {
  if (count < min) add({ code: "too_few", message: "must not be empty", hint: `Add one ${what} at least.` });
  if (count > max) {
    add({
      code: "too_many",
      message: `has ${plural(count, what)}; at most ${max} are allowed`,
      hint: `Take out ${plural(count - max, what)}.`,
    });
  }
}

function checkNames(map: MapNode, shape: NamesShape, findings: Findings, path: string): void {
  for (const { key, value } of map.entries.slice(0, shape.max)) {
    const name = shorten(key.text);
    if (!refuseUnknownKey(key, findings, path) && !shape.pattern.test(key.text)) {
      findings.add({
        code: "bad_name",
        message: `"${name}" cannot be a name in ${path}.`,
        at: key.at,
        path: `${path}.${name}`,
        hint: shape.rule,
      });
    }
    checkShape(value, shape.of, findings, `${path}.${name}`);
  }
}

function checkKeys(map: MapNode, { keys, needs }: ObjectShape, findings: Findings, path: string): void {
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  const known = Object.keys(keys);
  const seen = new Set<string>();
  for (const { key, value } of map.entries) {
    const name = key.text;
    const shape = Object.hasOwn(keys, name) ? keys[name] : undefined;
    // Of a key that stands there twice, the reader of the text has told.
    if (shape && !seen.has(name)) checkShape(value, shape, findings, below(name));
    else if (!shape && !refuseUnknownKey(key, findings, path)) {
      findings.add({
        code: "unknown_key",
        message: `There is no "${shorten(name)}" in ${path === "" ? "the manifest" : path}.`,
        at: key.at,
        path: below(shorten(name)),
        hint: () => unknownKeyHint(name, known),
      });
    }
    seen.add(name);
  }
  for (const need of needs.filter((one) => !seen.has(one))) {
    findings.add({
      code: "missing_key",
      message: `${path === "" ? "The manifest" : path} needs ${need}.`,
      at: map.at,
      path: below(need),
      hint: `Add \`${need}:\` to it.`,
    });
  }
}

/** Keys are not filled in. */
function refuseUnknownKey(key: { text: string; at: Place }, findings: Findings, path: string): boolean {
  if (!isUnknown(key.text)) return false;
  findings.add({
    code: "placeholder_in_key",
    message: "A placeholder stands in a key, and only values are filled in.",
    at: key.at,
    path,
    hint: "Write the key out.",
  });
  return true;
}

function unknownKeyHint(key: string, known: readonly string[]): string {
  if (key === "<<") return "Write it out: what an app runs with is read in one place.";
  const meant = nearest(key, known);
  if (meant) return `Did you mean \`${meant}\`?`;
  return known.length === 0 ? "It has no settings of its own." : `It has ${listNames(known, 20)}.`;
}

export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function wrongType(node: YamlNode, wanted: string, hint: string): Fault {
  return { code: "wrong_type", message: `must be ${wanted}; it is ${describe(node)}`, hint };
}

function describe(node: YamlNode): string {
  if (node.kind !== "scalar") return `a ${node.kind}`;
  if (isUnknown(node.text)) return "text with a placeholder";
  if (node.value === null) return "empty";
  const word =
    typeof node.value === "string" ? "text" : typeof node.value === "boolean" ? "boolean" : "number";
  return `the ${word} ${JSON.stringify(shorten(node.text))}`;
}

const oneOf = (names: readonly string[]) => listNames(names).replace(/ and (?=\S+$)/, " or ");

function expected(shape: ScalarShape): string {
  switch (shape.is) {
    case "text":
    case "word":
      return "text";
    case "number":
      return shape.whole ? "a whole number" : "a number";
    case "boolean":
      return "true or false";
    case "choice":
      return oneOf(shape.of);
    case "size":
      return "a size such as 256Mi";
  }
}

/** What may be written in its place. */
function example(shape: ScalarShape): string {
  switch (shape.is) {
    case "text":
    case "word":
      return "text on one line, in quotes where it looks like something else";
    case "number":
      return shape.whole
        ? `a whole number from ${shape.min} to ${shape.max}`
        : `a number from ${shape.min} to ${shape.max}`;
    case "boolean":
      return "true or false";
    case "choice":
      return oneOf(shape.of);
    case "size":
      return "a size such as 256Mi";
  }
}

function scalarFault(scalar: ScalarNode, shape: ScalarShape): Fault | null {
  const { value, text } = scalar;
  const wrong = (hint = `Write ${example(shape)}.`) => wrongType(scalar, expected(shape), hint);
  if (isUnknown(text)) {
    const typed = shape.is === "number" || shape.is === "boolean";
    return typed && !isAlone(scalar) ? wrong("Write the placeholder alone and without quotes.") : null;
  }
  switch (shape.is) {
    case "text":
      if (typeof value !== "string") return wrong(value === null ? undefined : "Put it in quotes.");
      return shape.check?.(text) ?? null;
    case "word":
      return value === null ? wrong('Write "" for text without a letter.') : null;
    case "number":
      if (typeof value !== "number" || (shape.whole && !Number.isInteger(value))) {
        return wrong(
          typeof value === "string" ? "Write the number alone, without quotes or unit." : undefined,
        );
      }
      // So that .nan, which is neither less nor more, is refused too.
      return value >= shape.min && value <= shape.max
        ? null
        : {
            code: "out_of_range",
            message: `is ${text}; it must be ${shape.min} to ${shape.max}`,
            hint: `Write ${example(shape)}.`,
          };
    case "boolean":
      return typeof value === "boolean" ? null : wrong();
    case "choice": {
      if (typeof value === "string" && shape.of.includes(value)) return null;
      const meant = nearest(text, shape.of);
      return {
        code: "unknown_value",
        message: `must be ${oneOf(shape.of)}; it is ${JSON.stringify(shorten(text))}`,
        hint: meant !== null ? `Did you mean \`${meant}\`?` : `Write ${example(shape)}.`,
      };
    }
    case "size": {
      const bytes = value === null || typeof value === "boolean" ? null : parseSize(text);
      if (bytes === null) return wrong("Units are K, M, G (of 1000) and Ki, Mi, Gi (of 1024).");
      return bytes < shape.min
        ? {
            code: "out_of_range",
            message: `is ${bytes} bytes; it must be ${shape.min} or more`,
            hint: `Write ${shape.min / 1024 ** 2}Mi or more; a number without a unit counts bytes.`,
          }
        : null;
    }
  }
}

/** Nothing but what is not known yet, without quotes: it becomes a number or boolean where the variable is one. */
export const isAlone = ({ quoted, text }: ScalarNode): boolean =>
  !quoted && text !== "" && text.replaceAll(unknownCharacter, "") === "";

const units: Record<string, number> = {
  K: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** Bytes; null = not a size. */
export function parseSize(text: string): number | null {
  const found = /^(\d{1,15}(?:\.\d{1,3})?)([KMG]i?)?$/.exec(text);
  if (!found) return null;
  const bytes = Number(found[1]) * (found[2] === undefined ? 1 : (units[found[2]] ?? 1));
  return Number.isSafeInteger(bytes) ? bytes : null;
}
