import type { Finding } from "../findings.ts";
import { listNames, nearest } from "../suggest.ts";
import type { Word } from "./lexer.ts";
import { placeOf, type Statement } from "./parse.ts";
import { checkTime } from "./values.ts";

/** Of one sort: a text of the wrong kind has a problem on each line, and looking for what was meant is dear. */
export const maxFindings = 200;

export function firstFindings<T>(items: Iterable<T>, check: (item: T) => Finding[]): Finding[] {
  const found: Finding[] = [];
  for (const item of items) {
    if (found.length >= maxFindings) break;
    found.push(...check(item));
  }
  return found.slice(0, maxFindings);
}

export function unknownWord(
  statement: Statement,
  word: Word,
  what: string,
  names: Iterable<string>,
  name = word.text,
): Finding {
  const known = [...names];
  const meant = nearest(name, known);
  return {
    code: `unknown_${what.replaceAll(/[^a-z]+/g, "_")}`,
    message: `Unknown ${what} "${word.text}".`,
    at: placeOf(statement, word),
    hint: meant ? `Did you mean \`${meant}\`?` : `Use one of: ${listNames(known, 20)}.`,
  };
}

export function missing(statement: Statement, message: string, hint: string): Finding {
  return {
    code: "missing_argument",
    message,
    at: { line: statement.line, column: statement.endColumn },
    hint,
  };
}

export function unexpected(statement: Statement, word: Word): Finding {
  return {
    code: "unexpected_argument",
    message: `"${word.text}" is one word too many here.`,
    at: placeOf(statement, word),
    hint: "Remove it, or quote words that belong together.",
  };
}

export function checkTimeWord(statement: Statement, word: Word, what: string): Finding[] {
  if (word.variable) return [];
  const found = checkTime(word.text);
  if (!found) return [];
  const at = placeOf(statement, word);
  switch (found.problem) {
    case "not_a_time":
      return [
        {
          code: "bad_time",
          message: `"${word.text}" is not a time.`,
          at,
          hint: "Write a number and a unit: us, ms, s, m, h or d, such as 30s.",
        },
      ];
    case "too_long":
      return [
        {
          code: "bad_time",
          message: `"${word.text}" is longer than HAProxy can count (2147483647 ms, about 24.8 days).`,
          at,
          hint: "Use 24d or less.",
        },
      ];
    case "no_unit":
      return [
        {
          severity: "warning",
          code: "time_without_unit",
          message: `${what} is ${word.text} milliseconds: a time without a unit counts in milliseconds.`,
          at,
          hint: `Write ${word.text}s for seconds, or ${word.text}ms to say that it is meant.`,
        },
      ];
  }
}
