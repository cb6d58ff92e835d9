import type { Finding } from "../findings.ts";
import { listNames } from "../suggest.ts";
import { checkBind, checkServer } from "./endpoints.ts";
import { checkTimeWord, firstFindings, missing, unexpected, unknownWord } from "./findings.ts";
import { type Parsed, placeOf, type Section, type Statement, statementsOf } from "./parse.ts";
import { isProxyType } from "./sections.ts";
import {
  balanceAlgorithms,
  logFacilities,
  logLevels,
  proxyModes,
  proxyOptions,
  proxyTimeouts,
  redirectTypes,
  ruleActions,
  sectionTimeouts,
} from "./vocabulary.ts";

/** The shape of the arguments of the common keywords. */
export function checkArguments(parsed: Parsed): Finding[] {
  return firstFindings(statementsOf(parsed), ([section, statement]) => {
    if (statement.keyword.variable) return [];
    const path = `${section.path}.${statement.keyword.text}`;
    return [...checkPrefix(statement), ...check(section, statement)].map((finding) => ({
      ...finding,
      path,
      ...(statement.conditional ? { severity: "warning" as const } : {}),
    }));
  });
}

function check(section: Section, statement: Statement): Finding[] {
  const keyword = statement.keyword.text;
  if (keyword === "timeout") return checkTimeout(section, statement);
  if (keyword === "log") return checkLog(statement);
  if (keyword === "bind") return checkBind(statement);
  if (keyword === "server" || keyword === "default-server" || keyword === "server-template") {
    return checkServer(statement);
  }
  if (!isProxyType(section.type)) return [];
  if (keyword === "mode") return oneOf(statement, "mode", proxyModes, 1);
  if (keyword === "balance") return checkBalance(statement);
  if (keyword === "option") return checkOption(statement);
  if (keyword === "redirect") return oneOf(statement, "redirect type", redirectTypes);
  if (keyword === "maxconn" || keyword === "fullconn" || keyword === "retries") return checkNumber(statement);
  return checkAction(statement);
}

const negatable = new Set(
  "option log busy-polling set-dumpable strict-limits insecure-fork-wanted numa-cpu-mapping quick-exit expose-deprecated-directives expose-experimental-directives".split(
    " ",
  ),
);

function checkPrefix(statement: Statement): Finding[] {
  if (statement.prefix === null || negatable.has(statement.keyword.text)) return [];
  return [
    {
      code: "not_negatable",
      message: `"${statement.keyword.text}" cannot be preceded by "${statement.prefix}".`,
      at: { line: statement.line, column: 1 },
      hint: "Only options, log and a few switches of `global` can. Remove the line instead.",
    },
  ];
}

function checkTimeout(section: Section, statement: Statement): Finding[] {
  const names = isProxyType(section.type) ? proxyTimeouts : sectionTimeouts.get(section.type);
  if (!names) return [];
  const [name, value, extra] = statement.args;
  const problems = oneOf(statement, "timeout", names);
  if (problems.length > 0 || !name) return problems;
  if (!value)
    return [
      missing(
        statement,
        `The timeout "${name.text}" needs a time.`,
        `Write for example \`timeout ${name.text} 30s\`.`,
      ),
    ];
  if (extra && !extra.variable) return [unexpected(statement, extra)];
  if (value.variable) return [];
  return checkTimeWord(statement, value, `timeout ${name.text}`);
}

function checkBalance(statement: Statement): Finding[] {
  const algorithm = statement.args[0];
  if (!algorithm || algorithm.variable) return oneOf(statement, "balance algorithm", balanceAlgorithms);
  const name = algorithm.text.replace(/\(.*$/, "");
  const problems = oneOf(statement, "balance algorithm", balanceAlgorithms, undefined, name);
  if (problems.length > 0 || statement.args[1]) return problems;
  const needs = { url_param: "the name of an URL parameter", hash: "a sample expression" }[name];
  return needs
    ? [missing(statement, `"balance ${name}" needs ${needs}.`, "Add it after the algorithm.")]
    : [];
}

function checkOption(statement: Statement): Finding[] {
  const option = statement.args[0];
  const problems = oneOf(statement, "option", proxyOptions);
  if (problems.length > 0 || !option || option.variable) return problems;
  const most = proxyOptions.get(option.text) ?? -1;
  const extra = statement.args[most + 1];
  return most >= 0 && extra && !extra.variable ? [unexpected(statement, extra)] : [];
}

function checkNumber(statement: Statement): Finding[] {
  const [value] = statement.args;
  if (!value)
    return [missing(statement, `"${statement.keyword.text}" needs a number.`, "Add a whole number.")];
  if (value.variable || /^\d+$/.test(value.text)) return [];
  return [
    {
      code: "bad_number",
      message: `"${value.text}" is not a whole number.`,
      at: placeOf(statement, value),
      hint: `Write for example \`${statement.keyword.text} 2000\`.`,
    },
  ];
}

/** `log global`, `log <address> [len n] [format f] [sample r:n] [profile p] <facility> [max [min]]`. */
function checkLog(statement: Statement): Finding[] {
  const { args } = statement;
  const first = args[0];
  if (!first || statement.prefix || first.variable) return [];
  if (first.text === "global" || first.text === "backend") return [];
  let at = 1;
  while (["len", "format", "sample", "profile"].includes(args[at]?.text ?? "")) at += 2;
  const facility = args[at];
  if (!facility) return [missing(statement, "This log target has no facility.", "Add one, such as local0.")];
  if (facility.variable) return [];
  if (!logFacilities.has(facility.text))
    return [unknownWord(statement, facility, "log facility", logFacilities)];
  return args
    .slice(at + 1, at + 3)
    .filter((level) => !level.variable && !logLevels.has(level.text))
    .map((level) => unknownWord(statement, level, "log level", logLevels));
}

const ruleSets = new Set([
  "http-request",
  "http-response",
  "http-after-response",
  "tcp-request",
  "tcp-response",
  "quic-initial",
  "http-check",
  "tcp-check",
]);

function checkAction(statement: Statement): Finding[] {
  const keyword = statement.keyword.text;
  if (!ruleSets.has(keyword)) return [];
  const nested = keyword === "tcp-request" || keyword === "tcp-response";
  const kind = statement.args[0];
  if (nested && kind) {
    if (kind.text === "inspect-delay") {
      return statement.args[1] ? checkTimeWord(statement, statement.args[1], "inspect-delay") : [];
    }
    const kinds =
      keyword === "tcp-request"
        ? ["connection", "session", "content", "inspect-delay"]
        : ["content", "inspect-delay"];
    if (!kind.variable && !kinds.includes(kind.text)) {
      return [unknownWord(statement, kind, `${keyword} rule`, kinds)];
    }
  }
  const actions = ruleActions.get(nested ? `${keyword} ${kind?.text ?? ""}` : keyword);
  const action = statement.args[nested ? 1 : 0];
  if (!action) return [missing(statement, `"${keyword}" needs an action.`, "Add one, such as `deny`.")];
  const name = action.text.replace(/\(.*$/, "");
  const open =
    action.variable || name.startsWith("lua.") || name.startsWith("sc-") || name.startsWith("track-sc");
  if (!actions || open || actions.has(name)) return [];
  return [unknownWord(statement, action, `${keyword} action`, actions, name)];
}

interface Names extends Iterable<string | [string, unknown]> {
  has(name: string): boolean;
}

/** The first argument must be one of `names`; at most `most` arguments may follow the keyword. */
function oneOf(statement: Statement, what: string, names: Names, most?: number, name?: string): Finding[] {
  const word = statement.args[0];
  if (!word) {
    return [missing(statement, `A ${what} is missing.`, `Use one of: ${listNames(namesOf(names), 20)}.`)];
  }
  if (!word.variable && !names.has(name ?? word.text)) {
    return [unknownWord(statement, word, what, namesOf(names), name)];
  }
  const extra = most === undefined ? undefined : statement.args[most];
  return extra && !extra.variable ? [unexpected(statement, extra)] : [];
}

const namesOf = (names: Iterable<string | [string, unknown]>): string[] =>
  [...names].map((entry) => (typeof entry === "string" ? entry : entry[0]));
