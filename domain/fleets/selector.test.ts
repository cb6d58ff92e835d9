import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatSelector, matchSelector, parseSelector, SelectorError } from "./selector.ts";

const matches = (selector: string, labels: Record<string, string>) =>
  matchSelector(parseSelector(selector), labels);

describe("selector", () => {
  const web = { role: "web", region: "eu-1", "app.kubernetes.io/name": "shop" };
  test.each([
    ["", true],
    ["  ", true],
    ["role=web", true],
    ["role == web", true],
    ["role=db", false],
    ["role!=db", true],
    ["role!=web", false],
    ["tier!=gold", true],
    ["tier=gold", false],
    ["region=~eu-.*", true],
    ["region=~eu", false],
    ["region=~eu-[0-9]{1,2}", true],
    ["region=~(eu|us)-1,role=web", true],
    ['region=~"eu-1|us, 1"', true],
    ["region!~us-.*", true],
    ["tier!~.*", true],
    ["role in (web,db)", true],
    ["role in ( db )", false],
    ["role notin (db)", true],
    ["tier notin (gold)", true],
    ["role", true],
    ["role exists", true],
    ["tier exists", false],
    ["!tier", true],
    ["!role", false],
    ["role=web,region!=eu-1", false],
    ["app.kubernetes.io/name=shop", true],
    ["constructor exists", false],
  ])("%s → %s", (selector, expected) => {
    expect(matches(selector, web)).toBe(expected);
  });

  test.each([
    ["role=", 6, "a value is missing"],
    ["=web", 1, "a label's name is expected"],
    ["role=web,", 10, "a term is missing"],
    ["role=web region=eu", 10, "not expected"],
    ["role like web", 6, "not an operator"],
    ["role in web", 9, "parentheses"],
    ["role in (web", 9, "never closed"],
    ['role="web', 6, "never closed"],
    ["role=~(a", 7, "never closed"],
    ['role=~"a)"', 9, "has no"],
    ["role=~a**?{", 11, "repetition"],
    ["role=~(?=x)", 7, "look-around"],
  ])("%s fails at column %i", (selector, column, problem) => {
    let error: unknown;
    try {
      parseSelector(selector);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SelectorError);
    const failure = error as SelectorError;
    expect(failure.column).toBe(column);
    expect(failure.refusal.detail).toContain(problem);
    expect(failure.refusal.code).toBe("validation_failed");
    expect(failure.hint).not.toBe("");
  });

  test("refuses patterns that are too long or too large", () => {
    expect(() => parseSelector(`a=~${"x".repeat(201)}`)).toThrow(SelectorError);
    expect(() => parseSelector("a=~((x{99}){99}){99}")).toThrow(SelectorError);
    expect(() => parseSelector("a=~(){999}{999}{999}{999}"), "no state, and yet no end").toThrow(
      SelectorError,
    );
    expect(() => parseSelector(`a=${"x".repeat(1000)}`)).toThrow(SelectorError);
  });

  test("a pattern that would make a backtracking engine hang is answered", () => {
    expect(matches("a=~(x+)+y", { a: "x".repeat(255) })).toBe(false);
    expect(matches("a=~.*.*.*.*.*.*b", { a: "x".repeat(255) })).toBe(false);
  });

  test("patterns agree with the platform's engine", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\d", "\\.", "(a|b)", "(?:ab)", "(a|)");
    const piece = fc
      .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}"))
      .map((parts) => parts.join(""));
    const pattern = fc
      .array(
        fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
        {
          minLength: 1,
          maxLength: 3,
        },
      )
      .map((options) => options.join("|"));
    const value = fc
      .array(fc.constantFrom("a", "b", "1", "."), { maxLength: 6 })
      .map((chars) => chars.join(""));
    fc.assert(
      fc.property(pattern, value, (source, text) => {
        expect(matches(`k=~"${source.replaceAll("\\", "\\\\")}"`, { k: text })).toBe(
          new RegExp(`^(?:${source})$`).test(text),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("format and parse are each other's reverse", () => {
    const key = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,8}[A-Za-z0-9])?$/);
    const value = fc.string({ maxLength: 8 });
    const term = fc.oneof(
      fc.record({ key, operator: fc.constantFrom("=" as const, "!=" as const), value }),
      fc.record({
        key,
        operator: fc.constantFrom("in" as const, "notin" as const),
        values: fc.array(value, { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ key, operator: fc.constantFrom("exists" as const, "absent" as const) }),
    );
    fc.assert(
      fc.property(fc.array(term, { maxLength: 4 }), (selector) => {
        expect(parseSelector(formatSelector(selector))).toEqual(selector);
      }),
    );
    const pattern = 'name=~"a\\\\d+, b"';
    expect(formatSelector(parseSelector(pattern))).toBe(pattern);
  });

  test("any text is either read or refused with a column inside it", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (text) => {
        try {
          parseSelector(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SelectorError);
          expect((error as SelectorError).column).toBeGreaterThanOrEqual(1);
          expect((error as SelectorError).column).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
