import type { Finding } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import { firstFindings, unknownWord } from "./findings.ts";
import type { Word } from "./lexer.ts";
import { type Parsed, placeOf, type Statement } from "./parse.ts";
import { sampleFetches } from "./sample-fetches.ts";
import { predefinedAcls } from "./vocabulary.ts";

const conditionKeywords = new Set([
  "use_backend",
  "redirect",
  "monitor",
  "http-request",
  "http-response",
  "http-after-response",
  "tcp-request",
  "tcp-response",
  "quic-initial",
  "use-server",
  "force-persist",
  "ignore-persist",
  "force-be-switch",
  "stick",
]);

/** ACLs and the conditions that name them. */
export function checkConditions(parsed: Parsed): Finding[] {
  return firstFindings(parsed.sections, (section) => {
    const acls = section.statements.filter(({ keyword }) => keyword.text === "acl");
    const names = new Set(acls.flatMap(({ args }) => (args[0] ? [args[0].text] : [])));
    const anyVariable = acls.some(({ args }) => args[0]?.variable);
    const findings = [
      ...firstFindings(acls, checkAcl),
      ...firstFindings(section.statements, (statement) => checkCondition(statement, names, anyVariable)),
    ];
    return findings.map((finding) => ({ ...finding, path: finding.path ?? section.path }));
  });
}

function checkAcl(statement: Statement): Finding[] {
  const [name, expression] = statement.args;
  if (!name || !expression) {
    return [
      {
        code: "missing_argument",
        message: "`acl` needs a name and what to look at.",
        at: { line: statement.line, column: statement.endColumn },
        hint: "Write for example `acl is_api path_beg /api`.",
        severity: statement.conditional ? "warning" : "error",
      },
    ];
  }
  if (!name.variable && /[^A-Za-z0-9_.:-]/.test(name.text)) {
    return [
      {
        code: "bad_name",
        message: `"${name.text}" cannot be the name of an ACL.`,
        at: placeOf(statement, name),
        hint: "Use letters, digits, dashes, underscores, dots and colons.",
        severity: statement.conditional ? "warning" : "error",
      },
    ];
  }
  return checkFetch(statement, expression);
}

/** New releases bring new fetches, so only what looks like a slip of the pen is an error. */
function checkFetch(statement: Statement, word: Word): Finding[] {
  const name = /^[^(,]*/.exec(word.text)?.[0] ?? "";
  if (word.variable || sampleFetches.has(name) || name.startsWith("lua.") || name === "") return [];
  const finding = unknownWord(statement, word, "sample fetch", sampleFetches, name);
  const close = nearest(name, sampleFetches) !== null;
  return [
    {
      ...finding,
      severity: close && !statement.conditional ? "error" : "warning",
      ...(close ? {} : { hint: "Check the name against the manual of your HAProxy's version." }),
    },
  ];
}

function checkCondition(statement: Statement, acls: ReadonlySet<string>, anyVariable: boolean): Finding[] {
  if (!conditionKeywords.has(statement.keyword.text)) return [];
  const start = statement.args.findIndex(({ text }) => text === "if" || text === "unless");
  if (start === -1) return [];
  const severity = statement.conditional ? ("warning" as const) : ("error" as const);
  const words = statement.args.slice(start + 1);
  if (words.length === 0) {
    return [
      {
        severity: "warning",
        code: "missing_argument",
        message: `There is no condition after "${statement.args[start]?.text}".`,
        at: { line: statement.line, column: statement.endColumn },
        hint: "Name an ACL, or write one in braces: if { path_beg /api }.",
      },
    ];
  }
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    const name = word.text.replace(/^!+/, "");
    if (name === "{") {
      const close = words.findIndex((other, index) => index > at && other.text === "}");
      if (close === -1) {
        findings.push({
          severity,
          code: "unclosed_brace",
          message: "The brace that opens this condition is never closed.",
          at: placeOf(statement, word),
          hint: "Write ` }` after it; braces stand as words of their own, with spaces around them.",
        });
        return findings;
      }
      const expression = words[at + 1];
      if (expression && close > at + 1) findings.push(...checkFetch(statement, expression));
      at = close;
    } else if (name !== "" && !isAcl(name, word, acls) && !anyVariable) {
      findings.push({ ...unknownAcl(statement, word, name, acls), severity });
    }
  }
  return findings;
}

function isAcl(name: string, word: Word, acls: ReadonlySet<string>): boolean {
  return word.variable || name === "or" || name === "||" || acls.has(name) || predefinedAcls.has(name);
}

function unknownAcl(statement: Statement, word: Word, name: string, acls: ReadonlySet<string>): Finding {
  const meant = nearest(name, acls);
  const known = acls.size > 0 ? `This section has: ${listNames([...acls])}.` : "This section has none.";
  return {
    code: "unknown_acl",
    message: `There is no ACL "${name}" in this section.`,
    at: placeOf(statement, word),
    hint: meant ? `Did you mean \`${meant}\`? ${known}` : `${known} Add a line \`acl ${name} …\` before.`,
  };
}
