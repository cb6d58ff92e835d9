import { type Release, release } from "./releases.ts";

/** The things that a config names, each in its own scope. */
export type Thing = "listener" | "route" | "upstream" | "filter" | "agent" | "namespace" | "service";

export interface ValueRule {
  type: "string" | "integer" | "number" | "boolean" | "port address" | "host and port" | "any";
  /** Compared without regard to case. */
  oneOf?: readonly string[];
  /** Of `oneOf`, also words that begin so. */
  orPrefix?: string;
  min?: number;
  max?: number;
}

/** What may stand in one node. */
export interface NodeRule {
  /** Of its first argument, or of each where `many` are taken; null = it takes none. */
  value: ValueRule | null;
  optional?: boolean;
  many?: boolean;
  props?: Readonly<Record<string, ValueRule>>;
  /** null = no block. */
  children: Rules | null;
  /** A block with names of people's own choosing, which take a text. */
  free?: boolean;
  required?: readonly string[];
  /** More nodes of this name may stand beside it. */
  repeatable?: boolean;
  /** The first argument is the id of a new one. */
  defines?: Thing;
  /** The arguments are ids of such things. */
  refersTo?: Thing;
  /** Further children, by the word that one of them holds. */
  variants?: { by: string; cases: Readonly<Record<string, Rules>> };
  since?: Release;
}
export type Rules = Readonly<Record<string, NodeRule>>;

const value = (rule: ValueRule): NodeRule => ({ value: rule, children: null });

export const text = value({ type: "string" });
export const flag = value({ type: "boolean" });
export const number = (min?: number, max?: number): NodeRule =>
  value({ type: "number", ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) });
export const integer = (min = 0, max = Number.MAX_SAFE_INTEGER): NodeRule =>
  value({ type: "integer", min, max });
export const word = (...oneOf: string[]): NodeRule => value({ type: "string", oneOf });
export const address = value({ type: "port address" });
export const hostAndPort = value({ type: "host and port" });
export const list = (rule: NodeRule): NodeRule => ({ ...rule, many: true });
export const texts = list(text);
export const pairs: NodeRule = {
  value: { type: "any" },
  optional: true,
  many: true,
  children: {},
  free: true,
};

export const block = (children: Rules, more: Partial<NodeRule> = {}): NodeRule => ({
  value: null,
  children,
  ...more,
});

/** `listener "id" { … }`, within its list. */
export const named = (defines: Thing, children: Rules, more: Partial<NodeRule> = {}): NodeRule => ({
  value: { type: "string" },
  children,
  repeatable: true,
  defines,
  ...more,
});

export const reference = (refersTo: Thing, more: Partial<NodeRule> = {}): NodeRule => ({
  ...text,
  refersTo,
  ...more,
});
export const repeatable = (rule: NodeRule): NodeRule => ({ ...rule, repeatable: true });
export const since = (version: string, rule: NodeRule): NodeRule => ({ ...rule, since: release(version) });
