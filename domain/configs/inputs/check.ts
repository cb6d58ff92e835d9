import type { Diagnostic } from "../diagnostic.ts";
import { Findings } from "../findings.ts";
import { placer } from "../text.ts";
import { outsideComments, type TextRange } from "./comments.ts";
import { scanPlaceholders } from "./placeholders.ts";

/** Placeholders that cannot be read, outside of comments. `comments`: in order. */
export function checkPlaceholders(content: string, comments: Iterable<TextRange>): Diagnostic[] {
  const broken = outsideComments(scanPlaceholders(content).broken, comments);
  if (broken.length === 0) return [];
  const findings = new Findings();
  const placeAt = placer(content);
  for (const { offset, message, hint } of broken) {
    findings.add({ code: "bad_placeholder", message, at: placeAt(offset), hint });
  }
  return findings.toDiagnostics();
}
