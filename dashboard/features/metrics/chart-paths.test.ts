import { expect, test } from "vitest";
import { bandPath, linePath, niceCeiling } from "./chart-paths.ts";

const box = { width: 100, height: 10 };

test.each([
  [0, 1],
  [0.42, 0.5],
  [1, 1],
  [1.01, 2],
  [230, 250],
  [0.3, 0.5],
  [9_100, 10_000],
])("above %d is %d", (value, ceiling) => {
  expect(niceCeiling(value)).toBeCloseTo(ceiling);
});

test("draws a line through what is known, with gaps and lone points", () => {
  expect(linePath([0, 5, 10, null, 5], 10, box)).toBe("M0 10L25 5L50 0M100 5h1");
  expect(linePath([null, null], 10, box)).toBe("");
});

test("draws what lies between two lines, there and back", () => {
  expect(bandPath([0, 0, null], [10, 5, null], 10, box)).toBe("M0 0L50 5L50 10L0 10Z");
});
