import type { TextRange } from "../inputs/comments.ts";
import { yamlScalars } from "../inputs/yaml-scalars.ts";

/** Where a YAML text's comments stand, in order. */
export function* yamlComments(content: string): Generator<TextRange> {
  for (const { style, start, end } of yamlScalars(content)) if (style === "comment") yield { start, end };
}
