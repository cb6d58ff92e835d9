import { describe, expect, it } from "vitest";
import { ago, clockTime, duration, withoutFractions } from "./time.ts";

describe("duration", () => {
  it.each([
    [0, "0s"],
    [59, "59s"],
    [60, "1m"],
    [190, "3m 10s"],
    [3600, "1h"],
    [7320, "2h 2m"],
    [86_400 * 2 + 3600, "2d 1h"],
  ])("%i seconds are %s", (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe("ago", () => {
  const now = Date.parse("2026-11-21T10:00:00.000Z");
  it("looks back and ahead", () => {
    expect(ago("2026-11-21T09:57:00.000Z", now)).toBe("3m ago");
    expect(ago("2026-11-21T12:00:00.000Z", now)).toBe("in 2h");
    expect(ago(null, now)).toBe("never");
  });
});

it("prints timestamps to the second, wherever they stand", () => {
  expect(withoutFractions("2026-11-21T09:57:03.123Z – 2026-11-21T10:00:00Z: v1.123Z")).toBe(
    "2026-11-21T09:57:03Z – 2026-11-21T10:00:00Z: v1.123Z",
  );
});

it("prints a moment in UTC", () => {
  expect(clockTime("2026-11-21T09:57:03.123Z")).toBe("2026-11-21 09:57:03");
});
