import type { Diagnostic } from "../diagnostic.ts";
import { Findings } from "../findings.ts";
import { placer } from "../text.ts";
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
  const placeAt = placer(content);
  for (const { offset, message, hint } of broken) {
    while (!comment.done && comment.value.end <= offset) comment = remaining.next();
    if (!comment.done && comment.value.start <= offset) continue;
    findings.add({ code: "bad_placeholder", message, at: placeAt(offset), hint });
  }
  return findings.toDiagnostics();
}
