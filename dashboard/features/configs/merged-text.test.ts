import { expect, it } from "vitest";
import { hasConflict, mergedText } from "./merged-text.ts";

it("takes what only one side changed", () => {
  const merged = mergedText("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "version 2");
  expect(merged).toEqual({ text: "A\nb\nC\n", conflicts: 0 });
  expect(hasConflict(merged.text)).toBe(false);
});

it("shows both where both changed the same lines", () => {
  const merged = mergedText("a\nb", "a\nmine", "a\ntheirs", "version 2");
  expect(merged).toEqual({
    text: "a\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> version 2\n",
    conflicts: 1,
  });
  expect(hasConflict(merged.text)).toBe(true);
  expect(hasConflict(mergedText("", "mine\n", "theirs\n", "version 2").text)).toBe(true);
});
