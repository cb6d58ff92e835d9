import { CST, Lexer } from "yaml";

/** How a YAML scalar is written: what may stand in it depends on that. */
export type ScalarStyle = "plain" | "single" | "double" | "block" | "folded";

/** A scalar's own text, quotes included. Offsets count from 0. */
export interface ScalarRange {
  style: ScalarStyle;
  start: number;
  end: number;
}

/** Every scalar and comment in order, from the lexer alone: linear, and without recursion however deep the text nests. */
export function* yamlScalars(
  text: string,
): Generator<ScalarRange | { style: "comment"; start: number; end: number }> {
  let at = 0;
  let marked = false;
  let block: "block" | "folded" | null = null;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === "scalar") {
      // A mark of the lexer's own: the next token is a scalar's text.
      marked = true;
      continue;
    }
    if (type === "doc-mode" || type === "flow-error-end") continue;
    const start = at;
    at += token.length;
    if (marked) {
      yield { style: block ?? "plain", start, end: at };
      marked = false;
      block = null;
    } else if (type === "single-quoted-scalar") yield { style: "single", start, end: at };
    else if (type === "double-quoted-scalar") yield { style: "double", start, end: at };
    else if (type === "comment") yield { style: "comment", start, end: at };
    else if (type === "block-scalar-header") block = token.startsWith(">") ? "folded" : "block";
  }
}
