import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maxLineChars } from "./engine.ts";
import { logLines } from "./log-lines.ts";
import { followPull } from "./pull.ts";
import { textLines } from "./text-lines.ts";

const time = "2026-01-31T12:00:00.123456789Z";

function frame(channel: 1 | 2, text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = channel;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

/** The bytes, cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Readable {
  const at = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
  return Readable.from([0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length)));
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

test("lines come out the same wherever the stream is cut", async () => {
  const bytes = Buffer.concat([
    frame(1, `${time} first ü\n`),
    frame(2, `${time} to error\r\n`),
    // One long line is several messages, each with its time.
    frame(1, `${time} begun, `),
    frame(1, `${time} and ended\n`),
    frame(1, `${time} \n`),
    frame(1, `${time} without an end`),
  ]);
  const expected = [
    ["stdout", "first ü"],
    ["stderr", "to error"],
    ["stdout", "begun, and ended"],
    ["stdout", ""],
    ["stdout", "without an end"],
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 30 }), async (places) => {
      const lines = await all(logLines(cut(bytes, places), false));
      expect(lines.map(({ stream, text }) => [stream, text])).toEqual(expected);
      expect(lines.every(({ timestamp, timeMs }) => timestamp === time && timeMs === Date.parse(time))).toBe(
        true,
      );
    }),
    { numRuns: 100 },
  );
});

test("a terminal's log has no frames, and a line without an end does not fill the memory", async () => {
  const text = `${time} one\r\n${time} ${"x".repeat(200_000)}\n`;
  const lines = await all(logLines(cut(Buffer.from(text), [3, 70_000]), true));
  expect(lines.map(({ stream, text: words }) => [stream, words.length])).toEqual([
    [null, 3],
    [null, maxLineChars],
  ]);
});

test("the progress of a pull grows, and its error is one although the answer began well", async () => {
  const items = [
    { status: "Pulling from team/web", id: "1" },
    { status: "Pulling fs layer", id: "a" },
    { status: "Pulling fs layer", id: "b" },
    { status: "Downloading", id: "a", progressDetail: { current: 50, total: 100 } },
    { status: "Download complete", id: "a" },
    { status: "Downloading", id: "b", progressDetail: { current: 100, total: 100 } },
    { status: "Extracting", id: "a", progressDetail: { current: 50, total: 100 } },
    { status: "Pull complete", id: "a" },
    { status: "Pull complete", id: "b" },
  ];
  const told: (number | null)[] = [];
  const answer = (list: object[]) =>
    Readable.from(list.map((item) => Buffer.from(`${JSON.stringify(item)}\r\n`)));
  await followPull(
    answer(items),
    (percent) => told.push(percent),
    () => {},
  );
  expect(told).toEqual([null, 0, 0, 20, 40, 80, 85, 90, 100]);
  const broken = answer([
    { status: "Pulling" },
    { error: "short", errorDetail: { message: "manifest unknown" } },
  ]);
  await expect(
    followPull(
      broken,
      () => {},
      () => {},
    ),
  ).rejects.toThrow("manifest unknown");
});

test("lines of text survive a cut within a letter", async () => {
  expect(await all(textLines(cut(Buffer.from("ä\nö\n\nü"), [1, 4])))).toEqual(["ä", "ö", "", "ü"]);
});
