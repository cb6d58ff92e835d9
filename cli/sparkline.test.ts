import { expect, test } from "vitest";
import { sparkline } from "./sparkline.ts";

test.each([
  [[0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"],
  [[1, null, 1], 10, "▁ ▁"],
  [[0, 9, 0, 0, 0, 0], 3, "█▁▁"],
  [[9, 0, 0, 0, 0], 3, "█▁▁"],
  [[null, null], 10, "  "],
  [[], 10, ""],
])("%j in %i columns", (values, width, text) => {
  expect(sparkline(values, width)).toBe(text);
});
