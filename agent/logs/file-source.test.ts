import {
  appendFileSync,
  copyFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { fileSource } from "./file-source.ts";
import type { ReadRequest, SourceEvent, SourceLine } from "./source.ts";

const request = (over: Partial<ReadRequest> = {}): ReadRequest => ({
  cursor: null,
  lines: null,
  sinceMs: null,
  follow: false,
  signal: new AbortController().signal,
  ...over,
});

function logFile() {
  const path = join(temporaryFolder(), "app.log");
  const source = fileSource({ name: `file/${path}`, title: path, path, pollMs: 5 });
  const read = async (over: Partial<ReadRequest> = {}): Promise<SourceEvent[]> => {
    const events: SourceEvent[] = [];
    for await (const event of source.read(request(over))) events.push(event);
    return events;
  };
  return { path, source, read };
}

const linesOf = (events: SourceEvent[]): SourceLine[] =>
  events.flatMap((event) => (event.kind === "line" ? [event.line] : []));
const textsOf = (events: SourceEvent[]) => linesOf(events).map(({ text }) => text);
const lostOf = (events: SourceEvent[]) => events.filter(({ kind }) => kind === "lost").length;
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
const text = (lines: string[]) => `${lines.join("\n")}\n`;

/** Follows in the background; `until` waits for so many lines. */
function follow(source: ReturnType<typeof logFile>["source"], over: Partial<ReadRequest> = {}) {
  const stop = new AbortController();
  const events: SourceEvent[] = [];
  const waiters: { count: number; done: () => void }[] = [];
  const check = () => {
    for (const { count, done } of waiters) if (linesOf(events).length >= count) done();
  };
  const ended = (async () => {
    for await (const event of source.read(request({ follow: true, signal: stop.signal, ...over }))) {
      events.push(event);
      check();
    }
  })();
  return {
    events,
    until: (count: number) =>
      new Promise<void>((resolve) => {
        waiters.push({ count, done: resolve });
        check();
      }),
    stop: () => {
      stop.abort();
      return ended;
    },
  };
}

test("reads the last lines across the files that it was rotated into", async () => {
  const { path, read } = logFile();
  writeFileSync(`${path}.2`, text(numbers(1, 10)));
  writeFileSync(`${path}.1`, text(numbers(11, 20)));
  writeFileSync(path, text(numbers(21, 25)));
  writeFileSync(`${path}.3.gz`, "packed");
  expect(textsOf(await read())).toEqual(numbers(1, 25));
  expect(textsOf(await read({ lines: 3 }))).toEqual(numbers(23, 25));
  expect(textsOf(await read({ lines: 7 }))).toEqual(numbers(19, 25));
  expect(textsOf(await read({ lines: 0 }))).toEqual([]);
});

test("finds the last lines when they are longer than what is read at once", async () => {
  const { path, read } = logFile();
  const long = numbers(1, 40).map((line) => `${line} ${"x".repeat(9_000)}`);
  writeFileSync(path, text(long));
  expect(textsOf(await read({ lines: 20 }))).toEqual(long.slice(-20));
});

test("goes on behind a cursor after the file was renamed, without a gap or a repetition", async () => {
  const { path, read } = logFile();
  writeFileSync(path, text(numbers(1, 5)));
  const cursor = linesOf(await read())[2]?.cursor ?? "";
  appendFileSync(path, text(numbers(6, 7)));
  renameSync(path, `${path}.1`);
  writeFileSync(path, text(numbers(8, 9)));
  const events = await read({ cursor });
  expect(textsOf(events)).toEqual(numbers(4, 9));
  expect(lostOf(events)).toBe(0);
});

test("goes on behind a cursor after the file was copied away and emptied, also when it has grown past it since", async () => {
  const { path, read } = logFile();
  writeFileSync(path, text(numbers(1, 5)));
  const cursor = linesOf(await read())[2]?.cursor ?? "";
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  appendFileSync(path, text(numbers(6, 100)));
  const events = await read({ cursor });
  expect(textsOf(events)).toEqual(numbers(4, 100));
  expect(lostOf(events)).toBe(0);
});

test("tells that lines may be missing when the place is gone", async () => {
  const { path, read } = logFile();
  writeFileSync(path, text(numbers(1, 5)));
  const cursor = linesOf(await read()).at(-1)?.cursor ?? "";
  rmSync(path);
  writeFileSync(path, text(["another"]));
  const events = await read({ cursor });
  expect(events[0]).toMatchObject({ kind: "lost" });
  expect(textsOf(events)).toEqual(["another"]);
});

test("follows through both ways of rotation, each line once", async () => {
  const { path, source } = logFile();
  const reader = follow(source);
  writeFileSync(path, text(numbers(1, 2)));
  await reader.until(2);
  appendFileSync(path, text(numbers(3, 4)));
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, text(["line 5"]));
  writeFileSync(path, text(numbers(6, 7)));
  await reader.until(7);
  appendFileSync(path, text(["line 8"]));
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  appendFileSync(path, text(numbers(9, 60)));
  await reader.until(60);
  appendFileSync(path, "half a ");
  appendFileSync(path, "line\r\n");
  await reader.until(61);
  await reader.stop();
  expect(textsOf(reader.events)).toEqual([...numbers(1, 60), "half a line"]);
  expect(lostOf(reader.events)).toBe(0);
  expect(reader.events.filter(({ kind }) => kind === "current")).toHaveLength(1);
});

test("cuts a line without an end, and passes over the rest of it", async () => {
  const { path, read } = logFile();
  writeFileSync(path, `first\n${"y".repeat(300_000)}\nlast\nunfinished`);
  const lines = textsOf(await read());
  expect(lines.map((line) => line.length)).toEqual([5, 16 * 1024, 4, 10]);
});

test("knows when lines were written: what they say, else the line before, else now", async () => {
  const { path, read, source } = logFile();
  writeFileSync(path, text(["no time", "2026-11-21T09:00:00.250Z begins", "  goes on"]));
  const told = Date.parse("2026-11-21T09:00:00.250Z");
  expect(linesOf(await read()).map(({ timeMs }) => timeMs)).toEqual([null, told, told]);
  const before = Date.now();
  const reader = follow(source, { lines: 0 });
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (!reader.events.some(({ kind }) => kind === "current")) return;
      clearInterval(look);
      resolve();
    }, 5);
  });
  appendFileSync(path, text(["written now"]));
  await reader.until(1);
  await reader.stop();
  expect(linesOf(reader.events)[0]?.timeMs).toBeGreaterThanOrEqual(before);
});

test("follows no link, neither the file nor one beside it", async () => {
  const { path, read } = logFile();
  const secret = join(temporaryFolder(), "secret");
  writeFileSync(secret, text(["a secret"]));
  symlinkSync(secret, `${path}.1`);
  symlinkSync(secret, path);
  expect(await read()).toEqual([]);
  rmSync(path);
  writeFileSync(path, text(["mine"]));
  expect(textsOf(await read())).toEqual(["mine"]);
});

test("takes for rotated what rotation names so, and no other file beside it", async () => {
  const { path, read } = logFile();
  const names = [
    ".old",
    ".2",
    "-20260131",
    ".2026-01-31_10-00-00",
    ".2026-01-31T10:00:00Z",
    "-20260131-1769853600.1",
  ];
  for (const [n, name] of names.entries()) {
    writeFileSync(`${path}${name}`, text([name]));
    utimesSync(`${path}${name}`, n + 1, n + 1);
  }
  for (const name of ["-credentials", ".key", ".1.key", ".1.gz", "-1-secret", ".d"]) {
    writeFileSync(`${path}${name}`, text([`a secret in ${name}`]));
  }
  writeFileSync(path, text(["now"]));
  expect(textsOf(await read())).toEqual([...names, "now"]);
});

test("reads nothing through a folder that has become a link", async () => {
  const folder = temporaryFolder();
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, "shadow"), text(["a secret"]));
  const path = join(folder, "sub", "shadow");
  const source = fileSource({ name: `file/${path}`, title: path, path, pollMs: 5 });
  symlinkSync(elsewhere, join(folder, "sub"));
  const events = source.read(request());
  await expect(events[Symbol.asyncIterator]().next()).rejects.toThrow("is reached through a link");
});
