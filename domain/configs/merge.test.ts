import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeTexts } from "./merge.ts";

it("takes what either side changed in places of its own", () => {
  expect(mergeTexts("a\nb\nc\nd\n", "a\nb1\nc\nd\n", "a\nb\nc\nd1\n")).toEqual({
    text: "a\nb1\nc\nd1\n",
    parts: [{ text: "a\nb1\nc\nd1\n" }],
    conflicts: [],
  });
});

it("takes once what both sides changed alike", () => {
  expect(mergeTexts("a\nb\nc\n", "a\nx\nc\nmine\n", "top\na\nx\nc\n")).toMatchObject({
    text: "top\na\nx\nc\nmine\n",
    conflicts: [],
  });
});

it("tells by line what both sides changed otherwise, and keeps ours there", () => {
  const merged = mergeTexts("a\nb\nc\nd\n", "a\nours\nc\nd\n", "a\ntheirs\nc\nd2\n");
  expect(merged.text).toBe("a\nours\nc\nd2\n");
  expect(merged.conflicts).toEqual([{ line: 2, ours: "ours\n", base: "b\n", theirs: "theirs\n" }]);
  expect(merged.parts).toEqual([
    { text: "a\n" },
    { conflict: { line: 2, ours: "ours\n", base: "b\n", theirs: "theirs\n" } },
    { text: "c\nd2\n" },
  ]);
});

it("counts the lines of conflicts in the merged text, also after lines that theirs added", () => {
  const merged = mergeTexts("a\nb\nc\nd\n", "a\nb\nc\nours\n", "new\na\nb\nc\ntheirs\n");
  const line = merged.conflicts[0]?.line ?? 0;
  expect(merged.text.split("\n")[line - 1]).toBe("ours");
});

it("tells a line that one side removed and the other changed", () => {
  expect(mergeTexts("a\nb\nc\n", "a\nc\n", "a\nb2\nc\n").conflicts).toEqual([
    { line: 2, ours: "", base: "b\n", theirs: "b2\n" },
  ]);
});

it("keeps an end without a line break", () => {
  expect(mergeTexts("a\nb", "a\nb", "x\na\nb").text).toBe("x\na\nb");
  expect(mergeTexts("a\nb\nc", "a1\nb\nc", "a\nb\nc1").text).toBe("a1\nb\nc1");
});

it("gives up on a text of very many equal lines, instead of searching long", () => {
  const many = "\n".repeat(3_000);
  const merged = mergeTexts(many, `${many}ours\n`, `${many}theirs\n`);
  expect(merged.conflicts).toHaveLength(1);
  expect(merged.text).toBe(`${many}ours\n`);
});

const text = fc
  .array(fc.constantFrom("a\n", "b\n", "c\n", "\n", "  d\n"), { maxLength: 12 })
  .map((l) => l.join(""));

it("one side alone is taken whole, and the order of the sides decides no conflict", () => {
  fc.assert(
    fc.property(text, text, text, (base, ours, theirs) => {
      expect(mergeTexts(base, base, theirs).text).toBe(theirs);
      expect(mergeTexts(base, ours, base).text).toBe(ours);
      const there = mergeTexts(base, ours, theirs);
      const back = mergeTexts(base, theirs, ours);
      expect(back.conflicts.length).toBe(there.conflicts.length);
      if (there.conflicts.length === 0) expect(back.text).toBe(there.text);
    }),
  );
});

it("no line of ours or theirs is lost: it is in the text, in a conflict, or the other side removed it", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }), text, (added, base) => {
      const theirs = base + added.map((n) => `t${n}\n`).join("");
      const ours = added.map((n) => `o${n}\n`).join("") + base;
      const merged = mergeTexts(base, ours, theirs);
      const shown = merged.text + merged.conflicts.map((one) => one.theirs).join("");
      for (const n of added) {
        expect(shown).toContain(`o${n}\n`);
        expect(shown).toContain(`t${n}\n`);
      }
    }),
  );
});
