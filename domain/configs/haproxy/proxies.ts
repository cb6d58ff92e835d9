import type { Finding } from "../findings.ts";
import { listNames } from "../suggest.ts";
import { type Parsed, placeOf, type Section, type Statement } from "./parse.ts";
import { isProxyType } from "./sections.ts";
import { readAddress } from "./values.ts";

interface Proxy {
  section: Section;
  defaults: Section | null;
}

/** What holds across statements and sections: names used twice, modes, timeouts, listeners. */
export function checkProxies(parsed: Parsed): Finding[] {
  const proxies = readProxies(parsed);
  const backends = new Map(
    proxies.filter(({ section }) => section.type !== "frontend").map((proxy) => [proxy.section.name, proxy]),
  );
  return [
    ...checkNames(parsed),
    ...proxies.flatMap(({ section }) => checkServerNames(section)),
    ...proxies.flatMap(checkTimeouts),
    ...proxies.flatMap((proxy) => checkModes(proxy, backends)),
    ...checkListeners(parsed),
  ];
}

function readProxies(parsed: Parsed): Proxy[] {
  let latest: Section | null = null;
  const proxies: Proxy[] = [];
  for (const section of parsed.sections) {
    if (section.type === "defaults") latest = section;
    else if (isProxyType(section.type)) {
      const named = section.from
        ? parsed.sections.find(({ type, name }) => type === "defaults" && name === section.from?.text)
        : latest;
      proxies.push({ section, defaults: named ?? null });
    }
  }
  return proxies;
}

const sides = { frontend: "F", backend: "B", listen: "FB" } as Record<string, string>;

function checkNames(parsed: Parsed): Finding[] {
  const seen = new Map<string, Section>();
  const findings: Finding[] = [];
  for (const section of parsed.sections) {
    const { name, type, header } = section;
    if (name === null || type === "defaults" || type === "crt-store") continue;
    const word = header.args[0];
    const at = placeOf(header, word);
    const wrong = /[^A-Za-z0-9_.:-]/.exec(name)?.[0];
    if (wrong !== undefined && isProxyType(type)) {
      findings.push({
        code: "bad_name",
        message: `The character "${wrong}" is not permitted in the name of a ${type}.`,
        at,
        path: section.path,
        hint: "Use letters, digits, dashes, underscores, dots and colons.",
      });
    }
    for (const side of sides[type] ?? [type]) {
      const first = seen.get(`${side} ${name}`);
      if (!first) {
        seen.set(`${side} ${name}`, section);
        continue;
      }
      const harmless = type === "userlist" || header.conditional || first.header.conditional;
      findings.push({
        severity: harmless ? "warning" : "error",
        code: "duplicate_name",
        message: `The ${type} "${name}" has the same name as the ${first.type} on line ${first.header.line}.`,
        at,
        path: section.path,
        hint: "Rename one of them.",
      });
      break;
    }
  }
  return findings;
}

function checkServerNames(section: Section): Finding[] {
  const lines = new Map<string, number>();
  return section.statements.flatMap((statement) => {
    const name = statement.keyword.text === "server" ? statement.args[0] : undefined;
    if (!name || name.variable || statement.conditional) return [];
    const first = lines.get(name.text);
    if (first === undefined) {
      lines.set(name.text, statement.line);
      return [];
    }
    return [
      {
        code: "duplicate_server",
        message: `Another server "${name.text}" stands on line ${first}.`,
        at: placeOf(statement, name),
        path: `${section.path}.server`,
        hint: "Give each server of a backend its own name.",
      },
    ];
  });
}

const statementsOf = ({ section, defaults }: Proxy): Statement[] => [
  ...(defaults?.statements ?? []),
  ...section.statements,
];

function checkTimeouts(proxy: Proxy): Finding[] {
  const { section } = proxy;
  const set = new Set(
    statementsOf(proxy).flatMap(({ keyword, args }) =>
      keyword.text === "timeout" && args[0] ? [args[0].text] : [],
    ),
  );
  const has = (keyword: string) => section.statements.some((statement) => statement.keyword.text === keyword);
  const servers = has("server") || has("server-template") || has("dispatch");
  const needed = [
    ...(section.type !== "backend" && has("bind") ? ["client"] : []),
    ...(section.type !== "frontend" && servers ? ["connect", "server"] : []),
  ];
  const absent = needed.filter((name) => !set.has(name));
  if (absent.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "missing_timeout",
      message: `The ${section.type} "${section.name ?? ""}" has no timeout ${listNames(absent)}: connections that hang stay open for ever.`,
      at: placeOf(section.header),
      path: section.path,
      hint: `Add for example \`timeout ${absent[0]} 30s\` here or in defaults.`,
    },
  ];
}

function modeOf(proxy: Proxy): string {
  const statement = statementsOf(proxy).findLast(({ keyword }) => keyword.text === "mode");
  const mode = statement?.args[0];
  return mode && !mode.variable ? mode.text : statement ? "unknown" : "tcp";
}

const httpRules = new Set(["http-request", "http-response", "http-after-response"]);

function checkModes(proxy: Proxy, backends: ReadonlyMap<string | null, Proxy>): Finding[] {
  const mode = modeOf(proxy);
  const findings: Finding[] = [];
  for (const statement of proxy.section.statements) {
    const keyword = statement.keyword.text;
    if (mode === "tcp" && httpRules.has(keyword)) {
      findings.push({
        severity: "warning",
        code: "needs_http_mode",
        message: `"${keyword}" does nothing here: the ${proxy.section.type} is in mode tcp.`,
        at: placeOf(statement),
        path: `${proxy.section.path}.${keyword}`,
        hint: "Add `mode http` to the section or to defaults.",
      });
    }
    if (keyword !== "use_backend" && keyword !== "default_backend") continue;
    const target = statement.args[0];
    const backend = target ? backends.get(target.text) : undefined;
    if (!target || !backend || mode !== "http" || modeOf(backend) !== "tcp") continue;
    findings.push({
      severity: statement.conditional || backend.section.header.conditional ? "warning" : "error",
      code: "mixed_modes",
      message: `This proxy is in mode http, and backend "${target.text}" is in mode tcp.`,
      at: placeOf(statement, target),
      path: `${proxy.section.path}.${keyword}`,
      hint: `Add \`mode http\` to backend "${target.text}", or \`mode tcp\` here.`,
    });
  }
  return findings;
}

function checkListeners(parsed: Parsed): Finding[] {
  const bound = new Map<string, { line: number; section: Section }>();
  const findings: Finding[] = [];
  for (const section of parsed.sections) {
    if (section.type !== "frontend" && section.type !== "listen") continue;
    for (const statement of section.statements) {
      const word =
        statement.keyword.text === "bind" && !statement.conditional ? statement.args[0] : undefined;
      if (!word || word.variable) continue;
      for (const one of word.text.split(",")) {
        const address = readAddress(one);
        if (address.kind === "path" || address.port === null) continue;
        const host = address.host === "*" || address.host === "0.0.0.0" ? "" : address.host;
        const key = `${address.family} ${host} ${address.port}`;
        const first = bound.get(key);
        if (!first) {
          bound.set(key, { line: statement.line, section });
          continue;
        }
        findings.push({
          severity: "warning",
          code: "bind_conflict",
          message: `"${one}" is also bound on line ${first.line} (${first.section.path}): connections would be spread over both.`,
          at: placeOf(statement, word),
          path: `${section.path}.bind`,
          hint: "Use another port or address.",
        });
      }
    }
  }
  return [...findings, ...checkSomethingListens(parsed)];
}

const listening = new Set(["bind", "dgram-bind", "peer"]);

/** HAProxy refuses to start (exit code 2) when nothing would listen. */
function checkSomethingListens(parsed: Parsed): Finding[] {
  const statements = parsed.sections.flatMap((section) =>
    section.statements.map((statement) => ({ section, statement })),
  );
  const listens = statements.some(
    ({ section, statement }) =>
      (listening.has(statement.keyword.text) && section.type !== "backend") ||
      (section.type === "global" &&
        statement.keyword.text === "stats" &&
        statement.args[0]?.text === "socket"),
  );
  if (listens || parsed.findings.length > 0) return [];
  return [
    {
      code: "no_listener",
      message: "Nothing in this config listens on an address, so HAProxy would not start.",
      at: { line: 1, column: 1 },
      hint: "Add a frontend with a `bind` line.",
    },
  ];
}
