import type { Findings } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import { type Named, type Scope, shown, type Walked } from "./check.ts";
import type { KdlNode } from "./read.ts";
import type { Thing } from "./rules.ts";

const child = (node: KdlNode, name: string): KdlNode | undefined =>
  node.children?.find((one) => one.name === name);
const textOf = (node: KdlNode | undefined): string | null => {
  const [first] = node?.args ?? [];
  return typeof first?.value === "string" && !first.unknown ? first.value : null;
};

/** What the blocks say together: names that exist once, references that lead somewhere, routes and upstreams that can work. */
export function checkMeaning(nodes: readonly KdlNode[], walked: Walked, findings: Findings): void {
  const included = nodes.some(({ name }) => name === "include");
  checkDocument(nodes, findings);
  checkDuplicates(walked, findings);
  checkReferences(walked, findings, included);
  for (const named of walked.defined) {
    if (named.thing === "listener") checkListener(named, findings);
    else if (named.thing === "route") checkRoute(named, walked, findings);
    else if (named.thing === "upstream") checkUpstream(named, findings);
    else if (named.thing === "agent") checkAgent(named, findings);
    else if (named.thing === "filter") checkFilter(named, findings);
  }
  for (const node of nodes) {
    if (node.name === "cache" && textOf(child(node, "backend")) === "disk" && !child(node, "disk-path")) {
      findings.add({
        code: "missing_node",
        message: 'A cache on disk has no "disk-path".',
        at: node.at,
        path: "cache",
        hint: 'Add `disk-path "/var/cache/proxy"`.',
      });
    }
  }
}

function checkDocument(nodes: readonly KdlNode[], findings: Findings): void {
  const has = (...names: string[]) => nodes.some(({ name }) => names.includes(name));
  const start = { line: 1, column: 1 };
  if (!has("system", "server", "include")) {
    findings.add({
      code: "missing_block",
      message: 'There is no "system" block, without which the proxy does not start.',
      at: start,
      path: "system",
      hint: "Add `system { worker-threads 0 }`.",
    });
  }
  const listeners = nodes.filter(({ name }) => name === "listeners");
  if (!has("include") && !listeners.some(({ children }) => (children?.length ?? 0) > 0)) {
    findings.add({
      code: "missing_block",
      message: 'Nothing listens: there is no listener in a "listeners" block.',
      at: listeners[0]?.at ?? start,
      path: "listeners",
      hint: 'Add `listeners { listener "http" { address "0.0.0.0:8080" } }`.',
    });
  }
  for (const node of nodes) {
    const instead = node.name === "server" ? "system" : node.name === "version" ? "schema-version" : null;
    if (instead) {
      findings.add({
        severity: "warning",
        code: "deprecated",
        message: `"${node.name}" is an old name.`,
        at: node.at,
        path: node.name,
        hint: `Write \`${instead}\`.`,
      });
    }
    if (
      node.name === "schema-version" &&
      textOf(node) !== null &&
      !/^1(?:\.\d+)?$/.test(textOf(node) ?? "")
    ) {
      findings.add({
        code: "unknown_schema_version",
        message: `This proxy has no schema "${textOf(node)}".`,
        at: node.args[0]?.at ?? node.at,
        path: "schema-version",
        hint: 'Write `schema-version "1.0"`.',
      });
    }
    if (node.name === "include") {
      findings.add({
        severity: "warning",
        code: "included_file",
        message: "Files that are included are not checked, and Muster does not bring them.",
        at: node.at,
        path: "include",
        hint: "Bring each as a config of its own, or write its blocks here.",
      });
    }
  }
}

function checkDuplicates({ defined }: Walked, findings: Findings): void {
  const ids = new Map<string, Named>();
  const addresses = new Map<string, Named>();
  for (const named of defined) {
    const { thing, id, scope, value, path } = named;
    if (!value.unknown) {
      const key = `${scope.id}\n${thing}\n${id}`;
      const before = ids.get(key);
      if (before) {
        findings.add({
          code: "duplicate_id",
          message: `There is another ${thing} "${id}", on line ${before.value.at.line}.`,
          at: value.at,
          path,
          hint: "Give one of them another id.",
        });
      } else ids.set(key, named);
    }
    if (thing !== "listener") continue;
    const at = child(named.node, "address");
    const address = textOf(at);
    if (!at || address === null) continue;
    const before = addresses.get(address);
    if (before) {
      findings.add({
        code: "duplicate_address",
        message: `The listener "${before.id}" has the address ${address} already.`,
        at: at.args[0]?.at ?? at.at,
        path,
        hint: "Give one of them another port.",
      });
    } else addresses.set(address, named);
  }
}

/** A name is looked for in its own scope, then outwards, then in what namespaces export; `a:b` names one of another scope. */
function checkReferences({ defined, used }: Walked, findings: Findings, included: boolean): void {
  const known = new Set(defined.map(({ thing, scope, id }) => `${thing}\n${scope.id}\n${id}`));
  const exported = new Set(
    used.filter(({ path }) => path.includes(".exports.")).map(({ thing, id }) => `${thing}\n${id}`),
  );
  const names = namesByThing(defined);
  const anyUnknown = new Set(defined.filter(({ value }) => value.unknown).map(({ thing }) => thing));
  for (const { thing, id, value, scope, path } of used) {
    if (anyUnknown.has(thing) || resolves(known, exported, thing, id, scope)) continue;
    const exist = names.get(thing) ?? [];
    findings.add({
      severity: included ? "warning" : "error",
      code: `unknown_${thing}`,
      message: `There is no ${thing} "${id}".`,
      at: value.at,
      path,
      hint: () => {
        const meant = nearest(id, exist);
        const there = exist.length > 0 ? `There is: ${listNames(exist)}.` : `The config defines no ${thing}.`;
        return meant ? `Did you mean \`"${meant}"\`? ${there}` : there;
      },
    });
  }
}

function namesByThing(defined: readonly Named[]): Map<Thing, string[]> {
  const names = new Map<Thing, string[]>();
  for (const { thing, id, scope } of defined) {
    const list = names.get(thing) ?? [];
    list.push(scope.id === "" ? id : `${scope.id}:${id}`);
    names.set(thing, list);
  }
  return names;
}

function resolves(
  known: ReadonlySet<string>,
  exported: ReadonlySet<string>,
  thing: Thing,
  id: string,
  from: Scope,
): boolean {
  const split = id.lastIndexOf(":");
  if (split !== -1) return known.has(`${thing}\n${id.slice(0, split)}\n${id.slice(split + 1)}`);
  for (let scope: Scope | null = from; scope; scope = scope.parent) {
    if (known.has(`${thing}\n${scope.id}\n${id}`)) return true;
  }
  return exported.has(`${thing}\n${id}`);
}

function checkListener({ node, path }: Named, findings: Findings): void {
  const protocol = child(node, "protocol");
  const tls = child(node, "tls");
  const name = textOf(protocol)?.toLowerCase();
  if (protocol && (name === "https" || name === "h3") && !tls) {
    findings.add({
      code: "missing_tls",
      message: `${shown(node)} speaks ${name} and has no "tls" block.`,
      at: protocol.at,
      path,
      hint: 'Add `tls { cert-file "…"; key-file "…" }`.',
    });
  }
  if (tls) checkCertificate(tls, `${path}.tls`, findings);
  for (const sni of tls?.children ?? []) {
    if (sni.name === "sni") checkCertificate(sni, `${path}.tls.sni`, findings);
  }
}

function checkCertificate(node: KdlNode, path: string, findings: Findings): void {
  const acme = child(node, "acme");
  if (!acme && !(child(node, "cert-file") && child(node, "key-file"))) {
    findings.add({
      code: "missing_certificate",
      message: `"${node.name}" needs both "cert-file" and "key-file", or an "acme" block.`,
      at: node.at,
      path,
      hint: 'Add `cert-file "/etc/certs/server.crt"` and `key-file "/etc/certs/server.key"`.',
    });
  }
  const challenge = acme && child(acme, "challenge-type");
  const dns = (textOf(challenge) ?? "").toLowerCase().startsWith("dns");
  for (const { value, unknown, at } of acme?.children
    ?.filter(({ name }) => name === "domains")
    .flatMap(({ args }) => args) ?? []) {
    if (unknown || dns || typeof value !== "string" || !value.startsWith("*.")) continue;
    findings.add({
      code: "wildcard_needs_dns",
      message: `A certificate for ${value} can only be had by the DNS challenge.`,
      at,
      path: `${path}.acme`,
      hint: 'Add `challenge-type "dns-01"` and a `dns-provider` block.',
    });
  }
}

function checkRoute({ node, scope, path }: Named, { defined }: Walked, findings: Findings): void {
  const matches = child(node, "matches");
  const priority = child(node, "priority")?.args[0];
  const low =
    priority?.unknown ||
    priority?.value === "low" ||
    (typeof priority?.value === "number" && priority.value <= 0);
  if (!low && (matches?.children?.length ?? 0) === 0) {
    findings.add({
      code: "route_without_matches",
      message: `${shown(node)} matches every request, and so hides the routes after it.`,
      at: (matches ?? node).at,
      path,
      hint: 'Add `matches { path-prefix "/" }`, or `priority "low"` for the one that takes what is left.',
    });
  }
  for (const condition of matches?.children ?? []) {
    const [first] = condition.args;
    if (typeof first?.value !== "string" || first.unknown) continue;
    if ((condition.name === "path" || condition.name === "path-prefix") && !first.value.startsWith("/")) {
      findings.add({
        code: "bad_path",
        message: `The path "${first.value}" does not begin with a slash, so nothing matches it.`,
        at: first.at,
        path: `${path}.matches.${condition.name}`,
        hint: `Write \`${condition.name} "/${first.value}"\`.`,
      });
    }
  }
  if (
    priority &&
    !priority.unknown &&
    typeof priority.value === "string" &&
    !/^(?:low|normal|high|critical)$/i.test(priority.value)
  ) {
    findings.add({
      code: "unknown_value",
      message: `priority cannot be "${priority.value}".`,
      at: priority.at,
      path: `${path}.priority`,
      hint: 'Use a whole number, or one of: "low", "normal", "high" and "critical".',
    });
  }
  checkService(node, scope, path, defined, findings);
}

function checkService(
  node: KdlNode,
  scope: Scope,
  path: string,
  defined: readonly Named[],
  findings: Findings,
): void {
  if (textOf(child(node, "service-type")) === "static" && !child(node, "static-files")) {
    findings.add({
      code: "missing_node",
      message: `${shown(node)} is to serve files and has no "static-files" block.`,
      at: node.at,
      path,
      hint: 'Add `static-files { root "/var/www" }`.',
    });
    return;
  }
  const serves = ["upstream", "static-files", "builtin-handler", "inference", "fallback"].some((name) =>
    child(node, name),
  );
  if (serves) return;
  const filters = new Set(child(node, "filters")?.args.map(({ value }) => value));
  const answered = defined.some(
    (one) =>
      one.thing === "filter" &&
      (one.scope.id === scope.id || one.scope.id === "") &&
      filters.has(one.id) &&
      /^(?:redirect|url-rewrite)$/.test(textOf(child(one.node, "type")) ?? ""),
  );
  if (answered) return;
  findings.add({
    code: "route_to_nowhere",
    message: `${shown(node)} has neither an upstream nor anything else that answers.`,
    at: node.at,
    path,
    hint: 'Add `upstream "…"`, a `static-files` block or a `builtin-handler`.',
  });
}

function checkUpstream({ node, path }: Named, findings: Findings): void {
  const targets = [
    ...(node.children ?? []).filter(({ name }) => name === "target"),
    ...(child(node, "targets")?.children ?? []).filter(({ name }) => name === "target"),
  ];
  const found = targets.filter(
    (target) => target.args.length > 0 || target.props.has("address") || child(target, "address"),
  );
  if (found.length > 0 || child(node, "address")) return;
  findings.add({
    code: "upstream_without_targets",
    message: `${shown(node)} has no target.`,
    at: (child(node, "targets") ?? node).at,
    path,
    hint: 'Add `target "10.0.0.1:8080"`.',
  });
}

function checkAgent({ node, path }: Named, findings: Findings): void {
  const transports = ["unix-socket", "grpc", "http", "transport"].filter((name) => child(node, name));
  if (transports.length > 0) return;
  findings.add({
    code: "missing_node",
    message: `${shown(node)} has no transport.`,
    at: node.at,
    path,
    hint: 'Add `unix-socket "/run/agent.sock"`, `grpc "http://127.0.0.1:50051"` or `http "http://…"`.',
  });
}

function checkFilter({ node, path }: Named, findings: Findings): void {
  const needs = { agent: "agent", geo: "database-path" }[textOf(child(node, "type")) ?? ""];
  if (!needs || child(node, needs)) return;
  findings.add({
    code: "missing_node",
    message: `${shown(node)} has no "${needs}".`,
    at: node.at,
    path,
    hint: `Add \`${needs} "…"\`.`,
  });
}
