import type { Finding } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import { firstFindings } from "./findings.ts";
import { type Parsed, placeOf, type Section, type Statement, statementsOf } from "./parse.ts";
import { proxyKeywords, removedKeywords } from "./proxy-keywords.ts";
import { isProxyType, type ProxyType, sections } from "./sections.ts";

const letters: Record<ProxyType, string> = { defaults: "D", frontend: "F", listen: "L", backend: "B" };

/** Keywords that the section does not know, or that do nothing in it. */
export function checkKeywords(parsed: Parsed): Finding[] {
  return firstFindings(statementsOf(parsed), ([section, statement]) => {
    const finding = checkKeyword(section, statement);
    return finding ? [finding] : [];
  });
}

function checkKeyword(section: Section, statement: Statement): Finding | null {
  const rule = sections.get(section.type);
  const { text, variable } = statement.keyword;
  if (!rule || variable) return null;
  if (rule.keywords.has(text)) {
    return isProxyType(section.type) ? checkPlace(section, section.type, statement) : null;
  }
  const replacement = isProxyType(section.type) ? removedKeywords.get(text) : undefined;
  const meant = nearest(text, rule.keywords);
  const grows = rule.openFamilies?.some((family) => text.startsWith(family)) ?? false;
  return {
    severity: statement.conditional || (grows && !meant) ? "warning" : "error",
    code: replacement ? "removed_keyword" : "unknown_keyword",
    message: replacement
      ? `HAProxy no longer has the keyword "${text}".`
      : `Unknown keyword "${text}" in section "${section.type}".`,
    at: placeOf(statement),
    path: `${section.path}.${text}`,
    hint: replacement
      ? `Use ${replacement}.`
      : meant
        ? `Did you mean \`${meant}\`?`
        : whereElse(text, section.type),
  };
}

function whereElse(keyword: string, here: string): string {
  const others = [...sections].filter(([type, rule]) => type !== here && rule.keywords.has(keyword));
  if (others.length === 0) return "Check the spelling, or remove the line.";
  return `It belongs into: ${listNames(others.map(([type]) => type))}.`;
}

/** What a proxy of this type cannot do HAProxy ignores with a warning, except in `defaults` and these. */
const refusedInFrontend = new Set(["server", "server-template", "default-server", "tcp-response"]);

function checkPlace(section: Section, type: ProxyType, statement: Statement): Finding | null {
  const keyword = statement.keyword.text;
  const places = proxyKeywords.get(keyword) ?? "";
  const place = { at: placeOf(statement), path: `${section.path}.${keyword}` };
  if (places.includes(letters[type])) {
    const nameless = type === "defaults" && places.startsWith("D!") && section.header.args.length === 0;
    if (!nameless) return null;
    return {
      ...place,
      severity: statement.conditional ? "warning" : "error",
      code: "misplaced_keyword",
      message: `"${keyword}" is not allowed in a defaults section without a name.`,
      hint: "Name the section, and let proxies take it with `from`.",
    };
  }
  const allowed = (Object.keys(letters) as ProxyType[]).filter((other) => places.includes(letters[other]));
  const refused = type === "defaults" || (type === "frontend" && refusedInFrontend.has(keyword));
  return {
    ...place,
    severity: refused && !statement.conditional ? "error" : "warning",
    code: "misplaced_keyword",
    message: refused
      ? `"${keyword}" is not allowed in a ${type} section.`
      : `"${keyword}" has no effect in a ${type} section.`,
    hint: `Move it to: ${listNames(allowed)}.`,
  };
}
