import { diff3MergeRegions } from "node-diff3";

/** A place where both sides changed the same lines. `line` counts from 1 in the merged text, of what ours has there. */
export interface MergeConflict {
  line: number;
  ours: string;
  base: string;
  theirs: string;
}

/** Text that is decided, or a place that a person must decide. Put together in order they are the whole text. */
export type MergePart = { text: string } | { conflict: MergeConflict };

export interface Merge {
  /** Whole when there is no conflict; else with ours in each of them. */
  text: string;
  parts: MergePart[];
  conflicts: MergeConflict[];
}

/** Pairs of equal lines that are looked at, at most: more would take too long, and the whole text becomes one conflict. */
const maxPairs = 4_000_000;

/**
 * Brings the way from `base` to `theirs` into `ours`, line by line. What only one side changed is taken; what both
 * changed alike is taken once. Line ends are part of a line, so nothing is added or lost at the end of the text.
 */
export function mergeTexts(base: string, ours: string, theirs: string): Merge {
  if (ours === theirs || base === theirs) return settled(ours);
  if (base === ours) return settled(theirs);
  const [o, a, b] = [base, ours, theirs].map(linesOf) as [string[], string[], string[]];
  if (pairs(a, o) > maxPairs || pairs(b, o) > maxPairs) {
    const conflict = { line: 1, ours, base, theirs };
    return { text: ours, parts: [{ conflict }], conflicts: [conflict] };
  }
  const parts: MergePart[] = [];
  let line = 1;
  for (const region of diff3MergeRegions(a, o, b)) {
    const mine = (region.stable ? region.bufferContent : region.aContent).join("");
    const other = region.stable ? mine : region.bContent.join("");
    if (mine === other) addText(parts, mine);
    else if (!region.stable) {
      parts.push({ conflict: { line, ours: mine, base: region.oContent.join(""), theirs: other } });
    }
    line += region.stable ? region.bufferContent.length : region.aContent.length;
  }
  return {
    text: parts.map((part) => ("text" in part ? part.text : part.conflict.ours)).join(""),
    parts,
    conflicts: parts.flatMap((part) => ("conflict" in part ? [part.conflict] : [])),
  };
}

const settled = (text: string): Merge => ({ text, parts: text === "" ? [] : [{ text }], conflicts: [] });

function addText(parts: MergePart[], text: string): void {
  const last = parts.at(-1);
  if (last && "text" in last) last.text += text;
  else if (text !== "") parts.push({ text });
}

/** Each with its line end. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function pairs(one: readonly string[], other: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of one) counts.set(line, (counts.get(line) ?? 0) + 1);
  return other.reduce((sum, line) => sum + (counts.get(line) ?? 0), 0);
}
