/** HAProxy's line format: words, quotes, escapes, comments and environment variables. */
import type { TextRange } from "../inputs/comments.ts";
import { isUnknown } from "../inputs/placeholders.ts";

export interface Word {
  text: string;
  /** From 1. */
  column: number;
  /** Part of it comes from the environment or a placeholder, so `text` is not what HAProxy will see. */
  variable: boolean;
}

export interface LineError {
  code: string;
  message: string;
  hint: string;
  column: number;
}

export interface Line {
  words: Word[];
  variables: { name: string; column: number }[];
  error: LineError | null;
  /** Where its comment begins, from 0; null = it has none. */
  comment: number | null;
}

const simpleEscapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", " ": " ", "\\": "\\", "#": "#" };

/** Splits one line (without its newline). After an error the words found so far are returned. */
export function readLine(source: string): Line {
  const line: Line = { words: [], variables: [], error: null, comment: null };
  let at = 0;
  let word: Word | null = null;
  let quote: { mark: "'" | '"'; column: number } | null = null;
  const append = (text: string, variable = isUnknown(text)) => {
    word ??= { text: "", column: at + 1, variable: false };
    word.text += text;
    if (variable) word.variable = true;
  };
  const finish = () => {
    if (word) line.words.push(word);
    word = null;
  };

  while (at < source.length) {
    const char = source[at] as string;
    if (quote) {
      if (char === quote.mark) {
        quote = null;
        at++;
      } else if (char === "\\" && quote.mark === '"') {
        at = readEscape(source, at, '"$', append, line);
      } else if (char === "$" && quote.mark === '"') {
        at = readVariable(source, at, append, line);
      } else {
        append(char);
        at++;
      }
    } else if (char === "#") {
      line.comment = at;
      break;
    } else if (char === " " || char === "\t" || char === "\r") {
      finish();
      at++;
    } else if (char === "'" || char === '"') {
      append("");
      quote = { mark: char, column: at + 1 };
      at++;
    } else if (char === "\\") {
      at = readEscape(source, at, "\"'", append, line);
    } else {
      append(char);
      at++;
    }
    if (line.error) return line;
  }
  finish();
  if (quote) {
    line.error = {
      code: "unmatched_quote",
      message: `The ${quote.mark === '"' ? "double" : "single"} quote that starts here is never closed on this line.`,
      hint: "Close the quote, or write a backslash before it to mean the character itself.",
      column: quote.column,
    };
  }
  return line;
}

function readEscape(
  source: string,
  at: number,
  also: string,
  append: (text: string) => void,
  line: Line,
): number {
  const next = source[at + 1];
  if (next === "x") {
    const digits = source.slice(at + 2, at + 4);
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) {
      line.error = {
        code: "bad_escape",
        message: "`\\x` needs two hexadecimal digits.",
        hint: "Write for example \\x20, or \\\\x for a backslash and an x.",
        column: at + 1,
      };
      return at;
    }
    append(String.fromCharCode(Number.parseInt(digits, 16)));
    return at + 4;
  }
  if (next !== undefined && (next in simpleEscapes || also.includes(next))) {
    append(simpleEscapes[next] ?? next);
    return at + 2;
  }
  append("\\");
  return at + 1;
}

/** `$NAME`, `${NAME}`, `${NAME-default}` or `${NAME[*]}`, only inside double quotes. */
function readVariable(
  source: string,
  at: number,
  append: (text: string, variable: boolean) => void,
  line: Line,
): number {
  const braced = source[at + 1] === "{";
  const start = at + (braced ? 2 : 1);
  const name = /^\.?[A-Za-z_][A-Za-z0-9_]*/.exec(source.slice(start))?.[0];
  if (name === undefined) {
    line.error = {
      code: "bad_variable",
      message: "A `$` inside double quotes must be followed by a variable's name.",
      hint: 'Write "\\$" for a dollar sign, or use single quotes.',
      column: at + 1,
    };
    return at;
  }
  line.variables.push({ name, column: at + 1 });
  let end = start + name.length;
  if (braced) {
    const close = source.indexOf("}", end);
    if (close === -1) {
      line.error = {
        code: "bad_variable",
        message: `The brace of \${${name} is never closed.`,
        hint: `Write \${${name}}.`,
        column: at + 1,
      };
      return at;
    }
    end = close + 1;
  }
  append(source.slice(at, end), true);
  return end;
}

export function* haproxyComments(content: string): Generator<TextRange> {
  let start = 0;
  for (const source of content.split("\n")) {
    const { comment } = readLine(source);
    if (comment !== null) yield { start: start + comment, end: start + source.length };
    start += source.length + 1;
  }
}
