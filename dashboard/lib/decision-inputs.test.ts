import { expect, test } from "vitest";
import { inputName, inputText, splitInputs } from "./decision-inputs.ts";

test("what the wave and the baseline reported stands side by side; limits stand apart", () => {
  const { compared, others } = splitInputs({
    metric: "errors_total",
    samples: 12,
    mean: 0.04,
    baselineSamples: 0,
    baselineMean: 0.01,
    baselineStandardError: 0.002,
    allowed: 0.02,
  });
  expect(compared).toEqual([
    { name: "samples", wave: 12, baseline: 0 },
    { name: "mean", wave: 0.04, baseline: 0.01 },
    { name: "standardError", wave: null, baseline: 0.002 },
  ]);
  expect(others).toEqual([
    ["metric", "errors_total"],
    ["allowed", 0.02],
  ]);
});

test("without a baseline nothing is compared", () => {
  expect(splitInputs({ mean: 3, failed: 1 })).toEqual({
    compared: [],
    others: [
      ["mean", 3],
      ["failed", 1],
    ],
  });
});

test("names are words, and numbers have five figures", () => {
  expect(inputName("minReported")).toBe("min reported");
  expect(inputName("timed_out")).toBe("timed out");
  expect(inputText(0.0123456789)).toBe("0.012346");
  expect(inputText(1200)).toBe("1,200");
  expect(inputText(null)).toBe("–");
});
