import fc from "fast-check";
import { expect, test } from "vitest";
import { diffLines } from "./diff.ts";

test("a changed line is one removal and one addition, numbered in both texts", () => {
  expect(diffLines("a\nb\nc", "a\nx\nc")).toEqual([
    { kind: "same", text: "a", before: 1, after: 1 },
    { kind: "removed", text: "b", before: 2, after: null },
    { kind: "added", text: "x", before: null, after: 2 },
    { kind: "same", text: "c", before: 3, after: 3 },
  ]);
});

test("either side of a diff can be read back from it, and nothing equal is shown as changed", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", "c", ""), { minLength: 1 })
    .map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (older, newer) => {
      const lines = diffLines(older, newer);
      const side = (gone: string) => lines.filter((line) => line.kind !== gone).map((line) => line.text);
      expect(side("added").join("\n")).toBe(older);
      expect(side("removed").join("\n")).toBe(newer);
      if (older === newer) expect(lines.every((line) => line.kind === "same")).toBe(true);
    }),
  );
});
