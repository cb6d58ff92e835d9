import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileTemplate, fillTemplate } from "../configs/inputs/template.ts";
import { hasUnmaskedLine, secretMask } from "./mask.ts";

const one = (text: string) => secretMask([{ secret: "TOKEN", version: 3, text }]);
const masked = "••••••(TOKEN v3)";

describe("a secret in what agents report", () => {
  const value = `p"a'ss\\w/ö&rd <1> \u2028\x7f`;
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  it.each([
    ["itself", value],
    ["JSON", JSON.stringify(value).slice(1, -1)],
    [
      "JSON of Go",
      JSON.stringify(value)
        .slice(1, -1)
        .replace(/[<>&\u2028]/g, escaped),
    ],
    [
      "JSON of Python",
      JSON.stringify(value)
        .slice(1, -1)
        .replace(/[^\0-\x7f]/g, escaped),
    ],
    ["single quotes of YAML", value.replaceAll("'", "''")],
    ["single quotes of a shell", value.replaceAll("'", "'\\''")],
    ["a URL", encodeURIComponent(value)],
    ["a URL of Go", encodeURIComponent(value).replaceAll("'", "%27")],
    ["a URL of Python", encodeURIComponent(value).replaceAll("'", "%27").replaceAll("%2F", "/")],
    ["a user of a URL", encodeURIComponent(value).replaceAll("'", "%27").replaceAll("%26", "&")],
    ["JSON within JSON", JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1)],
    ["a form", encodeURIComponent(value).replaceAll("%20", "+")],
    ["hex", Buffer.from(value).toString("hex")],
    [
      "filled in YAML",
      fillTemplate(compileTemplate("yaml", '"${secret:TOKEN}"'), () => ({
        type: "string",
        text: value,
      })).slice(1, -1),
    ],
  ])("is masked as %s", (_, written) => {
    expect(one(value)(`before ${written} after`)).toBe(`before ${masked} after`);
  });

  it.each(["", "a", "ab", "user:", "another one:"])("is masked in base64 behind %j", (before) => {
    const whole = base64(`${before}a secret of some length, and after`);
    const shown = one("a secret of some length")(whole);
    expect(shown).toContain(masked);
    const left = shown.split(masked).map((part) => Buffer.from(part, "base64").toString());
    expect(left.join()).not.toMatch(/secr|some|leng/);
    const url = Buffer.from(`${before}a>>>???~~~secret`).toString("base64url");
    expect(one("a>>>???~~~secret")(url)).toContain(masked);
  });

  it("is masked line by line where it has several, but not its short ones", () => {
    const mask = one("-----BEGIN-----\nMIIEvQIBADAN\nab\n-----END-----");
    expect(mask("at MIIEvQIBADAN")).toBe(`at ${masked}`);
    expect(mask("key:\n    -----BEGIN-----\n    MIIEvQIBADAN\n    ab\n")).toBe(
      `key:\n    ${masked}\n    ${masked}\n    ab\n`,
    );
  });

  it.each([
    ["-----BEGIN-----\nMIIEvQIBADAN\nab\n-----END-----", true],
    ["user\r\n1\r\npassword", true],
    ['{\n  "key": "value"\n}\n', false],
    ["-----BEGIN-----\nMIIEvQIBADAN\n-----END-----\n", false],
    ["one", false],
  ])("is told of, when a line of it could not be masked alone: %j", (text, expected) => {
    expect(hasUnmaskedLine(text)).toBe(expected);
  });

  it("is masked where a text was cut within it", () => {
    expect(one("correct horse battery")("cannot use correct horse b")).toBe(`cannot use ${masked}`);
    expect(one("correct horse battery")("cannot use correc")).toBe("cannot use correc");
    expect(one('a "quoted" word')('bad JSON: a \\"quoted')).toBe(`bad JSON: ${masked}`);
  });

  it("shows no end of two that overlap", () => {
    const mask = secretMask([
      { secret: "A", version: 1, text: "abcdefgh" },
      { secret: "B", version: 2, text: "efghijkl" },
    ]);
    expect(mask("x abcdefghijkl y")).toBe("x ••••••(A v1) y");
  });

  it("is called by its first version where others hold the same", () => {
    const versions = [1, 2].map((version) => ({ secret: "A", version, text: "the same" }));
    expect(secretMask(versions)("the same")).toBe("••••••(A v1)");
  });

  it("leaves what has none as it is", () => {
    expect(one("abcd")("ABCD abc")).toBe("ABCD abc");
    expect(secretMask([])("anything")).toBe("anything");
  });
});

it("never lets a value through, whatever stands around it", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 4, maxLength: 40, unit: "binary" }),
      fc.string(),
      fc.string(),
      (text, a, b) => {
        const value = text.normalize();
        if (value.length < 4) return;
        const mask = secretMask([{ secret: "T", version: 1, text: value }]);
        for (const written of [value, JSON.stringify(value).slice(1, -1)]) {
          const shown = mask(a + written + b);
          expect(shown.split("••••••(T v1)").some((part) => part.includes(written))).toBe(false);
        }
      },
    ),
    { numRuns: 500 },
  );
});

const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
