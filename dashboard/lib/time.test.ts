import { expect, test } from "vitest";
import { duration, exactTime, relativeTime } from "./time.ts";

const now = Date.parse("2026-11-21T12:00:00.000Z");

test.each([
  ["2026-11-21T11:59:58.000Z", "just now"],
  ["2026-11-21T11:59:30.000Z", "30 sec. ago"],
  ["2026-11-21T11:57:10.000Z", "2 min. ago"],
  ["2026-11-21T09:00:00.000Z", "3 hr. ago"],
  ["2026-11-20T11:00:00.000Z", "yesterday"],
  ["2026-11-21T13:30:00.000Z", "in 1 hr."],
])("%s is %s", (timestamp, text) => {
  expect(relativeTime(timestamp, now)).toBe(text);
});

test("an exact time names its zone", () => {
  expect(exactTime("2026-11-21T12:00:00.000Z")).toBe("21 Nov 2026, 12:00:00 UTC");
});

test.each([
  [0, "0 s"],
  [59.6, "1 min"],
  [3725, "1 h 2 min"],
  [90_000, "1 d 1 h"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
