import { expect, test } from "vitest";
import type { Weekday } from "../../domain/rollouts/policy.ts";
import { daysText, freezeAt, timeZones, windowText } from "./windows.ts";

test.each<[Weekday[], string]>([
  [["mon", "tue", "wed", "thu", "fri"], "Mon–Fri"],
  [["sun", "sat"], "Sat, Sun"],
  [["mon", "wed", "thu", "fri", "sun"], "Mon, Wed–Fri, Sun"],
  [["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "every day"],
])("%j reads as %s", (days, text) => {
  expect(daysText(days)).toBe(text);
});

test("a window that ends before it begins says that it ends on the next day", () => {
  const window = { days: ["fri" as const], from: "22:00", to: "04:00", timeZone: "Europe/Berlin" };
  expect(windowText(window)).toBe("Fri 22:00–04:00 (next day), Europe/Berlin");
  expect(windowText({ ...window, to: "23:00" })).toBe("Fri 22:00–23:00, Europe/Berlin");
});

test("the freeze that is on is the one that ends last; its end no longer counts", () => {
  const freeze = (from: string, until: string) => ({
    from: `2026-12-${from}T00:00:00Z`,
    until: `2026-12-${until}T00:00:00Z`,
  });
  const freezes = [freeze("01", "05"), freeze("02", "20"), freeze("24", "27")];
  const at = (day: string) => freezeAt(freezes, Date.parse(`2026-12-${day}T00:00:00Z`));
  expect(at("03")).toBe(freezes[1]);
  expect(at("20")).toBeNull();
  expect(at("24")).toBe(freezes[2]);
});

test("UTC and the zones of the world are offered, each once", () => {
  const zones = timeZones();
  expect(zones).toContain("Europe/Berlin");
  expect(zones.filter((zone) => zone === "UTC")).toHaveLength(1);
});
