import { expect, test } from "vitest";
import { formatValue, summaryOf } from "./format.ts";

test.each([
  ["share", 0.4251, "42.5 %"],
  ["share", 1, "100 %"],
  ["bytes", 0, "0 B"],
  ["bytes", 999, "999 B"],
  ["bytes", 1_214_000_000, "1.21 GB"],
  ["bytes", 16_424_960_000, "16.4 GB"],
  ["bytes", 999_700_000, "1 GB"],
  ["bytes_per_second", 330_200, "330 KB/s"],
  ["processors", 1.504, "1.5 cpu"],
  ["processors", 0.0021, "0.0021 cpu"],
  ["number", 2.717, "2.72"],
  ["number", 12_345, "12.3 K"],
] as const)("%s %d reads %s", (unit, value, text) => {
  expect(formatValue(unit, value)).toBe(text);
});

test("sums up what is known, and nothing where nothing is", () => {
  expect(summaryOf([null, 2, null, 4, 3, null])).toEqual({ last: 3, average: 3, minimum: 2, maximum: 4 });
  expect(summaryOf([null])).toBeNull();
});
