import { directiveTable, newerDirectives } from "./directive-table.ts";

/** What the first argument is; "-" = anything. */
export type ArgumentType =
  | "-"
  | "flag"
  | "num"
  | "size"
  | "off"
  | "msec"
  | "sec"
  | "bufs"
  | "text"
  | "enum"
  | "mask";

export interface DirectiveRule {
  contexts: string;
  arity: string;
  type: ArgumentType;
  words: readonly string[];
  /** The version that brought it; "" = all that are known here. */
  since: string;
}

function readTable(): Map<string, DirectiveRule[]> {
  const rules = new Map<string, DirectiveRule[]>();
  const read = (line: string, since: string) => {
    const [head = "", names = ""] = split(line, ": ");
    const [contexts = "", arity = "", kind = ""] = head.split(" ");
    const [type = "-", words = ""] = split(kind, ":");
    const rule = {
      contexts,
      arity,
      type: type as ArgumentType,
      words: words.split("|").filter(Boolean),
      since,
    };
    for (const name of names.split(" ")) rules.set(name, [...(rules.get(name) ?? []), rule]);
  };
  for (const line of directiveTable.trim().split("\n")) read(line, "");
  for (const line of newerDirectives.trim().split("\n")) {
    const [since = "", rest = ""] = split(line, " ");
    read(rest, since);
  }
  for (const [name, type] of simpleSetters) {
    rules.set(name, rules.get(name)?.map((rule) => ({ ...rule, type })) ?? []);
  }
  rules.set("include", [{ contexts: "mehsluifxSTUMN", arity: "1", type: "-", words: [], since: "" }]);
  return rules;
}

/** Set by functions of their own, that read a simple value first. */
const simpleSetters: readonly (readonly [string, ArgumentType])[] = [
  ["keepalive_timeout", "sec"],
  ["worker_connections", "num"],
  ["keepalive", "num"],
];

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index === -1 ? [text, ""] : [text.slice(0, index), text.slice(index + at.length)];
}

/** By name; one name may have a rule for each of several contexts. */
export const directiveRules: ReadonlyMap<string, readonly DirectiveRule[]> = readTable();

/** Directives of well-known modules that nginx does not bring: whether they are known depends on the host. */
export const ofOtherModules =
  /^(?:more_(?:set|clear)_|lua_|echo|brotli|zstd|geoip2|modsecurity|js_|auth_(?:jwt|spnego|ldap|pam|digest)|otel_|vhost_traffic_status|pagespeed|passenger_|naxsi|nchan_|push_stream_|rtmp|upload_|subs_filter|set_(?:by|escape|unescape|md5|misc|if_empty|quote|random|secure|decode|encode|hashed|local|rotate)|headers_more|fancyindex|dav_ext|replace_filter|srcache_|redis|memc_|push_|sticky|health_check|match|status_zone|zone_sync|api|keyval|mgmt|usage_report|acme_|upstream_check|check|fair|ajp_|pam_|testcookie_|cache_purge|(?:proxy|fastcgi|uwsgi|scgi)_cache_purge|vod|opentracing|opentelemetry|sentry|perl_)|_by_lua(?:_block|_file|_no_postpone)?$/;

/** Blocks whose lines are data: their directives are not looked up. */
export const dataBlocks: ReadonlySet<string> = new Set([
  "map",
  "geo",
  "types",
  "split_clients",
  "charset_map",
  "match",
]);

/** The context within a block, from the one that it stands in; undefined = one of another module. */
export function contextWithin(name: string, outer: string): string | undefined {
  switch (name) {
    case "events":
      return "e";
    case "http":
      return "h";
    case "stream":
      return "S";
    case "mail":
      return "M";
    case "server":
      return { h: "s", S: "T", M: "N" }[outer];
    case "upstream":
      return outer === "S" ? "U" : "u";
    case "location":
      return "l";
    case "if":
      return outer === "s" ? "i" : "f";
    case "limit_except":
      return "x";
    default:
      return undefined;
  }
}

export const contextNames: Readonly<Record<string, string>> = {
  m: "main",
  e: "events",
  h: "http",
  s: "server",
  l: "location",
  u: "upstream",
  i: "if in server",
  f: "if in location",
  x: "limit_except",
  S: "stream",
  T: "server of stream",
  U: "upstream of stream",
  M: "mail",
  N: "server of mail",
};

export function takes(arity: string, count: number): boolean {
  if (arity.includes("*")) return true;
  if (arity.includes("++")) return count >= 2;
  if (arity.includes("+")) return count >= 1;
  if (arity.replace("{", "") === "") return true;
  return arity.includes(String(count));
}

/** "one", "one or two" … */
export function describeArity(arity: string): string {
  const bare = arity.replace("{", "");
  if (bare === "++") return "two or more arguments";
  if (bare === "+") return "one or more arguments";
  if (bare === "0") return "no argument";
  const counts = [...bare].map(
    (digit) => ["no", "one", "two", "three", "four", "five", "six", "seven"][Number(digit)] ?? digit,
  );
  return `${counts.join(" or ")} argument${bare === "1" ? "" : "s"}`;
}
