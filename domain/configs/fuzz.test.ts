import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corpus } from "../../test/fixtures/configs/corpus.ts";
import { kinds, validate } from "./kinds.ts";

/** Pieces of every language that kinds read, and letters that trip parsers. */
const pieces = [
  "{",
  "}",
  "[",
  "]",
  "(",
  ")",
  '"',
  "'",
  "`",
  '"""',
  "#",
  "//",
  "/*",
  "*/",
  "/-",
  "\\",
  ";",
  ":",
  ": ",
  "- ",
  ",",
  "\n",
  "\r\n",
  "\t",
  " ",
  "&a",
  "*a",
  "<<",
  "|",
  ">",
  "---",
  "%",
  "$",
  "${",
  "${var:A}",
  "${secret:B}",
  "${agent:c:-d}",
  "${var:",
  "$${var:x}",
  "{$E}",
  "<<E\n",
  "@m",
  "!!x",
  "\0",
  "\u{FEFF}",
  "\u2028",
  "\u{1F600}",
  "\uD83D",
  "\uE000",
  "e\u0301",
  "__proto__",
  "constructor",
  "0x",
  "1e999",
  "-0",
  "é",
];

const runs = { numRuns: 100 };

describe.each(kinds.map(({ kind }) => kind))("%s", (kind) => {
  const samples = Object.values(corpus[kind]?.good ?? {});
  const check = (text: string) => {
    const lines = text.split("\n");
    for (const { line, column, message, code } of validate(kind, text)) {
      expect(message).not.toBe("");
      expect(code).toMatch(/^[a-z0-9_]+$/);
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    }
  };
  it("says something of any text, at places that exist", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(fc.constantFrom(...pieces)).map((all) => all.join("")),
        ),
        check,
      ),
      runs,
    );
  });
  it("says something of good configs that were cut, doubled and mixed", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.nat(),
        fc.constantFrom(...pieces),
        (sample, a, b, piece) => {
          const at = a % (sample.length + 1);
          const to = at + (b % 20);
          check(sample.slice(0, at) + piece + sample.slice(to));
        },
      ),
      runs,
    );
  });
  // What a parser of YAML says where it has lost the thread.
  it.each(["}", "{$E}", '"', "]", "*a"])("says where of %s anywhere in a good config", (piece) => {
    for (const sample of samples.slice(0, 3)) {
      for (let at = 0; at <= sample.length; at += 7) check(sample.slice(0, at) + piece + sample.slice(at));
    }
  });
  it("says the same twice", () => {
    for (const sample of samples) expect(validate(kind, sample)).toEqual(validate(kind, sample));
  });
});
