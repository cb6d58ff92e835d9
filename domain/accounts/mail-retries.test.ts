import { expect, it } from "vitest";
import { mailGivenUpAfterMs, mailRetryMs } from "./mail-retries.ts";

it("waits twice as long each time, from a minute to six hours", () => {
  expect([1, 2, 3, 9, 10, 50].map((attempts) => mailRetryMs(attempts) / 60_000)).toEqual([
    1, 2, 4, 256, 360, 360,
  ]);
});

it("tries a dozen times before it gives up", () => {
  let attempts = 0;
  for (let waited = 0; waited < mailGivenUpAfterMs; waited += mailRetryMs(attempts)) attempts++;
  expect(attempts).toBe(12);
});
