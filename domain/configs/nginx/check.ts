import type { Findings, Place } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import {
  contextNames,
  contextWithin,
  type DirectiveRule,
  dataBlocks,
  describeArity,
  directiveRules,
  ofOtherModules,
  takes,
} from "./directives.ts";
import { type Directive, endOf, type Word } from "./parse.ts";

/** Custom setters of nginx that refuse a second time, beside those of one simple value. */
const onlyOnce = new Set([
  "root",
  "alias",
  "user",
  "worker_processes",
  "proxy_pass",
  "fastcgi_pass",
  "uwsgi_pass",
  "scgi_pass",
  "grpc_pass",
  "default_type",
  "events",
  "http",
  "stream",
  "mail",
  "proxy_cache",
  "worker_connections",
  "limit_rate",
  "try_files",
  "proxy_cache_key",
  "open_file_cache",
  "expires",
  "worker_priority",
  "protocol",
  "use",
]);

export interface Visited {
  directive: Directive;
  /** A letter of the table. */
  context: string;
  parents: readonly Directive[];
  path: string;
}

/** Each directive against nginx's tables: known, at its place, with as many and such arguments as it takes. */
export function checkDirectives(
  directives: readonly Directive[],
  versions: readonly string[],
  findings: Findings,
): Visited[] {
  const visited: Visited[] = [];
  const visit = (
    siblings: readonly Directive[],
    context: string,
    parents: readonly Directive[],
    path: string,
  ) => {
    const seen = new Map<string, Directive>();
    for (const directive of siblings) {
      const { name, block } = directive;
      if (name.unknown) continue;
      if (context === "") return;
      const at = path === "" ? name.text : `${path}.${name.text}`;
      const rule = checkOne(directive, context, at, versions, findings);
      if (rule) {
        visited.push({ directive, context, parents, path: at });
        checkOnce(directive, rule, seen, at, findings);
      }
      if (!block || dataBlocks.has(name.text)) continue;
      visit(
        block,
        rule ? (contextWithin(name.text, context) ?? "") : "",
        [...parents, directive],
        blockPath(at, directive),
      );
    }
  };
  visit(directives, "m", [], "");
  return visited;
}

function blockPath(path: string, { args }: Directive): string {
  const label = args.map(({ text }) => text).join(" ");
  return label === "" || label.length > 80 ? path : `${path}[${label}]`;
}

function checkOne(
  directive: Directive,
  context: string,
  path: string,
  versions: readonly string[],
  findings: Findings,
): DirectiveRule | null {
  const { name, args, block } = directive;
  const rules = directiveRules.get(name.text);
  if (!rules) {
    findings.add(unknownDirective(name, context, path));
    return null;
  }
  const here = rules.filter(({ contexts }) => contexts.includes(context));
  if (here.length === 0) {
    const where = [...new Set(rules.flatMap(({ contexts }) => [...contexts]))].map(
      (letter) => contextNames[letter] ?? letter,
    );
    findings.add({
      code: "misplaced_directive",
      message: `"${name.text}" cannot stand in ${contextNames[context]}.`,
      at: name.at,
      path,
      hint: `It belongs into: ${listNames(where)}.`,
    });
    return null;
  }
  const rule = here.find(({ arity }) => takes(arity, args.length)) ?? here[0];
  if (!rule) return null;
  checkVersion(name, rule, versions, path, findings);
  if (!checkShape(directive, rule, path, findings)) return null;
  if (block === null) checkValue(directive, rule, path, findings);
  return rule;
}

function unknownDirective(name: Word, context: string, path: string): Parameters<Findings["add"]>[0] {
  const at = { at: name.at, path };
  if (ofOtherModules.test(name.text)) {
    return {
      ...at,
      severity: "warning",
      code: "needs_module",
      message: `"${name.text.slice(0, 60)}" is of a module that nginx does not bring.`,
      hint: "Load the module on the hosts; the agent asks `nginx -t` before it takes the config.",
    };
  }
  return {
    ...at,
    code: "unknown_directive",
    message: `Unknown directive "${name.text.slice(0, 60)}".`,
    hint: () => {
      const meant =
        nearest(
          name.text,
          [...directiveRules]
            .filter(([, rules]) => rules.some(({ contexts }) => contexts.includes(context)))
            .map(([one]) => one),
        ) ?? nearest(name.text, directiveRules.keys());
      return meant ? `Did you mean \`${meant}\`?` : "Is a `;` missing on the line before?";
    },
  };
}

function checkVersion(
  name: Word,
  { since }: DirectiveRule,
  versions: readonly string[],
  path: string,
  findings: Findings,
): void {
  if (since === "") return;
  const known = versions
    .map((version) => /(\d+)\.(\d+)\.(\d+)/.exec(version)?.[0])
    .filter((one) => one !== undefined);
  const older = known.filter((version) => compareVersions(version, since) < 0);
  if (older.length === 0) return;
  findings.add({
    severity: older.length === known.length ? "error" : "warning",
    code: "needs_newer_nginx",
    message: `"${name.text}" is known from nginx ${since} on; agents of this fleet run ${listNames(older, 3)}.`,
    at: name.at,
    path,
    hint: "Update nginx on those agents first, or leave it out.",
  });
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (const [index, part] of left.entries()) {
    const difference = part - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function checkShape(
  directive: Directive,
  { arity }: DirectiveRule,
  path: string,
  findings: Findings,
): boolean {
  const { name, args, block } = directive;
  const wantsBlock = arity.includes("{");
  const swallowed = args.find(
    (arg) => arg.at.line > name.at.line && !arg.quoted && directiveRules.has(arg.text),
  );
  const before = swallowed && endOf([name, ...args.slice(0, args.indexOf(swallowed))]);
  if (before) {
    const taken = takes(arity, args.length) && (block !== null) === wantsBlock;
    findings.add({
      severity: taken ? "warning" : "error",
      code: "missing_semicolon",
      message: `"${name.text}" does not end on its line, so it takes "${swallowed.text}" as an argument.`,
      at: before,
      path,
      hint: "Add a `;`.",
    });
    if (!taken) return false;
  }
  if (block === null && wantsBlock) {
    findings.add({
      code: "missing_block",
      message: `"${name.text}" has no block.`,
      at: endOf([name, ...args]),
      path,
      hint: `Write \`${name.text} … { … }\`.`,
    });
    return false;
  }
  if (block !== null && !wantsBlock) {
    findings.add({
      code: "missing_semicolon",
      message: `"${name.text}" takes no block.`,
      at: endOf([name, ...args]),
      path,
      hint: "End it with `;`.",
    });
    return false;
  }
  if (takes(arity, args.length)) return true;
  findings.add({
    code: "wrong_arguments",
    message: `"${name.text}" takes ${describeArity(arity)}, not ${args.length}.`,
    at: name.at,
    path,
    hint:
      args.length === 0
        ? "Write what it is to be."
        : "Quote words that belong together, and end each directive with `;`.",
  });
  return false;
}

function checkOnce(
  directive: Directive,
  rule: DirectiveRule,
  seen: Map<string, Directive>,
  path: string,
  findings: Findings,
): void {
  const { name } = directive;
  const single = onlyOnce.has(name.text) || !["-", "mask", "bufs"].includes(rule.type);
  if (!single || (directive.block && !onlyOnce.has(name.text))) return;
  const before = seen.get(name.text);
  if (!before) seen.set(name.text, directive);
  else {
    findings.add({
      code: "duplicate_directive",
      message: `"${name.text}" stands here a second time; the first is on line ${before.name.at.line}.`,
      at: name.at,
      path,
      hint: "Remove one of them.",
    });
  }
}

const size = /^\d+[kKmM]?$/;
const offset = /^\d+[kKmMgG]?$/;
/** nginx's own order of units, each at most once; a bare number counts in seconds. */
const time =
  /^(?:\d+y ?)?(?:\d+M ?)?(?:\d+w ?)?(?:\d+d ?)?(?:\d+h ?)?(?:\d+m(?!s) ?)?(?:\d+s? ?)?(?:\d+ms)?$/;

function checkValue(
  { name, args }: Directive,
  { type, words }: DirectiveRule,
  path: string,
  findings: Findings,
): void {
  const [first] = args;
  if (!first) return;
  const bad = (arg: Word, code: string, message: string, hint: string | (() => string)) =>
    findings.add({ code, message, at: arg.at, path, hint });
  const wrong = (arg: Word, pattern: RegExp, what: string, hint: string) => {
    if (arg.unknown || (arg.text !== "" && arg.text.length <= 60 && pattern.test(arg.text))) return;
    bad(arg, `bad_${what.replaceAll(" ", "_")}`, `"${arg.text.slice(0, 60)}" is not a ${what}.`, hint);
  };
  switch (type) {
    case "flag":
      if (!first.unknown && !/^(?:on|off)$/i.test(first.text)) {
        bad(
          first,
          "bad_flag",
          `"${name.text}" is on or off, not "${first.text.slice(0, 60)}".`,
          "Write `on` or `off`.",
        );
      }
      return;
    case "num":
      wrong(first, /^\d{1,18}$/, "number", "Write a whole number.");
      return;
    case "size":
      wrong(first, size, "size", "Write bytes, or a number with k or m, such as `10m`.");
      return;
    case "off":
      wrong(first, offset, "size", "Write bytes, or a number with k, m or g, such as `10m`.");
      return;
    case "msec":
    case "sec":
      wrong(first, time, "time", "Write a number and a unit: ms, s, m, h or d, such as `30s`.");
      return;
    case "bufs": {
      wrong(first, /^[1-9]\d*$/, "number", "Write how many buffers, then the size of each: `8 4k`.");
      const [, second] = args;
      if (second) wrong(second, size, "size", "Write the size of each: `8 4k`.");
      return;
    }
    case "enum":
    case "mask":
      for (const arg of type === "enum" ? [first] : args) {
        if (arg.unknown || words.some((one) => one.toLowerCase() === arg.text.toLowerCase())) continue;
        bad(arg, "unknown_value", `"${name.text}" cannot be "${arg.text.slice(0, 60)}".`, () => {
          const meant = nearest(arg.text, words);
          return meant
            ? `Did you mean \`${meant}\`?`
            : `Use ${type === "enum" ? "one" : "some"} of: ${listNames(words, 20)}.`;
        });
      }
      return;
    case "-":
    case "text":
      return;
  }
}

export const startOfText: Place = { line: 1, column: 1 };
