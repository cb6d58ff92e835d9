import { CST, Lexer } from "yaml";

/** The composer calls itself for each level: what nests deeper could end the program. */
export const maxFlowDepth = 100;
export const maxIndent = 200;

/** The offset at which a text nests deeper than is read; null = nowhere. From the lexer alone, which does not recurse. */
export function tooDeepAt(text: string): number | null {
  let at = 0;
  let lineStart = 0;
  let flow = 0;
  let fresh = true;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === "scalar" || type === "doc-mode" || type === "flow-error-end") {
      if (type === "scalar" && fresh && flow === 0 && at - lineStart > maxIndent) return at;
      fresh = false;
      continue;
    }
    if (type === "newline") {
      at += token.length;
      lineStart = at;
      fresh = true;
      continue;
    }
    if (type === "flow-map-start" || type === "flow-seq-start") {
      if (++flow > maxFlowDepth) return at;
    } else if (type === "flow-map-end" || type === "flow-seq-end") {
      flow = Math.max(0, flow - 1);
    } else if (flow === 0 && at - lineStart > maxIndent) {
      const indicator = type === "seq-item-ind" || type === "explicit-key-ind";
      const first = fresh && type !== "space" && type !== "comment";
      if (indicator || first) return at;
    }
    if (type !== "space") fresh = false;
    at += token.length;
  }
  return null;
}
