import { expect, test } from "vitest";
import { weekdays } from "../policy.ts";
import { openingAt } from "./schedule.ts";
import { checkWindows } from "./validate.ts";

// Time zones' rules come from the runtime: these prove that workerd has them, as Node's tests do for Node.
test.each([
  ["Europe/Berlin", "02:30", "2026-03-29T00:00Z", "2026-03-29T01:30Z"],
  ["America/New_York", "01:30", "2026-11-01T04:00Z", "2026-11-01T05:30Z"],
  ["Australia/Lord_Howe", "02:15", "2026-10-03T12:00Z", "2026-10-03T15:45Z"],
])("in workerd a window of %s opens as elsewhere", (timeZone, from, now, opens) => {
  const window = { days: [...weekdays], from, to: "04:30", timeZone };
  expect(openingAt([[window]], [], Date.parse(now))).toBe(Date.parse(opens));
});

test("in workerd an unknown time zone is refused", () => {
  const window = { days: [...weekdays], from: "01:00", to: "02:00", timeZone: "Mars/Base" };
  expect(checkWindows([window], "windows").map(({ path }) => path)).toEqual(["windows[0].timeZone"]);
});
