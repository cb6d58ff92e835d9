import type { Findings, Place } from "../findings.ts";
import type { TextRange } from "../inputs/comments.ts";
import { isUnknown } from "../inputs/placeholders.ts";

export interface Word {
  text: string;
  at: Place;
  /** Just after it, quotes included. */
  end: Place;
  quoted: boolean;
  /** Part of it is known only when its placeholders are filled in. */
  unknown: boolean;
}

export interface Directive {
  name: Word;
  args: Word[];
  /** null = it ends with a semicolon. */
  block: Directive[] | null;
  end: Place;
}

export interface ParsedNginx {
  directives: Directive[];
  comments: TextRange[];
}

/** Deeper than anybody nests, and shallow enough for what follows the tree. */
const maxDepth = 60;

/** nginx's own way of reading: words, quotes only where a word begins, `;`, and blocks. Stops where nginx would. */
export function parseNginx(content: string, findings: Findings): ParsedNginx {
  const root: Directive[] = [];
  const open: Directive[] = [];
  const comments: TextRange[] = [];
  let siblings = root;
  let words: Word[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const place = (): Place => ({ line, column: at - lineStart + 1 });
  const stop = (code: string, message: string, where: Place, hint: string): ParsedNginx => {
    findings.add({ code, message, at: where, hint });
    return { directives: root, comments };
  };
  const finish = (block: Directive[] | null): Directive => {
    const [name, ...args] = words as [Word, ...Word[]];
    const directive = { name, args, block, end: place() };
    siblings.push(directive);
    words = [];
    return directive;
  };

  while (at < content.length) {
    const char = content[at] as string;
    if (char === "\n") {
      at++;
      line++;
      lineStart = at;
    } else if (char === " " || char === "\t" || char === "\r" || (at === 0 && char === "\uFEFF")) at++;
    else if (char === "#") {
      const newline = content.indexOf("\n", at);
      const end = newline === -1 ? content.length : newline;
      comments.push({ start: at, end });
      at = end;
    } else if (char === ";" || char === "{") {
      if (words.length === 0) {
        return stop(
          "unexpected_character",
          `A "${char}" stands where a directive should begin.`,
          place(),
          "Remove it, or write the directive before it.",
        );
      }
      if (char === ";") finish(null);
      else if (/_by_lua_block$/.test(words[0]?.text ?? "")) {
        const end = closingBrace(content, at);
        if (end === null)
          return stop("unclosed_brace", "The block that starts here is never closed.", place(), "Add a `}`.");
        finish([]);
        for (
          let newline = content.indexOf("\n", at);
          newline !== -1 && newline < end;
          newline = content.indexOf("\n", newline + 1)
        ) {
          line++;
          lineStart = newline + 1;
        }
        at = end;
      } else {
        const directive = finish([]);
        open.push(directive);
        siblings = directive.block ?? [];
        if (open.length > maxDepth)
          return stop(
            "too_deep",
            `The text nests more than ${maxDepth} levels.`,
            place(),
            "Is a `}` missing above?",
          );
      }
      at++;
    } else if (char === "}") {
      const [first] = words;
      if (first) {
        return stop(
          "missing_semicolon",
          `The directive "${first.text.slice(0, 60)}" does not end before this "}".`,
          endOf(words),
          "Add a `;`.",
        );
      }
      if (!open.pop())
        return stop(
          "unexpected_brace",
          "This `}` closes nothing.",
          place(),
          "Remove it, or add the block that it belongs to.",
        );
      siblings = open.at(-1)?.block ?? root;
      at++;
    } else {
      const start = place();
      const from = at;
      if (char === '"' || char === "'") {
        at = quoteEnd(content, at, char);
        if (at === -1) {
          return stop(
            "unclosed_quote",
            "The quote that starts here is never closed.",
            start,
            "Close it, or write a backslash before it to mean the character itself.",
          );
        }
        const next = content[at] ?? "";
        const raw = content.slice(from + 1, at - 1);
        for (let newline = raw.indexOf("\n"); newline !== -1; newline = raw.indexOf("\n", newline + 1)) {
          line++;
          lineStart = from + 1 + newline + 1;
        }
        if (next !== "" && !/[\s;{)]/.test(next)) {
          return stop(
            "text_after_quote",
            `"${next}" stands right after a closing quote.`,
            place(),
            "Put a blank between them, or the quote around the whole word.",
          );
        }
        words.push(word(raw.replace(/\\(["'\\])/g, "$1"), start, place(), true));
      } else {
        at = wordEnd(content, at);
        // A backslash takes the line break after it into the word.
        const taken = content.slice(from, at);
        for (let newline = taken.indexOf("\n"); newline !== -1; newline = taken.indexOf("\n", newline + 1)) {
          line++;
          lineStart = from + newline + 1;
        }
        words.push(word(taken, start, place(), false));
      }
    }
  }
  if (words.length > 0) {
    return stop(
      "missing_semicolon",
      `The directive "${words[0]?.text.slice(0, 60)}" does not end before the text does.`,
      endOf(words),
      "Add a `;`.",
    );
  }
  const unclosed = open.at(-1);
  if (unclosed) {
    findings.add({
      code: "unclosed_brace",
      message: `The block "${unclosed.name.text.slice(0, 60)}" that starts here is never closed.`,
      at: unclosed.name.at,
      hint: "Add a `}`.",
    });
  }
  return { directives: root, comments };
}

const word = (text: string, at: Place, end: Place, quoted: boolean): Word => ({
  text,
  at,
  end,
  quoted,
  unknown: isUnknown(text),
});

/** Where something that is missing after these words would stand. */
export function endOf(words: readonly Word[]): Place {
  return words.at(-1)?.end ?? { line: 1, column: 1 };
}

function quoteEnd(content: string, from: number, quote: string): number {
  for (let at = from + 1; at < content.length; at++) {
    const char = content[at];
    if (char === "\\") at++;
    else if (char === quote) return at + 1;
  }
  return -1;
}

function wordEnd(content: string, from: number): number {
  let at = from;
  for (; at < content.length; at++) {
    const char = content[at];
    if (char === "\\") at++;
    else if (char === "$" && content[at + 1] === "{") at++;
    else if (char === " " || char === "\t" || char === "\r" || char === "\n" || char === ";" || char === "{")
      break;
  }
  return Math.min(at, content.length);
}

/** Of a block in another language: its braces balance, strings and comments aside. */
function closingBrace(content: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < content.length; at++) {
    const char = content[at];
    if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return at;
    else if (char === '"' || char === "'") {
      const end = quoteEnd(content, at, char);
      if (end === -1) return null;
      at = end - 1;
    } else if (char === "-" && content[at + 1] === "-") {
      const newline = content.indexOf("\n", at);
      if (newline === -1) return null;
      at = newline;
    }
  }
  return null;
}
