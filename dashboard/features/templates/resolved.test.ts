import { expect, it } from "vitest";
import { resolved } from "./resolved.ts";

const conflict = (ours: string, theirs: string) => ({ conflict: { line: 1, base: "", ours, theirs } });
const parts = [{ text: "a\n" }, conflict("b1\n", "b2\n"), { text: "c\n" }, conflict("d1", "d2")];

it("puts the chosen sides in their places, and the config's where none is chosen", () => {
  expect(resolved(parts, {})).toBe("a\nb1\nc\nd1");
  expect(resolved(parts, { 0: "theirs", 1: "both" })).toBe("a\nb2\nc\nd1\nd2");
  expect(resolved(parts, { 0: "both", 1: "theirs" })).toBe("a\nb1\nb2\nc\nd2");
});
