import type { Finding, Findings, Place } from "../findings.ts";
import type { TextRange } from "../inputs/comments.ts";
import { isUnknown } from "../inputs/placeholders.ts";
import { placeOf } from "../text.ts";

export interface Word {
  text: string;
  at: Place;
  quoted: boolean;
  /** Part of it is known only when its placeholders are filled in, or comes from Caddy's environment. */
  unknown: boolean;
}

/** A line of a Caddyfile with the block that it opens. */
export interface Segment {
  /** At least one, except for the block of global options. */
  words: Word[];
  block: Segment[] | null;
  at: Place;
}

export interface ParsedCaddy {
  segments: Segment[];
  comments: TextRange[];
}

const maxDepth = 60;

/** Words, quotes, heredocs and blocks of a Caddyfile. */
export function parseCaddyfile(content: string, findings: Findings): ParsedCaddy {
  const { tokens, comments, problem } = lex(content);
  if (problem) {
    findings.add(problem);
    return { segments: [], comments };
  }
  const root: Segment[] = [];
  const open: Segment[] = [];
  let siblings = root;
  let current: Segment | null = null;
  let lastRow = -1;
  for (const { word, row, endRow } of tokens) {
    if (row !== lastRow) current = null;
    lastRow = endRow;
    if (!word.quoted && word.text === "}") {
      if (!open.pop() || (current && !current.block)) {
        findings.add({
          code: "unexpected_brace",
          message: "This `}` closes nothing.",
          at: word.at,
          hint: "Put a closing brace on a line of its own, or add the block that it belongs to.",
        });
        return { segments: root, comments };
      }
      siblings = open.at(-1)?.block ?? root;
      current = null;
      continue;
    }
    if (current?.block) {
      findings.add({
        severity: "warning",
        code: "text_after_brace",
        message: `"${word.text.slice(0, 60)}" stands on the same line after a "{", which Caddy refuses from 2.7 on.`,
        at: word.at,
        hint: "Begin a new line after the brace.",
      });
      current = null;
    }
    if (!current) {
      current = { words: [], block: null, at: word.at };
      siblings.push(current);
    }
    if (word.quoted || word.text !== "{") {
      current.words.push(word);
      continue;
    }
    current.block = [];
    open.push(current);
    siblings = current.block;
    if (open.length > maxDepth) {
      findings.add({
        code: "too_deep",
        message: `The text nests more than ${maxDepth} levels.`,
        at: word.at,
        hint: "Is a `}` missing above?",
      });
      return { segments: root, comments };
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) {
    findings.add({
      code: "unclosed_brace",
      message: "The block that starts here is never closed.",
      at: unclosed.at,
      hint: "Add a line with `}`.",
    });
  }
  return { segments: root, comments };
}

interface Token {
  word: Word;
  /** Lines as Caddy counts them: one that ends with a backslash goes on. */
  row: number;
  endRow: number;
}
interface Lexed {
  tokens: Token[];
  comments: TextRange[];
  problem: Finding | null;
}

function lex(content: string): Lexed {
  const tokens: Token[] = [];
  const comments: TextRange[] = [];
  let at = content.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  let lineStart = 0;
  let continued = 0;
  // Looked up once for each line break, and not for each word.
  let nextNewline = content.indexOf("\n");
  const take = (text: string, end: number, quoted: boolean) => {
    const start = { line, column: at - lineStart + 1 };
    const row = line - continued;
    for (
      let newline = nextNewline;
      newline !== -1 && newline < end;
      newline = content.indexOf("\n", newline + 1)
    ) {
      line++;
      lineStart = newline + 1;
    }
    const unknown = isUnknown(text) || text.includes("{$");
    tokens.push({ word: { text, at: start, quoted, unknown }, row, endRow: line - continued });
    at = end;
  };
  while (at < content.length) {
    if (nextNewline !== -1 && nextNewline < at) nextNewline = content.indexOf("\n", at);
    const char = content[at] as string;
    if (char === "\n") {
      at++;
      line++;
      lineStart = at;
    } else if (char === " " || char === "\t" || char === "\r") at++;
    else if (char === "\\" && (content[at + 1] === "\n" || content.startsWith("\r\n", at + 1))) {
      at++;
      continued++;
    } else if (char === "#") {
      const end = nextNewline === -1 ? content.length : nextNewline;
      comments.push({ start: at, end });
      at = end;
    } else if (char === '"' || char === "`") {
      const end = quoteEnd(content, at, char);
      if (end === -1)
        return broken(
          content,
          at,
          tokens,
          comments,
          "unclosed_quote",
          "The quote that starts here is never closed.",
          "Close it.",
        );
      const text = content.slice(at + 1, end - 1);
      take(char === '"' ? text.replaceAll('\\"', '"') : text, end, true);
    } else {
      const marker = heredocMarker(content, at);
      const end = marker === null ? wordEnd(content, at) : heredocEnd(content, at, marker);
      if (end === -1) {
        return broken(
          content,
          at,
          tokens,
          comments,
          "unclosed_heredoc",
          `The text that starts here never ends with a line "${marker}".`,
          `Add a line with ${marker}.`,
        );
      }
      take(content.slice(at, end), end, marker !== null);
    }
  }
  return { tokens, comments, problem: null };
}

function broken(
  content: string,
  at: number,
  tokens: Token[],
  comments: TextRange[],
  code: string,
  message: string,
  hint: string,
): Lexed {
  return { tokens, comments, problem: { code, message, at: placeOf(content, at), hint } };
}

function quoteEnd(content: string, from: number, quote: string): number {
  if (quote === "`") {
    const end = content.indexOf("`", from + 1);
    return end === -1 ? -1 : end + 1;
  }
  for (let at = from + 1; at < content.length; at++) {
    if (content[at] === "\\") at++;
    else if (content[at] === '"') return at + 1;
  }
  return -1;
}

function wordEnd(content: string, from: number): number {
  let at = from;
  for (; at < content.length; at++) {
    const char = content[at];
    if (char === " " || char === "\t" || char === "\n" || char === "\r") break;
    if (char === "\\" && content[at + 1] === "\n") break;
  }
  return Math.max(at, from + 1);
}

/** `<<MARKER` at the end of a line; null = an ordinary word. */
function heredocMarker(content: string, at: number): string | null {
  if (!content.startsWith("<<", at)) return null;
  return /^<<([A-Za-z0-9_-]{1,60})\r?\n/.exec(content.slice(at, at + 70))?.[1] ?? null;
}

function heredocEnd(content: string, from: number, marker: string): number {
  for (
    let newline = content.indexOf("\n", from);
    newline !== -1;
    newline = content.indexOf("\n", newline + 1)
  ) {
    let at = newline + 1;
    while (content[at] === " " || content[at] === "\t") at++;
    if (content.startsWith(marker, at) && !/[A-Za-z0-9_-]/.test(content[at + marker.length] ?? ""))
      return at + marker.length;
  }
  return -1;
}
