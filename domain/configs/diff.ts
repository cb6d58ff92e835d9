import { structuredPatch } from "diff";

export interface DiffLine {
  change: "same" | "added" | "removed";
  text: string;
  /** Line numbers from 1; null on the side where the line does not exist. */
  before: number | null;
  after: number | null;
}

export interface DiffHunk {
  lines: DiffLine[];
}

export interface TextDiff {
  hunks: DiffHunk[];
  added: number;
  removed: number;
}

/** Past so many differing lines the search for a smallest diff costs too much: all old, then all new is shown. */
const maxEdits = 2_000;

/** Line by line, with `context` unchanged lines around each change. */
export function diffText(before: string, after: string, context = 3): TextDiff {
  const patch = structuredPatch("before", "after", before, after, "", "", {
    context,
    maxEditLength: maxEdits,
  });
  const hunks = patch
    ? patch.hunks.map((hunk) => ({ lines: numberLines(hunk.lines, hunk.oldStart, hunk.newStart) }))
    : [{ lines: replaceAll(before, after) }];
  const count = (change: DiffLine["change"]) =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.change === change).length, 0);
  return { hunks, added: count("added"), removed: count("removed") };
}

export interface SideBySideRow {
  change: "same" | "changed" | "added" | "removed";
  before: { line: number; text: string } | null;
  after: { line: number; text: string } | null;
}

/** The lines of a hunk in two columns: what was removed stands beside what was added in its place. */
export function sideBySide({ lines }: DiffHunk): SideBySideRow[] {
  const rows: SideBySideRow[] = [];
  let removed: NonNullable<SideBySideRow["before"]>[] = [];
  let added: NonNullable<SideBySideRow["after"]>[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      const [before, after] = [removed[at] ?? null, added[at] ?? null];
      rows.push({ change: before && after ? "changed" : before ? "removed" : "added", before, after });
    }
    removed = [];
    added = [];
  };
  for (const { change, text, before, after } of lines) {
    if (change === "removed" && before !== null) removed.push({ line: before, text });
    else if (change === "added" && after !== null) added.push({ line: after, text });
    else if (before !== null && after !== null) {
      flush();
      rows.push({ change: "same", before: { line: before, text }, after: { line: after, text } });
    }
  }
  flush();
  return rows;
}

function numberLines(lines: readonly string[], oldStart: number, newStart: number): DiffLine[] {
  let before = oldStart;
  let after = newStart;
  const numbered: DiffLine[] = [];
  for (const line of lines) {
    const text = line.slice(1);
    if (line.startsWith("+")) numbered.push({ change: "added", text, before: null, after: after++ });
    else if (line.startsWith("-")) numbered.push({ change: "removed", text, before: before++, after: null });
    else if (line.startsWith(" ")) numbered.push({ change: "same", text, before: before++, after: after++ });
  }
  return numbered;
}

function replaceAll(before: string, after: string): DiffLine[] {
  const removed = splitLines(before).map((text, index) => ({
    change: "removed" as const,
    text,
    before: index + 1,
    after: null,
  }));
  const added = splitLines(after).map((text, index) => ({
    change: "added" as const,
    text,
    before: null,
    after: index + 1,
  }));
  return [...removed, ...added];
}

const splitLines = (text: string): string[] => {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
};

/** As `diff -u` prints it, without the file names. */
export function formatDiff(diff: TextDiff): string {
  const marks = { same: " ", added: "+", removed: "-" } as const;
  return diff.hunks
    .map((hunk) => {
      const side = (key: "before" | "after") => {
        const numbers = hunk.lines.flatMap((line) => line[key] ?? []);
        return `${numbers[0] ?? 0},${numbers.length}`;
      };
      const body = hunk.lines.map((line) => `${marks[line.change]}${line.text}\n`).join("");
      return `@@ -${side("before")} +${side("after")} @@\n${body}`;
    })
    .join("");
}
