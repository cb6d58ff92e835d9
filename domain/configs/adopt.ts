import { diffArrays } from "diff";

/** Why an edit cannot be taken over. `line` is the config's own, from 1. */
export interface AdoptConflict {
  line: number;
  message: string;
}

/** Past so many differing lines it is another file, and no edit of this one. */
const maxEdits = 2_000;

/** Pairs of lines that are looked at, at most, where values have more than one line. */
const maxPlaces = 4_000_000;

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
  const refused = (message: string) => ({ content: template, conflicts: [{ line: 1, message }] });
  const edits = regions(before, after);
  if (!edits)
    return refused(
      "the file differs from what it was given in more lines than an edit would: save it yourself",
    );
  const filled = filledRegions(source, before);
  if (!filled)
    return refused("values of more than one line leave it open which lines were filled in: save it yourself");
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

/** Lines that were filled in, and those of which it cannot be told. null = it cannot be told of any. */
function filledRegions(source: readonly string[], before: readonly string[]): Region[] | null {
  // A line becomes one line at least: as many lines on both sides stand for each other one by one.
  if (source.length === before.length) {
    const isWhole = source.every((line, i) => line === before[i] || hasInput.test(line));
    return isWhole
      ? source.flatMap((line, i) => (line === before[i] ? [] : [gap(i, i + 1, i, i + 1)]))
      : null;
  }
  if (source.length > before.length || source.length * before.length > maxPlaces) return null;
  const places = placesOf(source, before);
  const found: Region[] = [];
  let [from, first] = [0, 0];
  for (const [i, line] of [...source, null].entries()) {
    const [place, other] = places[i] ?? [];
    if (place === undefined) return null;
    if (other !== undefined || (line !== null && hasInput.test(line))) continue;
    if (from < i || first < place) found.push(gap(from, i, first, place));
    [from, first] = [i + 1, place + 1];
  }
  return found;
}

const gap = (from: number, to: number, first: number, last: number): Region => ({
  before: [from, to],
  after: [first, last],
});

const hasInput = /\$\{(?:var|secret|agent):/;

/** Where each line of the source, and its end, may begin in what it was rendered to: two places at most. */
function placesOf(source: readonly string[], before: readonly string[]): number[][] {
  const reached = [Uint8Array.of(1, ...before.map(() => 0))];
  for (const [i, line] of source.entries()) {
    const here = reached[i] as Uint8Array;
    const next = new Uint8Array(before.length + 1);
    if (hasInput.test(line)) next.fill(1, here.indexOf(1) === -1 ? next.length : here.indexOf(1) + 1);
    else for (const [at, text] of before.entries()) if (here[at] === 1 && text === line) next[at + 1] = 1;
    reached.push(next);
  }
  let ends = new Uint8Array(before.length + 1);
  ends[before.length] = 1;
  const places: number[][] = [];
  for (let i = source.length; i >= 0; i--) {
    const line = source[i];
    const here = ends;
    if (line !== undefined) {
      ends = new Uint8Array(before.length + 1);
      if (hasInput.test(line)) ends.fill(1, 0, Math.max(0, here.lastIndexOf(1)));
      else for (const [at, text] of before.entries()) if (here[at + 1] === 1 && text === line) ends[at] = 1;
    }
    const both = [...ends.keys()].filter((at) => ends[at] === 1 && reached[i]?.[at] === 1);
    places.unshift(both.slice(0, 2));
  }
  return places;
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
