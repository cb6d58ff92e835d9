import { describe, expect, it } from "vitest";
import { sameMeaning } from "./meaning.ts";

const text = "text/plain; charset=utf-8";

describe("what two texts mean", () => {
  it.each([
    ["otel-collector", "a: 1\nb: [x, y]\n", "# note\nb:\n  - x\n  - y\na:   1\n"],
    ["prometheus", "a: {c: 1, b: 2}\n", "a:\n  b: 2\n  c: 1\n"],
    ["haproxy", "global\n  maxconn 10\n", "global\n\tmaxconn   10 # more\n\n# end\n"],
    ["nginx", 'log_format x "a  b";\n', 'log_format   x "a  b";   # c\n'],
    ["sentinel-kdl", "system {\n  worker-threads 2\n}\n", "// two\nsystem {\n    worker-threads 2\n}\n"],
    ["file", "a\nb\n", "a  \r\nb"],
  ])("%s: only how it is written differs", (kind, a, b) => {
    expect(sameMeaning(kind, text, a, b)).toBe(true);
  });

  it.each([
    ["otel-collector", "a: [1, 2]\n", "a: [2, 1]\n"],
    ["otel-collector", "a: 1\n", 'a: "1"\n'],
    ["otel-collector", "a: 1\n", "a: [\n"],
    ["otel-collector", "a: {}\n", "a: []\n"],
    ["haproxy", "a\nb\n", "b\na\n"],
    ["haproxy", "a b\n", "a\nb\n"],
    ["haproxy", "log 'x  y'\n", "log 'x y'\n"],
    ["haproxy", "acl a path /x#y\n", "acl a path /x\n"],
    ["haproxy", "a b\\ c\n", "a b c\n"],
    ["file", "# a\n", "# b\n"],
  ])("%s: %j is not %j", (kind, a, b) => {
    expect(sameMeaning(kind, text, a, b)).toBe(false);
  });

  it("reads JSON by its values", () => {
    expect(sameMeaning("file", "application/json", '{"a":1,"b":2}', '{ "b": 2, "a": 1 }')).toBe(true);
    expect(sameMeaning("file", "application/json", '{"a":1}', '{"a":2}')).toBe(false);
    expect(sameMeaning("file", "application/json", '{"a":{}}', '{"a":[["{}"]]}')).toBe(false);
  });

  it("takes an alias bomb and deep nesting for text", () => {
    const bomb = [
      "a: &a [x]",
      ..."bcdefghi".split("").map((key, i) => {
        const of = "abcdefgh"[i];
        return `${key}: &${key} [${Array.from({ length: 20 }, () => `*${of}`).join(", ")}]`;
      }),
    ].join("\n");
    expect(sameMeaning("prometheus", text, bomb, `${bomb}\n# x`)).toBe(false);
    const deep = `a: ${"[".repeat(20_000)}`;
    expect(sameMeaning("prometheus", text, deep, `${deep} `)).toBe(false);
  });
});
