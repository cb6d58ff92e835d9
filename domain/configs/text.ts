import type { Diagnostic } from "./diagnostic.ts";

/** Characters of one config version at most, in UTF-16 units; a row of a store has 2 MB at most. */
export const maxConfigChars = 512 * 1024;

/** What holds for every config that is text: it must survive UTF-8 unchanged, and be readable by programs written in C. */
export function checkText(content: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  const nul = content.indexOf("\0");
  if (nul !== -1) {
    found.push({
      severity: "error",
      code: "nul_byte",
      message: "The text contains a NUL byte, which ends the file for many programs.",
      ...placeOf(content, nul),
      path: "",
      hint: "Remove the byte. Binary files cannot be sent as a config.",
    });
  }
  const lone = content.search(/\p{Surrogate}/u);
  if (lone !== -1) {
    found.push({
      severity: "error",
      code: "broken_character",
      message:
        "The text contains half of a character (an unpaired surrogate), which cannot be written as UTF-8.",
      ...placeOf(content, lone),
      path: "",
      hint: "Remove or retype the character.",
    });
  }
  if (content.startsWith("\uFEFF")) {
    found.push({
      severity: "warning",
      code: "byte_order_mark",
      message: "The text starts with a byte order mark, which many programs read as part of the first word.",
      line: 1,
      column: 1,
      path: "",
      hint: "Save the file as UTF-8 without BOM.",
    });
  }
  return [...found, ...checkNewlines(content)];
}

function checkNewlines(content: string): Diagnostic[] {
  const crlf = content.indexOf("\r\n");
  if (crlf === -1) return [];
  const bareLf = content.search(/(?<!\r)\n/);
  const mixed = bareLf !== -1;
  return [
    {
      severity: "warning",
      code: mixed ? "mixed_newlines" : "crlf_newlines",
      message: mixed
        ? "Some lines end with CRLF and others with LF."
        : "Lines end with CRLF, as on Windows; many programs read the CR as part of the last word.",
      ...placeOf(content, mixed ? Math.max(crlf, bareLf) : crlf),
      path: "",
      hint: "Convert the line ends to LF.",
    },
  ];
}

/** Line and column (both from 1, columns in UTF-16 units) of an offset. */
export function placeOf(content: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = content.indexOf("\n"); at !== -1 && at < offset; at = content.indexOf("\n", at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** The offset of each line's first character. */
export function lineStarts(content: string): number[] {
  const starts = [0];
  for (let at = content.indexOf("\n"); at !== -1; at = content.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Answers the place of one offset after another, in any order: the line breaks are looked up once. */
export function placer(content: string): (offset: number) => { line: number; column: number } {
  const starts = lineStarts(content);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
