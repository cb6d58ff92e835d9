import type { Diagnostic } from "./diagnostic.ts";
import type { AgentFacts } from "./facts.ts";
import type { TextRange } from "./inputs/comments.ts";
import type { Quoting } from "./inputs/template.ts";

/** Something that a config names: within itself (`backend`), on the host (`file`), or in its environment (`variable`). */
export interface Reference {
  type: string;
  name: string;
  line: number;
  column: number;
}

export interface Inspection {
  diagnostics: Diagnostic[];
  references: Reference[];
}

/** All that Muster knows of one kind of config. A new kind is one module and one row in `kinds.ts`. */
export interface ConfigKind {
  kind: string;
  title: string;
  contentType: string;
  /** Where the content tells its type better than the kind does. */
  contentTypeOf?(content: string): string;
  defaultFileName: string;
  /** How the values of placeholders are written into it. */
  quoting: Quoting;
  /** The editor's language mode. */
  language: string;
  /** What the editor starts with. Valid by the kind's own rules. */
  template: string;
  /** Where its comments stand, in order: a placeholder within one is text. `content` has its placeholders hidden by unknown characters. */
  comments?(content: string): Iterable<TextRange>;
  /** Of a container: the image's reference as it is written, placeholders and all. */
  image?(content: string): { ref: string; at: { line: number; column: number } } | null;
  /** What agents are given in place of the text as it is written; `image`: the reference by its digest. */
  deliver?(content: string, image: string | null): string;
  /** What it looks at of the facts that agents report; left out = nothing. */
  looksAt?: "components" | "versions";
  /** Never throws, whatever the text. `facts`: of the agents that are to run it, where the caller knows them. */
  inspect(content: string, facts?: AgentFacts): Inspection;
}
