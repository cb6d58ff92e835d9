import type { Finding } from "../findings.ts";
import type { TextRange } from "../inputs/comments.ts";
import { placeOf } from "../text.ts";

/** Nobody nests deeper, and a parser that calls itself has an end. */
const maxDepth = 60;

export interface KdlScan {
  comments: TextRange[];
  /** What keeps the text from being read at all. */
  problem: Finding | null;
}

/** Strings, comments and braces of a KDL text, told apart in one pass; the parser says of an open one only where the text ends. */
export function scanKdl(text: string): KdlScan {
  const comments: TextRange[] = [];
  const open: number[] = [];
  const broken = (offset: number, code: string, message: string, hint: string): KdlScan => ({
    comments,
    problem: { code, message, at: placeOf(text, offset), hint },
  });
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (char === "/" && text[at + 1] === "/") {
      const end = lineEnd(text, at);
      comments.push({ start: at, end });
      at = end;
    } else if (char === "/" && text[at + 1] === "*") {
      const end = commentEnd(text, at);
      if (end === null) {
        return broken(
          at,
          "unclosed_comment",
          "The comment that starts here is never closed.",
          "Add `*/`. Each `/*` within a comment needs one too.",
        );
      }
      comments.push({ start: at, end });
      at = end;
    } else if (char === '"' || char === "#") {
      const end = char === '"' ? stringEnd(text, at) : rawEnd(text, at);
      if (end === null) {
        return broken(
          at,
          "unclosed_string",
          "The string that starts here is never closed.",
          'Close it on the same line, or begin and end it with `"""` on lines of their own.',
        );
      }
      at = end;
    } else if (char === "{") {
      open.push(at);
      at++;
      if (open.length > maxDepth) {
        return broken(
          at - 1,
          "too_deep",
          `The text nests more than ${maxDepth} levels.`,
          "Is a `}` missing above?",
        );
      }
    } else {
      if (char === "}" && open.pop() === undefined) {
        return broken(
          at,
          "unexpected_brace",
          "This `}` closes nothing.",
          "Remove it, or add the `{` that it belongs to.",
        );
      }
      at++;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed === undefined) return { comments, problem: null };
  return broken(unclosed, "unclosed_brace", "The block that starts here is never closed.", "Add a `}`.");
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function commentEnd(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length - 1; at++) {
    if (text[at] === "/" && text[at + 1] === "*") {
      depth++;
      at++;
    } else if (text[at] === "*" && text[at + 1] === "/") {
      at++;
      if (--depth === 0) return at + 1;
    }
  }
  return null;
}

function stringEnd(text: string, from: number): number | null {
  const lines = text.startsWith('"""', from);
  for (let at = from + (lines ? 3 : 1); at < text.length; at++) {
    const char = text[at];
    if (char === "\\") {
      at++;
      // A backslash takes the white space after it with it, line breaks included.
      if (/\s/.test(text[at] ?? "")) while (/\s/.test(text[at + 1] ?? "")) at++;
    } else if (lines ? text.startsWith('"""', at) : char === '"') return at + (lines ? 3 : 1);
    else if (!lines && char === "\n") return null;
  }
  return null;
}

/** `#"…"#`, `##"""…"""##` or a keyword such as `#true`. */
function rawEnd(text: string, from: number): number | null {
  let quote = from;
  while (text[quote] === "#") quote++;
  if (text[quote] !== '"') return quote;
  const quotes = text.startsWith('"""', quote) ? '"""' : '"';
  const closing = quotes + "#".repeat(quote - from);
  const end = text.indexOf(closing, quote + quotes.length);
  if (end === -1) return null;
  if (quotes === '"' && text.slice(quote, end).includes("\n")) return null;
  return end + closing.length;
}
