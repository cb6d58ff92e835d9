import fc from "fast-check";
import { expect, test } from "vitest";
import { type Freeze, type MaintenanceWindow, weekdays } from "../policy.ts";
import { closedAt, timeText, windowText } from "./closed.ts";
import { closingAt, horizonDays, openingAt } from "./schedule.ts";
import { checkFreezes, checkWindows } from "./validate.ts";

const at = (text: string) => Date.parse(text);
const opening = (windows: MaintenanceWindow[], now: string, freezes: Freeze[] = []) => {
  const ms = openingAt([windows], freezes, at(now));
  return ms === null ? null : timeText(ms);
};
const closing = (windows: MaintenanceWindow[], now: string, freezes: Freeze[] = []) => {
  const ms = closingAt([windows], freezes, at(now));
  return ms === null ? null : timeText(ms);
};
const daily = (from: string, to: string, timeZone: string): MaintenanceWindow => ({
  days: [...weekdays],
  from,
  to,
  timeZone,
});

// 2026-11-20 is a Friday.
test.each([
  ["before it", "2026-11-20T10:00Z", "2026-11-20T21:00Z"],
  ["in it", "2026-11-20T22:30Z", "2026-11-20T22:30Z"],
  ["in it, after midnight of a day that is none of its own", "2026-11-21T02:59Z", "2026-11-21T02:59Z"],
  ["at its end", "2026-11-21T03:00Z", "2026-11-23T21:00Z"],
])("a window over midnight: %s", (_, now, opens) => {
  const window = daily("22:00", "04:00", "Europe/Berlin");
  expect(opening([{ ...window, days: ["mon", "tue", "wed", "thu", "fri"] }], now)).toBe(opens);
});

test.each([
  ["the hour that is skipped: it moves forward", "02:30", "05:00", "2026-03-29T00:00Z", "2026-03-29T01:30Z"],
  ["an end that is skipped moves forward", "01:00", "02:30", "2026-03-29T01:20Z", "2026-03-29T01:20Z"],
  ["an hour that is twice opens the first time", "02:15", "02:45", "2026-10-25T00:00Z", "2026-10-25T00:15Z"],
  ["and not again", "02:15", "02:45", "2026-10-25T00:45Z", "2026-10-26T01:15Z"],
])("Europe/Berlin: %s", (_, from, to, now, opens) => {
  expect(opening([daily(from, to, "Europe/Berlin")], now)).toBe(opens);
});

test.each([
  ["America/New_York", "02:30", "2026-03-08T05:00Z", "2026-03-08T07:30Z"],
  ["America/New_York", "01:30", "2026-11-01T04:00Z", "2026-11-01T05:30Z"],
  // Lord Howe's clocks move by half an hour only.
  ["Australia/Lord_Howe", "02:15", "2026-10-03T12:00Z", "2026-10-03T15:45Z"],
  ["Australia/Lord_Howe", "01:45", "2026-04-04T12:00Z", "2026-04-04T14:45Z"],
])("%s on the day on which the clocks change: %s", (zone, from, now, opens) => {
  expect(opening([daily(from, "04:30", zone)], now)).toBe(opens);
});

test("a window is an hour longer on the day of 25 hours, and shorter on that of 23", () => {
  const night = [daily("00:00", "06:00", "Europe/Berlin")];
  expect(closing(night, "2026-10-24T22:00Z")).toBe("2026-10-25T05:00Z");
  expect(closing(night, "2026-03-28T23:00Z")).toBe("2026-03-29T04:00Z");
});

test("windows that touch are one, and one of all days is never closed", () => {
  expect(closing([daily("20:00", "22:00", "UTC"), daily("22:00", "23:00", "UTC")], "2026-11-20T21:00Z")).toBe(
    "2026-11-20T23:00Z",
  );
  expect(closing([daily("00:00", "00:00", "Europe/Berlin")], "2026-11-20T21:00Z")).toBeNull();
  expect(closing([], "2026-11-20T21:00Z")).toBeNull();
});

test("a freeze holds, is followed by the next one, and closes what is open", () => {
  const freezes = [
    { fromMs: at("2026-11-25T00:00Z"), untilMs: at("2026-11-30T00:00Z"), reason: "Black Friday" },
    { fromMs: at("2026-11-30T00:00Z"), untilMs: at("2026-12-01T08:00Z"), reason: "Cyber Monday" },
  ];
  expect(opening([], "2026-11-26T00:00Z", freezes)).toBe("2026-12-01T08:00Z");
  expect(closing([], "2026-11-20T00:00Z", freezes)).toBe("2026-11-25T00:00Z");
  expect(closing([], "2026-11-26T00:00Z", freezes)).toBe("2026-11-26T00:00Z");
});

test("sets must be open together; what never is so is found out", () => {
  const monday: MaintenanceWindow[] = [{ days: ["mon"], from: "08:00", to: "10:00", timeZone: "UTC" }];
  const tuesday: MaintenanceWindow[] = [{ days: ["tue"], from: "08:00", to: "10:00", timeZone: "UTC" }];
  const morning = [daily("09:00", "12:00", "UTC")];
  const now = at("2026-11-20T00:00Z");
  expect(openingAt([monday, morning], [], now)).toBe(at("2026-11-23T09:00Z"));
  expect(openingAt([monday, tuesday], [], now)).toBeNull();
  const forever = [{ fromMs: now - 1, untilMs: now + (horizonDays + 1) * 86_400_000, reason: "for good" }];
  expect(openingAt([], forever, now)).toBeNull();
});

test("a window that is common once a year is found", () => {
  // 30 minutes that the two zones share only while one has summer time and the other does not.
  const berlin = [{ days: [...weekdays], from: "12:00", to: "12:30", timeZone: "Europe/Berlin" }];
  const york = [{ days: [...weekdays], from: "07:00", to: "07:30", timeZone: "America/New_York" }];
  expect(openingAt([berlin, york], [], at("2026-11-20T00:00Z"))).toBe(at("2027-03-14T11:00Z"));
});

const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Pacific/Apia"] as const;
const time = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const window: fc.Arbitrary<MaintenanceWindow> = fc.record({
  days: fc.subarray([...weekdays], { minLength: 1 }),
  from: time,
  to: time,
  timeZone: fc.constantFrom(...zones),
});
// Around the days on which the clocks change in each zone, besides any other.
const now = fc.oneof(
  fc.integer({ min: at("2025-01-01T00:00Z"), max: at("2028-01-01T00:00Z") }),
  fc
    .tuple(
      fc.constantFrom(
        ...["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"],
      ),
      fc.integer({ min: -1440, max: 2880 }),
    )
    .map(([day, minutes]) => at(`${day}T00:00Z`) + minutes * 60_000),
);

/** By the platform's own calendar: is the window open in this minute? Days on which its zone's clocks change are left out. */
function isOpenByClock({ days, from, to, timeZone }: MaintenanceWindow, ms: number): boolean | null {
  const local = (epochMs: number) => {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      timeZoneName: "longOffset",
    }).formatToParts(epochMs);
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
    return {
      day: part("weekday").toLowerCase(),
      time: `${part("hour")}:${part("minute")}`,
      zone: part("timeZoneName"),
    };
  };
  const here = local(ms);
  if (local(ms - 2 * 86_400_000).zone !== here.zone || local(ms + 86_400_000).zone !== here.zone) return null;
  const has = (day: string) => (days as string[]).includes(day);
  const yesterday = local(ms - 86_400_000).day;
  if (from < to) return has(here.day) && from <= here.time && here.time < to;
  return (has(here.day) && from <= here.time) || (has(yesterday) && here.time < to);
}

test("agrees with the platform's calendar", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), now, (windows, ms) => {
      const verdicts = windows.map((one) => isOpenByClock(one, ms));
      fc.pre(!verdicts.includes(null));
      expect(openingAt([windows], [], ms) === ms).toBe(verdicts.includes(true));
      expect(closingAt([windows], [], ms) === ms).toBe(!verdicts.includes(true));
    }),
    { numRuns: 1000 },
  );
});

test("opens when it says so, not before, and stays open until it closes", () => {
  const freeze = fc
    .tuple(now, fc.integer({ min: 1, max: 20 * 86_400_000 }))
    .map(([fromMs, length]): Freeze => ({ fromMs, untilMs: fromMs + length, reason: "frozen" }));
  const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(
      fc.array(fc.array(window, { maxLength: 3 }), { maxLength: 2 }),
      fc.array(freeze, { maxLength: 3 }),
      now,
      share,
      (sets, freezes, ms, part) => {
        const opens = openingAt(sets, freezes, ms);
        const isOpen = (atMs: number) => openingAt(sets, freezes, atMs) === atMs;
        if (opens === null) return;
        expect(opens).toBeGreaterThanOrEqual(ms);
        expect(isOpen(opens)).toBe(true);
        if (opens > ms) {
          expect(isOpen(opens - 1)).toBe(false);
          expect(isOpen(ms + Math.floor(part * (opens - ms)))).toBe(false);
        }
        const closes = closingAt(sets, freezes, opens);
        if (closes === null) return;
        expect(closes).toBeGreaterThan(opens);
        expect(isOpen(opens + Math.floor(part * (closes - opens)))).toBe(true);
        expect(isOpen(closes)).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

test("says which window or freeze closes, and when it opens", () => {
  const policy = {
    windows: [{ ...daily("22:00", "04:00", "Europe/Berlin"), days: ["mon", "tue", "wed", "sat"] as const }],
    freezes: [
      { fromMs: at("2026-11-20T00:00Z"), untilMs: at("2026-11-22T00:00Z"), reason: "Black Friday" },
      { fromMs: at("2026-11-20T00:00Z"), untilMs: at("2026-11-21T00:00Z"), reason: "stocktaking" },
    ],
  };
  const timetable = {
    policy: { ...policy, windows: policy.windows.map((one) => ({ ...one, days: [...one.days] })) },
    schedule: { windows: [] },
    overridesFreeze: false,
  };
  expect(closedAt(timetable, at("2026-11-20T10:00Z"))).toEqual({
    by: "freeze",
    opensAtMs: at("2026-11-22T00:00Z"),
    text: "Frozen until 2026-11-22T00:00Z: Black Friday",
  });
  expect(closedAt({ ...timetable, overridesFreeze: true }, at("2026-11-20T10:00Z"))?.text).toBe(
    "Outside of the maintenance window mon-wed,sat 22:00-04:00 Europe/Berlin; opens at 2026-11-21T21:00Z",
  );
  expect(closedAt(timetable, at("2026-11-23T22:00Z"))).toBeNull();
  expect([0, 7_000, 7_613].map((ms) => timeText(at("2026-11-22T02:00Z") + ms))).toEqual([
    "2026-11-22T02:00Z",
    "2026-11-22T02:00:07Z",
    "2026-11-22T02:00:07Z",
  ]);
  expect(windowText(daily("01:00", "02:00", "UTC"))).toBe("daily 01:00-02:00 UTC");
});

test("windows that cannot be read are refused, each field by its name", () => {
  const bad = { days: [], from: "24:00", to: "9:00", timeZone: "Mars/Base" };
  expect(checkWindows([daily("01:00", "02:00", "UTC"), bad], "windows").map((error) => error.path)).toEqual([
    "windows[1].days",
    "windows[1].from",
    "windows[1].to",
    "windows[1].timeZone",
  ]);
  expect(checkWindows([daily("01:00", "02:00", "+01:00")], "w")[0]?.message).toContain("Europe/Berlin");
  expect(checkFreezes([{ fromMs: 5, untilMs: 5 }], "freezes")[0]?.path).toBe("freezes[0].until");
});
