import { diffArrays } from "diff";

/** Why an edit cannot be taken over. `line` is the config's own, from 1. */
export interface AdoptConflict {
  line: number;
  message: string;
}

/** Past so many differing lines it is another file, and no edit of this one. */
const maxEdits = 2_000;

/** Lines [from, to) on one side stand for those on the other. From 0. */
interface Region {
  before: [number, number];
  after: [number, number];
}

/**
 * Takes over what somebody changed in a rendered file: three ways, from the config's text with its placeholders, what
 * it was rendered to, and what it was changed to. Placeholders stay where nobody touched their lines; a line that holds
 * one cannot be taken over, nor can a masked secret.
 */
export function adoptEdit(
  template: string,
  rendered: string,
  edited: string,
): { content: string; conflicts: AdoptConflict[] } {
  const [source, before, after] = [template, rendered, edited].map((text) => text.split("\n")) as [
    string[],
    string[],
    string[],
  ];
  const filled = regions(source, before);
  const edits = regions(before, after);
  if (!filled || !edits) {
    const message =
      "the file differs from what it was given in more lines than an edit would: save it yourself";
    return { content: template, conflicts: [{ line: 1, message }] };
  }
  const conflicts: AdoptConflict[] = [];
  const result: string[][] = [];
  let at = 0;
  for (const {
    before: [from, to],
    after: [start, end],
  } of edits) {
    const touched = filled.find(({ after: [first, last] }) => touches(from, to, first, last));
    const offset = shiftAt(filled, from);
    if (touched) {
      const line = touched.before[0] + 1;
      conflicts.push({
        line,
        message: `line ${line} is filled in from variables, secrets or labels: change those instead`,
      });
      continue;
    }
    const added = after.slice(start, end);
    if (added.some((text) => text.includes("••••••("))) {
      const line = from + offset + 1;
      conflicts.push({
        line,
        message: "a line with a secret was moved or added, and its value is not known here",
      });
      continue;
    }
    result.push(source.slice(at, from + offset), added.map(escaped));
    at = to + offset;
  }
  result.push(source.slice(at));
  return { content: result.flat().join("\n"), conflicts };
}

/** What the text on the host says literally must not become a placeholder. */
const escaped = (text: string) => text.replace(/\$\{(?=(?:var|secret|agent):)/g, "$$${");

function touches(from: number, to: number, first: number, last: number): boolean {
  return from === to ? from > first && from < last : from < last && to > first;
}

/** How many lines a place in the rendered text lies before its place in the source. */
function shiftAt(filled: readonly Region[], line: number): number {
  const passed = filled.filter(({ after }) => after[1] <= line).at(-1);
  return passed ? passed.before[1] - passed.after[1] : 0;
}

/** null = too different. */
function regions(before: string[], after: string[]): Region[] | null {
  const changes = diffArrays(before, after, { maxEditLength: maxEdits });
  if (!changes) return null;
  const found: Region[] = [];
  let [b, a] = [0, 0];
  let open: Region | null = null;
  for (const { added, removed, count = 0 } of changes) {
    if (!added && !removed) {
      [b, a] = [b + count, a + count];
      open = null;
      continue;
    }
    if (!open) {
      open = { before: [b, b], after: [a, a] };
      found.push(open);
    }
    if (removed) b += count;
    else a += count;
    open.before[1] = b;
    open.after[1] = a;
  }
  return found.flatMap((region) => byLine(region));
}

/** Line by line where as many lines stand on both sides. */
function byLine({ before: [b0, b1], after: [a0, a1] }: Region): Region[] {
  if (b1 - b0 !== a1 - a0) return [{ before: [b0, b1], after: [a0, a1] }];
  return Array.from({ length: b1 - b0 }, (_, i) => ({
    before: [b0 + i, b0 + i + 1],
    after: [a0 + i, a0 + i + 1],
  }));
}
