import { expect, test } from "vitest";
import { inputName, inputText, splitInputs } from "./decision-inputs.ts";

test("what the wave and the baseline reported stands side by side; limits stand apart", () => {
  const { compared, others } = splitInputs({
    metric: "errors_total",
    waveMean: 0.04,
    baselineMean: 0.01,
    waveSamples: 12,
    limit: 0.02,
  });
  expect(compared).toEqual([
    { name: "mean", wave: 0.04, baseline: 0.01 },
    { name: "samples", wave: 12, baseline: null },
  ]);
  expect(others).toEqual([
    ["metric", "errors_total"],
    ["limit", 0.02],
  ]);
});

test("without a baseline nothing is compared", () => {
  expect(splitInputs({ waveMean: 3, failed: 1 })).toEqual({
    compared: [],
    others: [
      ["waveMean", 3],
      ["failed", 1],
    ],
  });
});

test("names are words, and numbers have five figures", () => {
  expect(inputName("minReported")).toBe("min reported");
  expect(inputText(0.0123456789)).toBe("0.012346");
  expect(inputText(1200)).toBe("1,200");
  expect(inputText(null)).toBe("–");
});
