import type { Findings } from "../findings.ts";
import type { Reference } from "../kind.ts";
import { listNames, nearest } from "../suggest.ts";
import { startOfText, type Visited } from "./check.ts";
import { checkListen, checkProxyPass, checkUpstreamServer, normalizeListen } from "./endpoints.ts";
import type { Directive, Word } from "./parse.ts";

const named = (directives: readonly Directive[] | null, ...names: string[]): Directive[] =>
  directives?.filter(({ name }) => names.includes(name.text)) ?? [];

/** What directives say together: names that are defined, servers and locations that nginx can tell apart. */
export function checkMeaning(visited: readonly Visited[], findings: Findings): Reference[] {
  const references: Reference[] = [];
  const known = definitions(visited);
  const included = visited.some(
    ({ directive, context }) => directive.name.text === "include" && /[mhsl]/.test(context),
  );
  if (
    !visited.some(({ directive, parents }) => directive.name.text === "events" && parents.length === 0) &&
    !included
  ) {
    findings.add({
      code: "missing_events",
      message: 'There is no "events" block, without which nginx does not start.',
      at: startOfText,
      path: "events",
      hint: "Add `events { worker_connections 1024; }`.",
    });
  }
  const certified = certifiedBlocks(visited);
  const upstreams = new Map<string, Word>();
  for (const one of visited) {
    const { directive, context } = one;
    switch (directive.name.text) {
      case "server":
        if (directive.block) checkServer(one, certified, findings);
        else checkUpstreamServer(one, findings);
        break;
      case "location":
        checkLocation(one, findings);
        break;
      case "upstream":
        checkUpstream(one, upstreams, findings);
        break;
      case "listen":
        checkListen(one, findings);
        break;
      case "proxy_pass":
        if (/[lfx]/.test(context)) checkProxyPass(one, findings);
        break;
      case "if":
        checkIf(one, findings);
        break;
      case "return":
        checkReturn(one, findings);
        break;
      default:
        checkUse(one, known, included, references, findings);
    }
  }
  return references;
}

interface Known {
  zones: Set<string>;
  caches: Set<string>;
  formats: Set<string>;
  any: boolean;
}

function definitions(visited: readonly Visited[]): Known {
  const known: Known = { zones: new Set(), caches: new Set(), formats: new Set(["combined"]), any: false };
  for (const {
    directive: { name, args },
  } of visited) {
    if (/^(?:limit_req_zone|limit_conn_zone)$/.test(name.text)) {
      for (const { text } of args)
        if (text.startsWith("zone=")) known.zones.add(text.slice(5).split(":")[0] ?? "");
    } else if (/_cache_path$/.test(name.text)) {
      for (const { text } of args)
        if (text.startsWith("keys_zone=")) known.caches.add(text.slice(10).split(":")[0] ?? "");
    } else if (name.text === "log_format" && args[0]) known.formats.add(args[0].text);
    else continue;
    if (args.some(({ unknown }) => unknown)) known.any = true;
  }
  return known;
}

function checkUse(
  { directive, path }: Visited,
  known: Known,
  included: boolean,
  references: Reference[],
  findings: Findings,
): void {
  const { name, args } = directive;
  const [first] = args;
  if (!first) return;
  const file =
    /^(?:ssl_certificate|ssl_certificate_key|ssl_trusted_certificate|ssl_client_certificate|ssl_dhparam|auth_basic_user_file|include|load_module)$/;
  if (file.test(name.text) && !first.unknown)
    references.push({ type: "file", name: first.text, ...first.at });
  const use = (word: Word, type: string, id: string, names: ReadonlySet<string>, define: string) => {
    if (word.unknown || id.includes("$")) return;
    references.push({ type, name: id, ...word.at });
    if (known.any || names.has(id)) return;
    findings.add({
      severity: included ? "warning" : "error",
      code: `unknown_${type}`,
      message: `There is no ${type.replaceAll("_", " ")} "${id.slice(0, 60)}".`,
      at: word.at,
      path,
      hint: () => {
        const meant = nearest(id, names);
        const there =
          names.size > 0 ? `There is: ${listNames([...names])}.` : `Define it in http: \`${define}\`.`;
        return meant ? `Did you mean \`${meant}\`? ${there}` : there;
      },
    });
  };
  if (name.text === "limit_req") {
    const zone = args.find(({ text }) => text.startsWith("zone="));
    if (zone)
      use(
        zone,
        "zone",
        zone.text.slice(5),
        known.zones,
        "limit_req_zone $binary_remote_addr zone=NAME:10m rate=10r/s;",
      );
  } else if (name.text === "limit_conn")
    use(first, "zone", first.text, known.zones, "limit_conn_zone $binary_remote_addr zone=NAME:10m;");
  else if (/^(?:proxy|fastcgi|uwsgi|scgi)_cache$/.test(name.text) && first.text !== "off") {
    use(
      first,
      "cache_zone",
      first.text,
      known.caches,
      `${name.text}_path /var/cache/nginx keys_zone=NAME:10m;`,
    );
  } else if (name.text === "access_log" && args[1] && !args[1].text.includes("=")) {
    use(args[1], "log_format", args[1].text, known.formats, "log_format NAME '$remote_addr …';");
  }
}

/** Blocks that have a certificate, or may include one. */
const certifiedBlocks = (visited: readonly Visited[]): ReadonlySet<Directive | undefined> =>
  new Set(
    visited
      .filter(({ directive: { name } }) => name.text === "ssl_certificate" || name.text === "include")
      .map(({ parents }) => parents.at(-1)),
  );

function checkServer(
  { directive, parents, context, path }: Visited,
  certified: ReadonlySet<Directive | undefined>,
  findings: Findings,
): void {
  const { block } = directive;
  if (context !== "h") return;
  const listens = new Map<string, Word>();
  for (const {
    args: [address],
  } of named(block, "listen")) {
    if (!address || address.unknown) continue;
    const key = normalizeListen(address.text);
    const before = listens.get(key);
    if (before) {
      findings.add({
        code: "duplicate_listen",
        message: `This server listens on ${key} already, by line ${before.at.line}.`,
        at: address.at,
        path,
        hint: "Remove one of them.",
      });
    } else listens.set(key, address);
  }
  const rejects = named(block, "ssl_reject_handshake").some(({ args }) => args[0]?.text === "on");
  if (!certified.has(directive) && !certified.has(parents.at(-1)) && !rejects) {
    for (const { args, name } of named(block, "listen")) {
      const ssl = args.slice(1).find(({ text }) => text === "ssl" || text === "quic");
      if (!ssl) continue;
      findings.add({
        code: "missing_certificate",
        message: `The server listens with ${ssl.text} and has no "ssl_certificate".`,
        at: name.at,
        path,
        hint: "Add `ssl_certificate` and `ssl_certificate_key`.",
      });
    }
  }
  checkLocations(block ?? [], path, findings);
}

function checkLocations(block: readonly Directive[], path: string, findings: Findings): void {
  const seen = new Map<string, Word>();
  for (const { name, args } of named(block, "location")) {
    if (args.some(({ unknown }) => unknown)) continue;
    const spelled = args.map(({ text }) => text).join(" ");
    // One written with ^~ is the same prefix for nginx; regular expressions may repeat.
    if (spelled.startsWith("~")) continue;
    const key = spelled.replace(/^\^~ ?/, "").replace(/^= ?/, "= ");
    const before = seen.get(key);
    if (before) {
      findings.add({
        code: "duplicate_location",
        message: `There is a location "${spelled.slice(0, 60)}" already, on line ${before.at.line}.`,
        at: args[0]?.at ?? name.at,
        path,
        hint: "Merge the two.",
      });
    } else seen.set(key, name);
  }
}

function checkLocation({ directive, parents, path }: Visited, findings: Findings): void {
  const { args, block } = directive;
  const [modifier, target] = args;
  if (modifier && target && !modifier.unknown && !["=", "^~", "~", "~*", "@"].includes(modifier.text)) {
    findings.add({
      code: "bad_modifier",
      message: `"${modifier.text.slice(0, 60)}" is not a location's modifier.`,
      at: modifier.at,
      path,
      hint: "Use `=`, `^~`, `~` or `~*`, or none.",
    });
  }
  const outer = parents.at(-1);
  const inner = target ?? modifier;
  const around = outer?.name.text === "location" ? (outer.args[1] ?? outer.args[0]) : undefined;
  const plain = (one: Directive, word: Word | undefined) =>
    word && !word.unknown && !/^[~@]/.test(one.args[0]?.text ?? "") && word.text.startsWith("/");
  if (
    outer &&
    around &&
    inner &&
    plain(outer, around) &&
    plain(directive, inner) &&
    !inner.text.startsWith(around.text)
  ) {
    findings.add({
      code: "location_outside",
      message: `The location "${inner.text.slice(0, 60)}" lies outside of "${around.text.slice(0, 60)}", which it stands in.`,
      at: inner.at,
      path,
      hint: `Begin it with ${around.text.slice(0, 60)}, or move it out.`,
    });
  }
  if (block) checkLocations(block, path, findings);
}

function checkUpstream({ directive, path }: Visited, seen: Map<string, Word>, findings: Findings): void {
  const { name, args, block } = directive;
  const [id] = args;
  if (!id || id.unknown) return;
  const before = seen.get(`${path.split(".")[0]} ${id.text}`);
  if (before) {
    findings.add({
      code: "duplicate_upstream",
      message: `There is an upstream "${id.text.slice(0, 60)}" already, on line ${before.at.line}.`,
      at: id.at,
      path,
      hint: "Give one of them another name.",
    });
  }
  seen.set(`${path.split(".")[0]} ${id.text}`, id);
  if (named(block, "server", "include").length > 0) return;
  findings.add({
    code: "upstream_without_servers",
    message: `The upstream "${id.text.slice(0, 60)}" has no server.`,
    at: name.at,
    path,
    hint: "Add `server 10.0.0.1:8080;`.",
  });
}

function checkIf({ directive: { args, name }, path }: Visited, findings: Findings): void {
  const first = args[0]?.text ?? "";
  const last = args.at(-1)?.text ?? "";
  if (args.some(({ unknown }) => unknown) || (first.startsWith("(") && last.endsWith(")"))) return;
  findings.add({
    code: "bad_condition",
    message: "The condition of `if` does not stand in parentheses.",
    at: args[0]?.at ?? name.at,
    path,
    hint: "Write `if ($request_method = POST) { … }`.",
  });
}

function checkReturn({ directive: { args }, context, path }: Visited, findings: Findings): void {
  const [code] = args;
  if (!code || code.unknown || context === "T" || code.text.includes("$")) return;
  const status = /^\d{3}$/.test(code.text);
  if (status || (args.length === 1 && /^https?:\/\//.test(code.text))) return;
  findings.add({
    code: "bad_status",
    message: `"${code.text.slice(0, 60)}" is not a status.`,
    at: code.at,
    path,
    hint: "Write `return 301 https://…;` or `return 404;`.",
  });
}
