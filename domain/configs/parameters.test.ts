import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { DomainError } from "../errors.ts";
import type { Quoting } from "./inputs/template.ts";
import { patternProblem } from "./parameter-pattern.ts";
import { checkTemplate, chooseParameters, fillParameters } from "./parameters.ts";
import type { TemplateParameter } from "./templates.ts";

const parameter = (name: string, more: Partial<TemplateParameter> = {}): TemplateParameter => ({
  name,
  title: "",
  type: "string",
  default: null,
  pattern: null,
  help: "",
  ...more,
});
const fill = (
  content: string,
  values: Record<string, string>,
  quoting: Quoting = "yaml",
  more: Partial<TemplateParameter> = {},
) =>
  fillParameters(
    quoting,
    content,
    Object.keys(values).map((name) => parameter(name, more)),
    values,
  );
const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error.refusal;
  }
  throw new Error("nothing was refused");
};

describe("filling in", () => {
  it("writes a value as it is read back, wherever it stands in YAML", () => {
    const content =
      "plain: ${param:A}\ndouble: \"x ${param:A}\"\nsingle: '${param:A}'\nflow: {a: [${param:A}]}\nblock: |\n  x ${param:A}\n# ${param:A}\n";
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("a", ":", " ", "#", '"', "'", "{", "}", ",", "$", "-", "1", "\\"),
        }),
        (value) => {
          const filled = parse(fill(content, { A: value }));
          expect(filled).toMatchObject({
            plain: value,
            double: `x ${value}`,
            single: value,
            flow: { a: [value] },
            block: `x ${value}\n`,
          });
        },
      ),
    );
  });

  it("leaves the config's own placeholders, of which a value may be a part", () => {
    const content =
      "a: ${var:HOST:-x: y}:${param:PORT}\nb: ${secret:${param:SECRET}}\nc: $${param:PORT} $${var:X}\nd: ${env:HOME}\n";
    expect(fill(content, { PORT: "80", SECRET: "DB" })).toBe(
      "a: ${var:HOST:-x: y}:80\nb: ${secret:DB}\nc: ${param:PORT} $${var:X}\nd: ${env:HOME}\n",
    );
  });

  it("a value that names an input is kept as such and never filled in twice", () => {
    expect(fill("${param:A} ${param:B}", { A: "${param:B}", B: "${secret:S}" }, "raw")).toBe(
      "${param:B} ${secret:S}",
    );
  });

  it("types other than string are written as they are, in YAML that a kind reads as JSON too", () => {
    expect(fill("a: ${param:A}\n", { A: '["x", 1]' }, "json", { type: "json" })).toBe('a: ["x", 1]\n');
    expect(fill("a: ${param:A}\n", { A: "8080" }, "yaml", { type: "number" })).toBe("a: 8080\n");
  });

  it("refuses a value with a line break where it cannot stand, and names parameter and line", () => {
    expect(refusal(() => fill("a\nbind ${param:A}\n", { A: "x\ny" }, "line"))).toMatchObject({
      code: "validation_failed",
      detail: expect.stringContaining("Line 2"),
      errors: [{ path: "parameters.A", message: expect.stringContaining("${param:A}") }],
    });
  });
});

describe("values", () => {
  it("takes defaults for what is not given", () => {
    expect(chooseParameters([parameter("A", { default: "x" }), parameter("B")], { B: "y" })).toEqual({
      A: "x",
      B: "y",
    });
  });

  it("names what is missing, unknown, of another type, or does not match", () => {
    const parameters = [
      parameter("PORT", { type: "number" }),
      parameter("ON", { type: "boolean" }),
      parameter("LIST", { type: "json" }),
      parameter("HOST", { pattern: "[a-z.]+" }),
      parameter("NEEDED"),
    ];
    const given = { PORT: "x", ON: "yes", LIST: "[", HOST: "a b", HOTS: "a" };
    expect(refusal(() => chooseParameters(parameters, given)).errors).toEqual([
      { path: "parameters.HOTS", message: "is no parameter of the template; did you mean HOST?" },
      { path: "parameters.PORT", message: "is not a number" },
      { path: "parameters.ON", message: "is not a boolean" },
      { path: "parameters.LIST", message: "is not JSON" },
      { path: "parameters.HOST", message: "does not match [a-z.]+" },
      { path: "parameters.NEEDED", message: "must be given" },
    ]);
  });
});

describe("a template", () => {
  it("tells what is wrong with it by place", () => {
    const parameters = [
      parameter("PORT", { type: "number", default: "x" }),
      parameter("PORT"),
      parameter("HOST", { pattern: "(" }),
    ];
    const errors = checkTemplate(
      "a ${param:PORT}\nb ${param:PROT}\nc ${param:1}\nd ${param:\n\uE020",
      parameters,
    );
    expect(errors.map(({ path }) => path)).toEqual([
      "parameters[0].default",
      "parameters[1].name",
      "parameters[2].pattern",
      "content",
      "content",
      "content",
      "content",
    ]);
    expect(errors.map(({ message }) => message).join("\n")).toMatch(/did you mean PORT\?/);
    expect(checkTemplate("$${param:x} ${var:Y}", [])).toEqual([]);
  });

  it.each(["(a+)+", "(a|a)*", "a*a*a*a*", "(?=a)a", "(a)\\1", "(?<n>a)", "a?".repeat(30), "(", "[a"])(
    "does not take the pattern %s, which could take very long or is none",
    (pattern) => expect(patternProblem(pattern)).not.toBeNull(),
  );

  it.each([
    "[a-z]+:[0-9]{1,5}",
    "debug|info|warn|error",
    "/[a-z*+?(]*",
    "[0-9]+(?:ms|s|m)",
    "a\\+b\\)c*",
    "\\d+\\.\\d+\\.\\d+",
  ])("takes the pattern %s", (pattern) => expect(patternProblem(pattern)).toBeNull());
});
