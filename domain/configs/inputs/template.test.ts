import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parse, stringify } from "yaml";
import { compileTemplate, fillTemplate, InputError, type InputValue, type Quoting } from "./template.ts";

const string = (text: string): InputValue => ({ type: "string", text });

function fill(quoting: Quoting, content: string, values: Record<string, InputValue | string> = {}): string {
  return fillTemplate(compileTemplate(quoting, content), ({ namespace, name }) => {
    const value = values[`${namespace}:${name}`];
    return value === undefined ? null : typeof value === "string" ? string(value) : value;
  });
}

function refusal(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

it("refuses values that would make a file of any length", () => {
  const content = "${var:A}\n".repeat(3000);
  const refused = refusal(() => fill("raw", content, { "var:A": "x".repeat(1000) }));
  expect(refused.reason).toBe("does_not_fit");
  expect(refused.slot.line).toBe(Math.floor((2 * 1024 * 1024) / 1000) + 1);
});

describe("placeholders", () => {
  test("are replaced by what they name", () => {
    const text = "bind ${var:ADDRESS}:${var:PORT} # on ${agent:host}\npassword ${secret:DB}\n";
    expect(
      fill("line", text, { "var:ADDRESS": "::1", "var:PORT": "80", "agent:host": "web-1", "secret:DB": "x" }),
    ).toBe("bind ::1:80 # on web-1\npassword x\n");
  });
  test("leave what belongs to the program alone", () => {
    const text = "${HOME} ${env:X} $${env:Y} $HOME ${var} ${foo:bar} {{ x }}";
    expect(fill("line", text)).toBe(text);
  });
  test("may be escaped", () => {
    expect(fill("line", "$${var:A} $$${var:A}", { "var:A": "x" })).toBe("${var:A} $${var:A}");
  });
  test("may have a default", () => {
    expect(fill("line", "${var:A:-b:-c} ${agent:zone:-}", {})).toBe("b:-c ");
    expect(fill("line", "${var:A:-b}", { "var:A": "x" })).toBe("x");
  });
  test("that have no value are refused by name and place", () => {
    const error = refusal(() => fill("line", "\n  a ${agent:region}"));
    expect(error).toMatchObject({ reason: "missing", slot: { line: 2, column: 5 } });
    expect(error.message).toContain("${agent:region}");
  });
  test("take no line break where a line is meant", () => {
    expect(refusal(() => fill("line", "a ${var:A}", { "var:A": "x\ny" })).reason).toBe("does_not_fit");
    expect(fill("raw", "a ${var:A}", { "var:A": "x\ny" })).toBe("a x\ny");
  });
});

describe("in YAML", () => {
  it.each([
    ["a: ${var:A}", "true", '"true"'],
    ["a: ${var:A}", "8080", '"8080"'],
    ["a: ${var:A}", "+.5", '"+.5"'],
    ["a: ${var:A}", "=", '"="'],
    ["a: ${var:A}", "web", "web"],
    ["a: ${var:A}", "x: y # z", '"x: y # z"'],
    ["a: ${var:A}", "", '""'],
    ["a: [b, ${var:A}]", "c, d", '[b, "c, d"]'],
    ['a: "${var:A}"', 'say "hi"\n', '"say \\"hi\\"\\n"'],
    ["a: '${var:A}'", "it's", "'it''s'"],
    ["a: http://${var:A}/x", "h:1", "http://h:1/x"],
    ["a: b ${var:A} c", "d: e", '"b d: e c"'],
  ])("%s with %j", (template, value, expected) => {
    expect(fill("yaml", template, { "var:A": value })).toBe(template.replace(/^a: .*$/s, `a: ${expected}`));
  });
  it.each([
    ["k: |\n\n  a ${var:A}\nz: 1\n", "b\nevil: 1", { k: "\na b\nevil: 1\n", z: 1 }],
    ["k: | # a > b\n  ${var:A}\nz: 1\n", "b\nc", { k: "b\nc\n", z: 1 }],
    ["k: |\r\n\r\n  a ${var:A}\r\nz: 1\r\n", "b\nc", { k: "\na b\nc\n", z: 1 }],
    ["k: x:${var:A}", "", { k: "x:" }],
    ["k: -${var:A}", "", { k: "-" }],
    ["k: x ${var:A}\n\n  b\n   c\n", "# d", { k: "x # d\nb c" }],
    ["k: ${var:A}", "a\u2028b: \u0085c", { k: "a\u2028b: \u0085c" }],
  ])("a value stays one where it stands: %j with %j", (template, value, expected) => {
    expect(parse(fill("yaml", template, { "var:A": value }))).toEqual(expected);
  });
  it.each([
    ["k: |\n  ${var:A}\n", "  b\nc: 1"],
    ["k: |\n  a ${var:A}\n", "b\u2028c: 1"],
    ["k: &x${var:A} 1\n", " evil"],
  ])("a value that would break its place is refused: %j with %j", (template, value) => {
    expect(refusal(() => fill("yaml", template, { "var:A": value })).reason).toBe("does_not_fit");
  });
  test("line breaks that only some parsers see are escaped", () => {
    const text = fill("yaml", 'a: ${var:A}\nb: "${var:A}"\nc: ${var:J}\n', {
      "var:A": "x\u2028y\u0085",
      "var:J": { type: "json", text: '["\u2029"]' },
    });
    expect(text).not.toMatch(/[\x85\u2028\u2029]/);
    expect(parse(text)).toEqual({ a: "x\u2028y\u0085", b: "x\u2028y\u0085", c: ["\u2029"] });
  });
  test("numbers, booleans and json keep their type", () => {
    const text = "a: ${var:N}\nb: ${var:B}\nc: ${var:J}\n";
    const filled = fill("yaml", text, {
      "var:N": { type: "number", text: "5" },
      "var:B": { type: "boolean", text: "true" },
      "var:J": { type: "json", text: '{"x":[1,"y"]}' },
    });
    expect(parse(filled)).toEqual({ a: 5, b: true, c: { x: [1, "y"] } });
  });
  test("blocks are indented", () => {
    const filled = fill("yaml", "a:\n  key: |\n    begin\n    ${secret:PEM}\n  f: >-\n    ${secret:PEM}\n", {
      "secret:PEM": "one\ntwo",
    });
    expect(parse(filled)).toEqual({ a: { key: "begin\none\ntwo\n", f: "one\ntwo" } });
  });
  test("comments stay as they are", () => {
    expect(fill("yaml", "# ${var:A}\na: 1 # ${var:A}\n")).toBe("# ${var:A}\na: 1 # ${var:A}\n");
  });
});

const text = fc.string({ unit: "grapheme" }).filter((one) => !/(?![\t\n])\p{Cc}|[\uE000\uFEFF]/u.test(one));

test("a string reads back from YAML as it was, however it is quoted", () => {
  fc.assert(
    fc.property(text, (value) => {
      const written = fill("yaml", 'a: ${var:A}\nb: "${var:A}"\nc: [x, ${var:A}]\nd: <${var:A}>\n', {
        "var:A": value,
      });
      expect(parse(written)).toEqual({ a: value, b: value, c: ["x", value], d: `<${value}>` });
    }),
    { numRuns: 2_000 },
  );
});

test("a text without placeholders is never changed", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom<Quoting>("yaml", "line", "raw"),
      (content, quoting) => {
        fc.pre(!/\$\{(var|secret|agent):/.test(content));
        expect(fill(quoting, content)).toBe(content);
      },
    ),
  );
});

test("no text breaks it, and the rest of the text stays", () => {
  const pieces = fc.array(
    fc.constantFrom(
      "${var:A}",
      "$${var:A}",
      "${secret:",
      "${agent:x:-y}",
      '"',
      "'",
      "|",
      "\n",
      "  ",
      "a: ",
      "- ",
      "[",
      "{",
      "#",
      "&x ",
      "*x",
      "${var:1}",
      "\uE000",
      "€",
    ),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const template = compileTemplate("yaml", parts.join(""));
      expect(template.slots.length).toBeLessThanOrEqual(parts.length);
      fillTemplate(template, () => string("v"));
    }),
    { numRuns: 1_000 },
  );
});

test("what it fills in of parsed values is what was meant", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("a", "b", "c"), text), (values) => {
      const names = Object.keys(values);
      const template = stringify(Object.fromEntries(names.map((name) => [name, `\${var:${name}}`])));
      const filled = fill(
        "yaml",
        template,
        Object.fromEntries(names.map((name) => [`var:${name}`, values[name] ?? ""])),
      );
      expect(parse(filled) ?? {}).toEqual(values);
    }),
  );
});
