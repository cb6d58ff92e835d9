import { expect, test } from "vitest";
import { defaultRedialPace, parseRetryAfter, redialDelayMs, retryAfterDelayMs } from "./backoff.ts";

const pace = { firstMs: 1_000, capMs: 60_000, refusedMs: 0 };

test("the window doubles with each failure up to the cap, and the whole window is used", () => {
  const longest = [0, 1, 2, 5, 6, 50, 5_000].map((failures) => redialDelayMs(pace, failures, 0.999_999));
  expect(longest).toEqual([999, 1_999, 3_999, 31_999, 59_999, 59_999, 59_999]);
  expect(redialDelayMs(pace, 5, 0)).toBe(0);
});

test("a thousand agents come back over at least five seconds", () => {
  expect(defaultRedialPace.firstMs).toBeGreaterThanOrEqual((1_000 / 200) * 1_000);
});

test("what the server asks for is the least, with jitter after it", () => {
  expect(retryAfterDelayMs(pace, 10_000, 0)).toBe(10_000);
  expect(retryAfterDelayMs(pace, 10_000, 0.5)).toBe(10_500);
});

test.each([
  [undefined, null],
  ["7", 7_000],
  ["soon", null],
  ["999999", 3_600_000],
  ["Thu, 01 Jan 1970 00:00:30 GMT", 20_000],
  ["Thu, 01 Jan 1970 00:00:05 GMT", 0],
])("Retry-After %s is %s ms", (value, ms) => {
  expect(parseRetryAfter(value, 10_000)).toBe(ms);
});
