import { expect, it } from "vitest";
import { readCast, timesOf } from "./cast.ts";
import { Playback } from "./playback.ts";
import { clockOf } from "./words.ts";

const recorded = (...events: unknown[]) =>
  [{ version: 2, width: 100, height: 30, timestamp: 0, title: "(shell)" }, ...events]
    .map((line) => (typeof line === "string" ? line : JSON.stringify(line)))
    .join("\n");

function cast(...events: unknown[]) {
  const read = readCast(recorded(...events));
  if (!read) throw new Error("not read");
  return read;
}

const session = () =>
  cast([0.5, "o", "$ "], [10.5, "o", "ls\r\n"], [10.5, "r", "80x24"], [11, "o", "file\r\n"]);

/** What a screen holds, told in words. */
function shown(of = session(), longestPause?: number) {
  let told = "";
  const playback = new Playback(
    of,
    {
      write: (text) => {
        told += text;
      },
      resize: ({ cols, rows }) => {
        told += `<${cols}x${rows}>`;
      },
      reset: () => {
        told = "";
      },
    },
    longestPause,
  );
  return { playback, told: () => told };
}

it("reads a recording, leaves out what it cannot read, and tells of what is missing", () => {
  const read = cast(
    [1, "o", "a"],
    "",
    "[2",
    { o: 1 },
    [-1, "o", "x"],
    [3, "o", 7],
    [2, "i", "typed"],
    [0.5, "o", "late"],
    [4, "r", "0x9"],
    [4, "r", "80x24x"],
    [5, "r", "99999x2"],
    [6, "m", "the recording is full"],
    '[7,"o","cut',
  );
  expect(read).toEqual({
    size: { cols: 100, rows: 30 },
    events: [
      { seconds: 1, type: "output", text: "a" },
      { seconds: 2, type: "output", text: "late" },
      { seconds: 5, type: "resize", size: { cols: 1_000, rows: 2 } },
    ],
    notes: ["the recording is full"],
  });
});

it.each(["", "{}", "null", '{"version":1,"width":80,"height":24}', '{"version":2,"width":0,"height":24}'])(
  "takes %s for no recording",
  (text) => {
    expect(readCast(text)).toBeNull();
  },
);

it("shows what was there at a moment, forwards and back", () => {
  const { playback, told } = shown();
  expect([told(), playback.length, playback.atEnd]).toEqual(["<100x30>", 11, false]);
  playback.seek(10.6);
  expect(told()).toBe("<100x30>$ ls\r\n<80x24>");
  playback.seek(0.5);
  expect([told(), playback.seconds]).toEqual(["<100x30>$ ", 0.5]);
  playback.seek(99);
  expect([told(), playback.seconds, playback.atEnd]).toEqual(["<100x30>$ ls\r\n<80x24>file\r\n", 11, true]);
  playback.seek(-1);
  expect([told(), playback.seconds]).toEqual(["<100x30>", 0]);
});

it("cuts long pauses short, and stays where it is when that changes", () => {
  expect(timesOf(session(), 2)).toEqual([0.5, 2.5, 2.5, 3]);
  const { playback, told } = shown(session(), 2);
  expect(playback.length).toBe(3);
  playback.seek(1.5);
  playback.cutPauses();
  expect([playback.seconds, playback.length]).toEqual([1.5, 11]);
  playback.seek(9);
  playback.cutPauses(2);
  expect([playback.seconds, told()]).toEqual([2.5, "<100x30>$ "]);
});

it("ends at once where nothing was shown", () => {
  const { playback } = shown(cast());
  expect([playback.length, playback.atEnd]).toEqual([0, true]);
});

it("hands much output over in pieces, in order", () => {
  const pieces: string[] = [];
  const much = cast(...Array.from({ length: 9 }, (_, i) => [1, "o", String(i).repeat(100_000)]));
  const screen = { write: (text: string) => pieces.push(text), resize: () => {}, reset: () => {} };
  new Playback(much, screen).seek(1);
  expect(pieces.map(({ length }) => length)).toEqual([300_000, 300_000, 300_000]);
  expect(pieces.join("")).toBe(much.events.map((one) => (one.type === "output" ? one.text : "")).join(""));
});

it("tells a position as a clock does", () => {
  expect([0, 3.9, 62, 3_723].map(clockOf)).toEqual(["0:00", "0:03", "1:02", "1:02:03"]);
});
