import type { Finding } from "../findings.ts";
import type { Reference } from "../kind.ts";
import { nearest } from "../suggest.ts";
import { readLine, type Word } from "./lexer.ts";
import { sections } from "./sections.ts";

export interface Statement {
  line: number;
  /** Column after the last word, where something that is missing would stand. */
  endColumn: number;
  /** `no` or `default` before the keyword, which `keyword` and `args` leave out. */
  prefix: "no" | "default" | null;
  keyword: Word;
  args: Word[];
  /** Stands between `.if` and `.endif`, so it may not count. */
  conditional: boolean;
}

export interface Section {
  type: string;
  header: Statement;
  /** Null when it has none, or when it comes from the environment. */
  name: string | null;
  /** The named `defaults` that `from` asks for. */
  from: Word | null;
  statements: Statement[];
  path: string;
}

export interface Parsed {
  sections: Section[];
  references: Reference[];
  findings: Finding[];
}

/** HAProxy refuses lines with more words. */
const maxWords = 64;
const directives = new Set([".if", ".elif", ".else", ".endif", ".notice", ".warning", ".alert", ".diag"]);

export function parse(content: string): Parsed {
  const parsed: Parsed = { sections: [], references: [], findings: [] };
  const lines = content.split("\n");
  const conditions: Statement[] = [];
  let current: Section | null = null;
  for (const [index, source] of lines.entries()) {
    const statement = readStatement(source, index + 1, conditions.length > 0, parsed);
    if (!statement) continue;
    if (directives.has(statement.keyword.text)) {
      followDirective(statement, conditions, parsed);
    } else if (sections.has(statement.keyword.text) && statement.prefix === null) {
      current = openSection(statement, parsed);
    } else if (current) {
      current.statements.push(statement);
    } else {
      parsed.findings.push(outsideSection(statement));
    }
  }
  for (const open of conditions) {
    parsed.findings.push({
      code: "unclosed_condition",
      message: "This .if is never closed.",
      at: placeOf(open),
      hint: "Add a line `.endif`.",
    });
  }
  if (content.length > 0 && !content.endsWith("\n")) {
    const last = lines.at(-1) ?? "";
    parsed.findings.push({
      code: "missing_newline",
      message:
        "The last line does not end with a newline; HAProxy takes the file for truncated and refuses it.",
      at: { line: lines.length, column: last.length + 1 },
      hint: "Add a newline at the end of the file.",
    });
  }
  return parsed;
}

function readStatement(source: string, line: number, conditional: boolean, parsed: Parsed): Statement | null {
  const { words, variables, error } = readLine(source);
  for (const variable of variables) parsed.references.push({ type: "variable", ...variable, line });
  if (error) {
    const { column, ...rest } = error;
    parsed.findings.push({ ...rest, at: { line, column } });
    return null;
  }
  if (words.length > maxWords) {
    parsed.findings.push({
      code: "too_many_words",
      message: `The line has ${words.length} words; HAProxy takes at most ${maxWords}.`,
      at: { line, column: words[maxWords]?.column ?? 1 },
      hint: "Split it over several lines, or quote what belongs together.",
    });
    return null;
  }
  const first = words[0];
  if (!first) return null;
  const negated = (first.text === "no" || first.text === "default") && words.length > 1;
  const keyword = (negated ? words[1] : first) as Word;
  return {
    line,
    endColumn: source.trimEnd().length + 1,
    prefix: negated ? (first.text as "no" | "default") : null,
    keyword,
    args: words.slice(negated ? 2 : 1),
    conditional,
  };
}

function openSection(header: Statement, parsed: Parsed): Section {
  const type = header.keyword.text;
  const rule = sections.get(type);
  const from = header.args.findIndex((arg) => arg.text === "from");
  const nameWord = rule?.name === "none" || from === 0 ? undefined : header.args[0];
  const name = nameWord && !nameWord.variable ? nameWord.text : null;
  const section: Section = {
    type,
    header,
    name,
    from: from === -1 ? null : (header.args[from + 1] ?? null),
    statements: [],
    path: name === null ? type : `${type}[${name}]`,
  };
  if (rule?.name === "required" && !nameWord) {
    parsed.findings.push({
      code: "missing_name",
      message: `A ${type} section needs a name.`,
      at: { line: header.line, column: header.endColumn },
      path: type,
      hint: `Write for example \`${type} my-${type}\`.`,
    });
  }
  parsed.sections.push(section);
  return section;
}

function followDirective(statement: Statement, conditions: Statement[], parsed: Parsed): void {
  const word = statement.keyword.text;
  if (word === ".if") conditions.push(statement);
  else if (word === ".elif" || word === ".else" || word === ".endif") {
    if (conditions.length === 0) {
      parsed.findings.push({
        code: "condition_without_if",
        message: `${word} has no .if before it.`,
        at: placeOf(statement),
        hint: "Remove it, or add the `.if` that it belongs to.",
      });
    } else if (word === ".endif") conditions.pop();
  }
}

function outsideSection(statement: Statement): Finding {
  const word = statement.keyword.text;
  const meant = nearest(word, sections.keys());
  return {
    code: "unknown_section",
    message: `"${word}" stands outside of any section and is not the name of one.`,
    at: placeOf(statement),
    hint: meant
      ? `Did you mean \`${meant}\`?`
      : "Start the file with a section such as `global`, `defaults`, `frontend` or `backend`.",
  };
}

export function* statementsOf(parsed: Parsed): Iterable<[Section, Statement]> {
  for (const section of parsed.sections) {
    for (const statement of section.statements) yield [section, statement];
  }
}

export function placeOf(
  statement: Statement,
  word: Word = statement.keyword,
): { line: number; column: number } {
  return { line: statement.line, column: word.column };
}
