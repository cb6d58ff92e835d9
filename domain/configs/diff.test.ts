import fc from "fast-check";
import { expect, it } from "vitest";
import { type DiffLine, diffText, formatDiff, sideBySide } from "./diff.ts";

it("shows what was added and removed, with line numbers on both sides", () => {
  const diff = diffText("a\nb\nc\nd\n", "a\nx\ny\nc\nd\n", 1);
  expect(diff).toEqual({
    added: 2,
    removed: 1,
    hunks: [
      {
        lines: [
          { change: "same", text: "a", before: 1, after: 1 },
          { change: "removed", text: "b", before: 2, after: null },
          { change: "added", text: "x", before: null, after: 2 },
          { change: "added", text: "y", before: null, after: 3 },
          { change: "same", text: "c", before: 3, after: 4 },
        ],
      },
    ],
  });
  expect(formatDiff(diff)).toBe("@@ -1,3 +1,4 @@\n a\n-b\n+x\n+y\n c\n");
});

it("says nothing of equal texts", () => {
  expect(diffText("same\n", "same\n")).toEqual({ hunks: [], added: 0, removed: 0 });
  expect(formatDiff(diffText("", ""))).toBe("");
});

it("falls back to all old, then all new, for texts that have nothing in common", () => {
  const before = Array.from({ length: 5_000 }, (_, n) => `old ${n}\n`).join("");
  const after = Array.from({ length: 5_000 }, (_, n) => `new ${n}\n`).join("");
  expect(diffText(before, after)).toMatchObject({ added: 5_000, removed: 5_000, hunks: [{}] });
});

const text = fc
  .array(fc.constantFrom("a", "b", "c", ""))
  .map((lines) => lines.map((line) => `${line}\n`).join(""));

it("can be applied: with all context, one side is the old text and the other the new", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffText(before, after, 1_000_000).hunks.flatMap((hunk) => hunk.lines);
      const side = (key: "before" | "after") =>
        lines
          .filter((line: DiffLine) => line[key] !== null)
          .map((line) => `${line.text}\n`)
          .join("");
      if (before === after) expect(lines).toEqual([]);
      else {
        expect(side("before")).toBe(before);
        expect(side("after")).toBe(after);
      }
    }),
  );
});

it("stands what was added beside what was removed in its place, and loses no line", () => {
  expect(diffText("a\nb\nc\n", "a\nB\nB2\nc\n").hunks.flatMap(sideBySide)).toEqual([
    { change: "same", before: { line: 1, text: "a" }, after: { line: 1, text: "a" } },
    { change: "changed", before: { line: 2, text: "b" }, after: { line: 2, text: "B" } },
    { change: "added", before: null, after: { line: 3, text: "B2" } },
    { change: "same", before: { line: 3, text: "c" }, after: { line: 4, text: "c" } },
  ]);
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { hunks } = diffText(before, after, 1_000_000);
      const rows = hunks.flatMap(sideBySide);
      const lines = hunks.flatMap((hunk) => hunk.lines);
      for (const side of ["before", "after"] as const) {
        const shown = rows.flatMap((row) => row[side] ?? []);
        const meant = lines.flatMap((line) => {
          const number = line[side];
          return number === null ? [] : [{ line: number, text: line.text }];
        });
        expect(shown).toEqual(meant);
      }
    }),
  );
});
