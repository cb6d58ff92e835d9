import { expect, it } from "vitest";
import { awayText } from "./offline.ts";

it("says how long in a unit that fits", () => {
  const texts = [0, 59, 60, 75, 120, 3_600, 5_400, 7_200, 86_400, 7 * 86_400 + 5].map(awayText);
  expect(texts).toEqual([
    "0 seconds",
    "59 seconds",
    "1 minute",
    "75 seconds",
    "2 minutes",
    "1 hour",
    "90 minutes",
    "2 hours",
    "1 day",
    "7 days",
  ]);
});
