/** The cost model in the documentation adds up, from the counts that the benches hold. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/runtime/paths.ts";

const text = readFileSync(join(root, "docs/reference/performance.md"), "utf8");
const lines = [
  ...text.matchAll(/^\| (?:object rows|D1 rows|requests): (.+?) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|$/gm),
];

/** "30 rollouts × 1,000 agents × 2 messages ÷ 20" by its numbers; a bracket holds one sum. */
function worth(formula: string): number {
  const numbers = formula.replace(/,(?=\d{3})/g, "").replace(/[a-z]+/g, "");
  const bracket = /\(([^)]*)\)/.exec(numbers)?.[1];
  const sum = bracket?.split("+").reduce((total, part) => total + product(part), 0);
  return product(numbers.replace(/\(.*\)/, String(sum)));
}

const product = (text: string): number =>
  text
    .split("×")
    .map((factor) => factor.split("÷").map(Number))
    .reduce((total, [first = Number.NaN, ...divisors]) => divisors.reduce((a, b) => a / b, total * first), 1);

test("each line is its formula, and its cost is its units at its price", () => {
  expect(lines).toHaveLength(5);
  for (const [, formula = "", units, price, cost] of lines) {
    expect(worth(formula)).toBeCloseTo(Number(units), 6);
    expect(Math.abs((Number(units) / 1e6) * Number(price) - Number(cost))).toBeLessThan(0.0001);
  }
});

test("so is each line of stored metrics", () => {
  const stored = [
    ...text.matchAll(
      /^\| (?:stored metrics|each 300 s), (?:rows|requests): (.+?) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|$/gm,
    ),
  ];
  expect(stored).toHaveLength(4);
  for (const [, formula = "", units, price, cost] of stored) {
    expect(worth(formula)).toBeCloseTo(Number(units), 6);
    expect((Number(units) / 1e6) * Number(price)).toBeCloseTo(Number(cost), 4);
  }
});

test("the lines make the sum", () => {
  const sum = lines.reduce((total, [, , , , cost]) => total + Number(cost), 0);
  expect(sum.toFixed(4)).toBe(/\| together \| \| \| ([\d.]+) \|/.exec(text)?.[1]);
});
