import type { Findings } from "../findings.ts";
import { isUnknown } from "../inputs/placeholders.ts";
import { listNames, nearest } from "../suggest.ts";
import type { MapReader, ScalarNode, YamlNode } from "../yaml/nodes.ts";
import type { Shape } from "./shapes.ts";

/** Holds every place of the file against its shape. A node that aliases share is looked at once for each shape. */
export function checkShape(root: YamlNode, shape: Shape, reader: MapReader, findings: Findings): void {
  const done = new Map<YamlNode, Set<Shape>>();
  const visit = (node: YamlNode, expected: Shape, path: string): void => {
    if (expected.is === "any") return;
    const before = done.get(node);
    if (before?.has(expected)) return;
    if (before) before.add(expected);
    else done.set(node, new Set([expected]));
    if (node.kind === "scalar" && (isUnknown(node.text) || (node.value === null && node.text === ""))) return;
    switch (expected.is) {
      case "map":
        if (node.kind !== "map") wrongType(node, "a map", path, findings);
        else visitMap(node, expected, path);
        return;
      case "list":
        if (node.kind !== "list") wrongType(node, "a list", path, findings);
        else for (const [index, item] of node.items.entries()) visit(item, expected.of, `${path}[${index}]`);
        return;
      case "texts by name":
        if (node.kind !== "map") wrongType(node, "a map", path, findings);
        else visitTexts(node, expected, path);
        return;
      default:
        if (node.kind === "scalar") checkScalar(node, expected, path, findings);
        else wrongType(node, "a single value", path, findings);
    }
  };
  const visitMap = (
    node: YamlNode & { kind: "map" },
    { keys, required, open }: Shape & { is: "map" },
    path: string,
  ) => {
    const entries = reader.entries(node);
    for (const [name, { key, value }] of entries) {
      const at = path === "" ? name : `${path}.${name}`;
      const expected = Object.hasOwn(keys, name) ? keys[name] : undefined;
      if (expected) visit(value, expected, at);
      else if (!open && !isUnknown(name)) {
        findings.add({
          code: "unknown_key",
          message: `Unknown key "${name.slice(0, 60)}"${path === "" ? "" : ` in ${path}`}.`,
          at: key.at,
          path: at.slice(0, 200),
          hint: () => {
            const meant = nearest(name, Object.keys(keys));
            return meant ? `Did you mean \`${meant}\`?` : `Use one of: ${listNames(Object.keys(keys), 20)}.`;
          },
        });
      }
    }
    for (const name of required ?? []) {
      const entry = entries.get(name);
      if (entry && !(entry.value.kind === "scalar" && entry.value.text === "")) continue;
      findings.add({
        code: "missing_key",
        message: `There is no "${name}"${path === "" ? "" : ` in ${path}`}.`,
        at: node.at,
        path,
        hint: `Add \`${name}: …\`.`,
      });
    }
  };
  const visitTexts = (
    node: YamlNode & { kind: "map" },
    { names, what }: Shape & { is: "texts by name" },
    path: string,
  ) => {
    for (const [name, { key, value }] of reader.entries(node)) {
      if (!isUnknown(name) && !names.test(name)) {
        findings.add({
          code: `bad_${what}`,
          message: `"${name.slice(0, 60)}" is not a name of a ${what}.`,
          at: key.at,
          path,
          hint:
            what === "label"
              ? "Use letters, digits and `_`, not beginning with a digit."
              : "Correct the name.",
        });
      }
      if (value.kind !== "scalar") wrongType(value, "a text", `${path}.${name}`, findings);
    }
  };
  visit(root, shape, "");
}

function wrongType(node: YamlNode, wanted: string, path: string, findings: Findings): void {
  const is = { map: "a map", list: "a list", scalar: "a single value" }[node.kind];
  findings.add({
    code: "wrong_type",
    message: `${path === "" ? "The file" : path} is ${is}; it takes ${wanted}.`,
    at: node.at,
    path,
    hint:
      wanted === "a list"
        ? "Begin each item with `- `."
        : wanted === "a map"
          ? "Write `key: value` below it."
          : "Write one value.",
  });
}

/** Prometheus' own: units from years down to milliseconds, each at most once. */
const durationPattern = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/;
const unitMs = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** null = not a duration. */
export function durationMs(text: string): number | null {
  if (text === "0") return 0;
  if (text === "" || text.length > 60 || !durationPattern.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g))
    total += Number(count) * unitMs[unit as keyof typeof unitMs];
  return total;
}

function checkScalar(node: ScalarNode, shape: Shape, path: string, findings: Findings): void {
  const { text, at, value } = node;
  const shown = text.slice(0, 60);
  const bad = (code: string, message: string, hint: string | (() => string)) =>
    findings.add({ code, message, at, path, hint });
  switch (shape.is) {
    case "flag":
      if (!/^(?:true|false|yes|no|on|off|y|n)$/i.test(text) || node.quoted)
        bad(
          "wrong_type",
          `${path} is true or false, not "${shown}".`,
          "Write true or false, without quotes.",
        );
      return;
    case "integer":
      if (typeof value !== "bigint" && !Number.isInteger(value))
        bad(
          "wrong_type",
          `${path} is a whole number, not "${shown}".`,
          "Write a whole number, without quotes.",
        );
      return;
    case "number":
      if (typeof value !== "number" && typeof value !== "bigint")
        bad("wrong_type", `${path} is a number, not "${shown}".`, "Write a number, without quotes.");
      return;
    case "duration":
      if (durationMs(text) === null)
        bad(
          "bad_duration",
          `"${shown}" is not a duration.`,
          "Write numbers and units, the greater first: y, w, d, h, m, s or ms, such as `30s` or `1h30m`.",
        );
      return;
    case "size":
      if (!(text.length <= 40 && /^\d+(?:\.\d+)?(?:[KMGTPE]i?)?B?$/.test(text)))
        bad("bad_size", `"${shown}" is not a size.`, "Write a number and a unit, such as `10MB`.");
      return;
    case "url":
      if (!/^https?:\/\/[^\s/]/.test(text) && !/^socks5:\/\/[^\s/]/.test(text))
        bad("bad_url", `"${shown}" is not a URL.`, "Begin it with http:// or https://.");
      return;
    case "label":
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text))
        bad(
          "bad_label",
          `"${shown}" is not a name of a label.`,
          "Use letters, digits and `_`, not beginning with a digit.",
        );
      return;
    case "regex": {
      const problem = regexProblem(text);
      if (problem) bad("bad_regex", problem, "Correct the expression; Prometheus reads RE2.");
      return;
    }
    case "choice":
      if (shape.of.some((one) => one === text || (path.endsWith(".action") && one === text.toLowerCase())))
        return;
      bad("unknown_value", `${path} cannot be "${shown}".`, () => {
        const meant = nearest(text, shape.of);
        return meant ? `Did you mean \`${meant}\`?` : `Use one of: ${listNames(shape.of, 20)}.`;
      });
      return;
    case "text":
    case "secret":
    case "any":
    case "map":
    case "list":
    case "texts by name":
      return;
  }
}

/** What no expression of RE2 may have: brackets that do not match, look-around, back references. Linear; null = none is seen. */
export function regexProblem(text: string): string | null {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") {
      const next = text[++at];
      if (next === undefined) return "The expression ends with a backslash.";
      if (/[1-9]/.test(next)) return `RE2 knows no back references such as \\${next}.`;
    } else if (char === "[") {
      const end = classEnd(text, at);
      if (end === null) return "A `[` of the expression is never closed.";
      at = end;
    } else if (char === "(") {
      depth++;
      if (/^\(\?(?:[=!]|<[=!])/.test(text.slice(at, at + 4)))
        return "RE2 knows no look-around such as (?=…) and (?!…).";
    } else if (char === ")") {
      if (--depth < 0) return "A `)` of the expression closes nothing.";
    } else if (
      (char === "*" || char === "+" || char === "?") &&
      (at === 0 || /[(|]/.test(text[at - 1] ?? "")) &&
      !(char === "?" && text[at - 1] === "(")
    ) {
      if (text[at - 2] !== "\\") return `Nothing stands before the "${char}" of the expression.`;
    }
  }
  return depth > 0 ? "A `(` of the expression is never closed." : null;
}

function classEnd(text: string, from: number): number | null {
  let at = from + 1;
  if (text[at] === "^") at++;
  if (text[at] === "]") at++;
  for (; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[" && text[at + 1] === ":") {
      const end = text.indexOf(":]", at + 2);
      if (end === -1) return null;
      at = end + 1;
    } else if (text[at] === "]") return at;
  }
  return null;
}
