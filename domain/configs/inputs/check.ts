import type { Diagnostic } from "../diagnostic.ts";
import { Findings } from "../findings.ts";
import { scanPlaceholders } from "./placeholders.ts";

/** Offsets counted from 0, in UTF-16 units. */
export interface TextRange {
  start: number;
  end: number;
}

/** Placeholders that cannot be read, outside of comments. `comments`: in order. */
export function checkPlaceholders(content: string, comments: Iterable<TextRange>): Diagnostic[] {
  const { broken } = scanPlaceholders(content);
  if (broken.length === 0) return [];
  const findings = new Findings();
  const remaining = comments[Symbol.iterator]();
  let comment = remaining.next();
  let line = 1;
  let lineStart = 0;
  for (const { offset, message, hint } of broken) {
    while (!comment.done && comment.value.end <= offset) comment = remaining.next();
    if (!comment.done && comment.value.start <= offset) continue;
    for (
      let newline = content.indexOf("\n", lineStart);
      newline !== -1 && newline < offset;
      newline = content.indexOf("\n", lineStart)
    ) {
      line++;
      lineStart = newline + 1;
    }
    findings.add({ code: "bad_placeholder", message, at: { line, column: offset - lineStart + 1 }, hint });
  }
  return findings.toDiagnostics();
}
