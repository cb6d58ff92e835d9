import { expect, test } from "vitest";
import { gates, metricGate } from "../api/rollout-terms.ts";
import { parseSeriesSelector } from "./series-selector.ts";

const labels = new Map([
  ["code", "503"],
  ["path", '/a"b'],
]);

test.each([
  ["http_errors_total", true],
  ["ns:rate5m{}", true],
  ['m{code="503"}', true],
  ['m{code="500"}', false],
  ["m { code = '503', }", true],
  ['m{code!="500"}', true],
  ['m{code=~"5.."}', true],
  ['m{code=~"5"}', false],
  ['m{code=~"200|503",path="/a\\"b"}', true],
  ['m{code!~"5.."}', false],
  ['m{other=""}', true],
  ['m{other!=""}', false],
  ['m{path!~"/health.*",code=~"4..|5.."}', true],
])("%s", (text, matches) => {
  expect(parseSeriesSelector(text).matches(labels)).toBe(matches);
});

test("takes what the agent measures itself, by its own names", () => {
  const { name, matches } = parseSeriesSelector('container.memory.usage{name=~"web-.*"}');
  expect(name).toBe("container.memory.usage");
  expect(matches(new Map([["name", "web-1"]]))).toBe(true);
  expect(parseSeriesSelector("host.cpu.utilization").name).toBe("host.cpu.utilization");
  expect(() => parseSeriesSelector("host.cpu.util")).toThrow(
    'an agent measures no "host.cpu.util"; it measures host.cpu.',
  );
  const gate = { metric: "host.cpu.utilization", max: 0.9 };
  expect(gates.safeParse({ metrics: [gate] }).success).toBe(true);
  expect(JSON.stringify(gates.safeParse({ metrics: [{ ...gate, as: "rate" }] }).error?.issues)).toContain(
    "leave `as` out",
  );
});

test("names the series", () => {
  expect(parseSeriesSelector(' http:errors_total {a="b"}').name).toBe("http:errors_total");
});

test.each([
  ["", "does not begin with a series name"],
  ['{a="b"}', "does not begin with a series name"],
  ["a b", "matchers in braces"],
  ['a{b="c"', "matchers in braces"],
  ["a{b=c}", 'label="value"'],
  ['a{b="c" d="e"}', "put a comma before"],
  ['a{b=~"("}', "needs a regular expression"],
])("refuses %s", (text, message) => {
  expect(() => parseSeriesSelector(text)).toThrow(message);
  const gate = metricGate.safeParse({ metric: text, max: 1 });
  expect(gate.success).toBe(false);
  expect(JSON.stringify(gate.error?.issues)).toContain(
    text === "" ? "metric" : message.replaceAll('"', '\\"'),
  );
});
