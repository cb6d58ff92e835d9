import type { Labels } from "./agent-state.ts";

/** What people set on agents beside what agents report; null = the agent is to be without this label. */
export type OperatorLabels = Record<string, string | null>;

/** What a person said of one agent. It wins over what the agent reports and over what its token gives. */
export interface Operator {
  labels: OperatorLabels;
  /** What the agent would have under the keys of `labels` by its own word and its token's. */
  under: Labels;
  /** What people call it; null = as it reports. */
  name: string | null;
}

/** `reset`: keys that are again what the agent reports and its token gives. */
export interface LabelChange {
  set: OperatorLabels;
  reset: string[];
}

/** As many labels as people may set on one agent. */
export const maxOperatorLabels = 64;

/** Without what people set. */
export function labelsBeneath(labels: Labels, operator: Operator | undefined): Labels {
  if (!operator) return labels;
  const own = Object.entries(labels).filter(([key]) => !Object.hasOwn(operator.labels, key));
  return { ...Object.fromEntries(own), ...operator.under };
}

/** `beneath`: what the agent reports and its token gives. */
export function overlay(
  beneath: Labels,
  said: OperatorLabels,
  name: string | null,
): { labels: Labels; operator: Operator | undefined } {
  const labels = new Map(Object.entries(beneath));
  const under: Labels = {};
  const kept: OperatorLabels = {};
  for (const [key, value] of Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const was = beneath[key];
    if (Object.hasOwn(beneath, key) && was !== undefined) under[key] = was;
    kept[key] = value;
    if (value === null) labels.delete(key);
    else labels.set(key, value);
  }
  const says = Object.keys(kept).length > 0 || name !== null;
  return {
    labels: Object.fromEntries(labels),
    operator: says ? { labels: kept, under, name } : undefined,
  };
}

/** An agent's labels after a person's change. A null of a label that the agent does not have says nothing, and is not kept. */
export function relabel(
  { labels, operator }: { labels: Labels; operator?: Operator | undefined },
  change: LabelChange,
): { labels: Labels; operator: Operator | undefined } {
  const beneath = labelsBeneath(labels, operator);
  const said = { ...operator?.labels, ...change.set };
  for (const key of change.reset) delete said[key];
  const kept = Object.entries(said).filter(([key, value]) => value !== null || Object.hasOwn(beneath, key));
  return overlay(beneath, Object.fromEntries(kept), operator?.name ?? null);
}

export const sameLabels = (a: Labels, b: Labels): boolean => canonical(a) === canonical(b);

const canonical = (labels: Labels) =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

const keyPattern = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/;

/** `key=value` sets a label, `key-` takes it away; null = it names no label. */
export function readLabelWord(word: string): [key: string, value: string | null] | null {
  const at = word.indexOf("=");
  if (at < 0 && !word.endsWith("-")) return null;
  const key = at < 0 ? word.slice(0, -1) : word.slice(0, at);
  return key.length <= 63 && keyPattern.test(key) ? [key, at < 0 ? null : word.slice(at + 1)] : null;
}
