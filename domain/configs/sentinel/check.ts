import type { Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import { addressProblem } from "./addresses.ts";
import type { KdlNode, KdlValue } from "./read.ts";
import { isOlder, nameRelease, type Release } from "./releases.ts";
import type { NodeRule, Rules, Thing, ValueRule } from "./rules.ts";

/** The global one, one of a namespace, or one of a service within it. */
export interface Scope {
  /** "" for the global one; else `namespace` or `namespace:service`. */
  id: string;
  parent: Scope | null;
}

export interface Named {
  thing: Thing;
  id: string;
  node: KdlNode;
  value: KdlValue;
  scope: Scope;
  path: string;
}

export interface Walked {
  /** In the order of the text. */
  defined: Named[];
  used: Named[];
}

interface Walk extends Walked {
  findings: Findings;
  /** Of the agents that will read it; empty = not known. */
  releases: readonly Release[];
}

/** Holds each node against its rule, and gathers the names that it defines and uses. */
export function checkNodes(
  nodes: readonly KdlNode[],
  rules: Rules,
  findings: Findings,
  releases: readonly Release[],
): Walked {
  const walk: Walk = { defined: [], used: [], findings, releases };
  checkChildren(walk, nodes, rules, { id: "", parent: null }, "", false);
  return walk;
}

function checkChildren(
  walk: Walk,
  nodes: readonly KdlNode[],
  rules: Rules,
  scope: Scope,
  path: string,
  free: boolean,
): void {
  const seen = new Map<string, KdlNode>();
  for (const node of nodes) {
    const rule = Object.hasOwn(rules, node.name) ? rules[node.name] : undefined;
    if (!rule) {
      if (!free) walk.findings.add(unknownNode(node, rules, path));
      continue;
    }
    const at = join(path, rule.defines ? pathOf(node) : node.name);
    const before = seen.get(node.name);
    if (before && !rule.repeatable) {
      walk.findings.add({
        code: "duplicate_node",
        message: `"${node.name}" stands here a second time; the first is on line ${before.at.line}. One of them would be ignored.`,
        at: node.at,
        path: at,
        hint: "Merge the two.",
      });
    }
    if (!before) seen.set(node.name, node);
    checkNode(walk, node, rule, scope, at);
  }
}

function checkNode(walk: Walk, node: KdlNode, rule: NodeRule, scope: Scope, path: string): void {
  const { findings } = walk;
  checkRelease(walk, node, rule, path);
  checkArguments(findings, node, rule, path);
  const inner = openScope(walk, node, rule, scope, path);
  if (rule.refersTo) {
    for (const value of node.args) noteUse(walk, rule.refersTo, value, node, scope, path);
  }
  if (rule.props?.upstream) {
    const value = node.props.get("upstream");
    if (value) noteUse(walk, "upstream", value, node, scope, path);
  }
  if (node.children === null) {
    const lacks = rule.required?.filter((name) => !node.props.has(name)) ?? [];
    if (lacks.length > 0 && node.args.every(({ unknown }) => !unknown)) missing(findings, node, lacks, path);
    return;
  }
  if (rule.children === null) {
    findings.add({
      code: "unexpected_block",
      message: `"${node.name}" takes no block.`,
      at: node.at,
      path,
      hint: `Write \`${node.name} …\` without braces.`,
    });
    return;
  }
  checkChildren(walk, node.children, childRules(node, rule), inner, path, rule.free ?? false);
  const lacks = rule.required?.filter((name) => !node.children?.some((child) => child.name === name)) ?? [];
  if (lacks.length > 0) missing(findings, node, lacks, path);
}

function childRules(node: KdlNode, { children, variants }: NodeRule): Rules {
  if (!variants) return children ?? {};
  const chosen = node.children?.find(({ name }) => name === variants.by)?.args[0];
  if (typeof chosen?.value !== "string" || chosen.unknown || !Object.hasOwn(variants.cases, chosen.value)) {
    return { ...Object.assign({}, ...Object.values(variants.cases)), ...children };
  }
  return { ...variants.cases[chosen.value], ...children };
}

function missing(findings: Findings, node: KdlNode, lacks: readonly string[], path: string): void {
  findings.add({
    code: "missing_node",
    message: `${shown(node)} has no ${listNames(lacks.map((name) => `"${name}"`))}.`,
    at: node.at,
    path,
    hint: `Add ${listNames(lacks.map((name) => `\`${name} …\``))} to its block.`,
  });
}

function checkRelease({ releases, findings }: Walk, node: KdlNode, { since }: NodeRule, path: string): void {
  if (!since) return;
  const older = releases.filter((one) => isOlder(one, since));
  if (older.length === 0) return;
  findings.add({
    severity: older.length === releases.length ? "error" : "warning",
    code: "needs_newer_proxy",
    message: `"${node.name}" is known from ${nameRelease(since)} on; agents of this fleet run ${listNames(older.map(nameRelease), 3)}, which would ignore or refuse it.`,
    at: node.at,
    path,
    hint: "Update the proxy on those agents first, or leave it out.",
  });
}

function checkArguments(findings: Findings, node: KdlNode, rule: NodeRule, path: string): void {
  for (const [name, value] of node.props) {
    const expected = rule.props && Object.hasOwn(rule.props, name) ? rule.props[name] : undefined;
    if (expected) checkValue(findings, value, expected, `${node.name} ${name}=`, path);
    else if (!rule.free) {
      findings.add({
        code: "unknown_property",
        message: `"${node.name}" has no property "${name}".`,
        at: value.at,
        path,
        hint: () => {
          const known = Object.keys(rule.props ?? {});
          const meant = nearest(name, known);
          if (meant) return `Did you mean \`${meant}=\`?`;
          return known.length > 0
            ? `It has: ${listNames(known)}.`
            : `Write \`${name} …\` as a line of its block.`;
        },
      });
    }
  }
  if (rule.value === null) {
    const [extra] = node.args;
    if (extra && !rule.free) {
      findings.add({
        code: "unexpected_value",
        message: `"${node.name}" takes no value, only a block.`,
        at: extra.at,
        path,
        hint: "Remove the value.",
      });
    }
    return;
  }
  if (node.args.length === 0 && !rule.optional) {
    findings.add({
      code: rule.defines ? "missing_id" : "missing_value",
      message: rule.defines ? `A ${node.name} needs an id.` : `"${node.name}" needs a value.`,
      at: node.at,
      path,
      hint: rule.defines
        ? `Write \`${node.name} "my-${node.name}" { … }\`.`
        : `Write \`${node.name} ${sample(rule.value)}\`.`,
    });
  }
  const taken = rule.many ? node.args : node.args.slice(0, 1);
  for (const value of taken) checkValue(findings, value, rule.value, node.name, path);
  const extra = node.args[taken.length];
  if (extra) {
    findings.add({
      code: "unexpected_value",
      message: `"${node.name}" takes one value.`,
      at: extra.at,
      path,
      hint: "Remove the others; they would be ignored.",
    });
  }
}

function sample({ type, oneOf, min }: ValueRule): string {
  if (oneOf) return `"${oneOf[0]}"`;
  switch (type) {
    case "integer":
    case "number":
      return String(Math.max(min ?? 0, 10));
    case "boolean":
      return "#true";
    case "port address":
      return '"0.0.0.0:8080"';
    case "host and port":
      return '"10.0.0.1:8080"';
    case "string":
    case "any":
      return '"…"';
  }
}

function checkValue(
  findings: Findings,
  { value, unknown, at }: KdlValue,
  rule: ValueRule,
  what: string,
  path: string,
): void {
  if (unknown || rule.type === "any") return;
  const wanted =
    rule.type === "boolean" || rule.type === "integer" || rule.type === "number" ? rule.type : "string";
  const is =
    typeof value === "number"
      ? Number.isInteger(value)
        ? "integer"
        : "number"
      : value === null
        ? "null"
        : typeof value;
  const fits = is === wanted || (wanted === "number" && is === "integer");
  if (!fits) {
    findings.add({
      code: "wrong_type",
      message: `${what} takes ${article(wanted)}, not ${describe(value)}.`,
      at,
      path,
      hint: `Write for example \`${sample(rule)}\`. The proxy ignores a value of another type without a word.`,
    });
    return;
  }
  if (
    typeof value === "number" &&
    ((rule.min !== undefined && value < rule.min) || (rule.max !== undefined && value > rule.max))
  ) {
    const bounds =
      rule.max === undefined || rule.max === Number.MAX_SAFE_INTEGER
        ? `${rule.min} or more`
        : `${rule.min} to ${rule.max}`;
    findings.add({
      code: "out_of_range",
      message: `${what} is ${value}; it takes ${bounds}.`,
      at,
      path,
      hint: `Use a number from that range.`,
    });
  }
  if (typeof value !== "string") return;
  if (
    rule.oneOf &&
    !rule.oneOf.includes(value.toLowerCase()) &&
    !rule.oneOf.some((one) => one.toLowerCase() === value.toLowerCase())
  ) {
    if (rule.orPrefix && value.startsWith(rule.orPrefix)) return;
    const known = rule.orPrefix ? [...rule.oneOf, `${rule.orPrefix}…`] : rule.oneOf;
    findings.add({
      code: "unknown_value",
      message: `${what} cannot be "${value}".`,
      at,
      path,
      hint: () => {
        const meant = nearest(value, rule.oneOf ?? []);
        return meant ? `Did you mean \`"${meant}"\`?` : `Use one of: ${listNames(known, 20)}.`;
      },
    });
  }
  const problem = addressProblem(rule.type, value);
  if (problem) findings.add({ ...problem, at, path });
}

const article = (type: string): string =>
  ({ boolean: "#true or #false", integer: "a whole number", number: "a number", string: "a text" })[type] ??
  type;

const describe = (value: KdlValue["value"]): string =>
  typeof value === "string"
    ? `the text "${value.slice(0, 40)}"`
    : value === null
      ? "#null"
      : typeof value === "boolean"
        ? `#${value}`
        : String(value);

function openScope(walk: Walk, node: KdlNode, rule: NodeRule, scope: Scope, path: string): Scope {
  const [value] = node.args;
  if (!rule.defines || typeof value?.value !== "string") return scope;
  const thing = rule.defines;
  walk.defined.push({ thing, id: value.value, node, value, scope, path });
  if (thing !== "namespace" && thing !== "service") return scope;
  return { id: scope.id === "" ? value.value : `${scope.id}:${value.value}`, parent: scope };
}

function noteUse(walk: Walk, thing: Thing, value: KdlValue, node: KdlNode, scope: Scope, path: string): void {
  if (typeof value.value === "string" && !value.unknown) {
    walk.used.push({ thing, id: value.value, node, value, scope, path });
  }
}

function unknownNode(node: KdlNode, rules: Rules, path: string): Parameters<Findings["add"]>[0] {
  const top = path === "";
  return {
    code: top ? "unknown_block" : "unknown_node",
    message: top ? `There is no block "${node.name}".` : `"${node.name}" is not known in ${path}.`,
    at: node.at,
    path: join(path, node.name),
    hint: () => {
      const known = Object.keys(rules);
      const meant = nearest(node.name, known);
      if (meant) return `Did you mean \`${meant}\`?`;
      return known.length > 0 ? `Use one of: ${listNames(known, 20)}.` : "Remove it.";
    },
  };
}

/** `route[api]` for what has an id, else its name. */
function pathOf({ name, args: [first] }: KdlNode): string {
  return typeof first?.value === "string" && !first.unknown && first.value.length <= 100
    ? `${name}[${first.value}]`
    : name;
}
const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** As people call it: `The route "api"`. */
export function shown({ name, args: [first] }: KdlNode): string {
  return typeof first?.value === "string" && !first.unknown ? `The ${name} "${first.value}"` : `"${name}"`;
}
