import { expect, it } from "vitest";
import { appended, clock, dateAndClock, found, keptRow, lineRow, mostRows, noteRow } from "./log-lines.ts";

const line = (l: string) => lineRow({ t: 0, s: "program", o: null, l, c: "c" });

it("forgets the oldest beyond what the view holds", () => {
  const rows = appended(
    Array.from({ length: mostRows }, (_, i) => line(`line ${i}`)),
    [line("newest")],
  );
  expect([rows.length, rows[0]?.text, rows.at(-1)?.text]).toEqual([mostRows, "line 1", "newest"]);
});

it("searches whatever the case, and keeps what says that lines are missing", () => {
  const rows = [line("An ERROR"), line("fine"), noteRow("7 lines dropped")];
  expect(found(rows, " error ").map(({ text }) => text)).toEqual(["An ERROR", "7 lines dropped"]);
  expect(found(rows, "")).toBe(rows);
});

it("shows what a quota kept away in its place", () => {
  const row = keptRow({
    at: "2026-11-21T09:00:00.250Z",
    source: "program",
    stream: null,
    text: "",
    dropped: 3,
  });
  expect(row).toMatchObject({ isNote: true, text: expect.stringContaining("3 lines dropped") });
  expect(clock(row.timeMs)).toMatch(/^\d\d:00:00\.250$/);
  expect(dateAndClock(row.timeMs)).toMatch(/^2026-11-2\d \d\d:00:00\.250$/);
  expect([clock(null), dateAndClock(null)]).toEqual(["", ""]);
});
