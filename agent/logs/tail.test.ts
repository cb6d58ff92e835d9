import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import type { TailRecord, TailSpec } from "../../protocol/custom/logs.ts";
import type { ContainerEngine, ContainerSummary, LogLine, LogOptions } from "../containers/engine.ts";
import { defaultLogSettings, type LogSettings } from "../settings/logs.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { type CatalogOptions, LogCatalog } from "./catalog.ts";
import { SourceError } from "./source.ts";
import { runTail } from "./tail.ts";

const journalctl = fileURLToPath(new URL("../testing/stand-in-journalctl.mjs", import.meta.url));

const ask = (over: Partial<TailSpec> = {}): TailSpec => ({
  sources: [],
  sinceMs: null,
  untilMs: null,
  text: null,
  ignoreCase: false,
  lines: null,
  follow: false,
  cursors: {},
  ...over,
});

/** A host with a program, a folder of log files and a journal that a stand-in reads. */
function host(settings: Partial<LogSettings> = {}, over: Partial<CatalogOptions> = {}) {
  const folder = temporaryFolder();
  const program = join(folder, "child.log");
  writeFileSync(program, "");
  const catalog = new LogCatalog({
    settings: { ...defaultLogSettings, journalFolder: folder, ...settings },
    program: { title: "greeter", path: program },
    containers: null,
    pollMs: 5,
    journalctl,
    ...over,
  });
  return { folder, program, catalog };
}

/** A viewer that takes what comes, once `open` lets it. */
function viewer() {
  const records: (TailRecord | { dropped: number })[] = [];
  const waiters: { holds: () => boolean; done: () => void }[] = [];
  let gate: Promise<void> = Promise.resolve();
  const check = () => {
    for (const { holds, done } of waiters) if (holds()) done();
  };
  return {
    records,
    lines: () => records.flatMap((record) => ("l" in record ? [record.l] : [])),
    dropped: () => records.reduce((sum, record) => sum + ("dropped" in record ? record.dropped : 0), 0),
    until: (holds: () => boolean) =>
      new Promise<void>((done) => {
        waiters.push({ holds, done });
        check();
      }),
    /** Takes nothing until the answer is called. */
    close: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
    sink: {
      write: async (bytes: Uint8Array) => {
        await gate;
        for (const line of new TextDecoder().decode(bytes).trimEnd().split("\n")) {
          records.push(JSON.parse(line) as TailRecord);
        }
        check();
      },
      dropped: (dropped: number) => {
        records.push({ dropped });
        check();
      },
    },
  };
}

/** How many lines were read of its sources, whoever took them. */
function countReads(catalog: LogCatalog): () => number {
  let count = 0;
  const find = catalog.find.bind(catalog);
  catalog.find = async (name) => {
    const source = await find(name);
    return {
      ...source,
      read: async function* (request) {
        for await (const event of source.read(request)) {
          if (event.kind === "line") count++;
          yield event;
        }
      },
    };
  };
  return () => count;
}

async function tail(catalog: LogCatalog, spec: Partial<TailSpec> = {}) {
  const seen = viewer();
  await runTail(catalog, ask(spec), seen.sink, new AbortController().signal);
  return seen;
}

test("tells first what there is, then the program's lines", async () => {
  const { program, catalog, folder } = host();
  writeFileSync(program, "one\ntwo\nthree\n");
  const { records, lines } = await tail(catalog, { lines: 2 });
  expect(records[0]).toEqual({ sources: [{ name: "program", title: "greeter" }] });
  expect(lines()).toEqual(["two", "three"]);
  expect(records[1]).toMatchObject({ s: "program", o: null, t: null });
  expect(folder).not.toBe("");
});

test("takes the last lines that match, not the matches of the last lines", async () => {
  const { program, catalog } = host();
  const all = Array.from({ length: 500 }, (_, i) => `${i % 10 === 0 ? "Error" : "fine"} ${i}`);
  writeFileSync(program, `${all.join("\n")}\n`);
  expect((await tail(catalog, { text: "Error", lines: 3 })).lines()).toEqual([
    "Error 470",
    "Error 480",
    "Error 490",
  ]);
  expect((await tail(catalog, { text: "error", lines: 3 })).lines()).toEqual([]);
  expect((await tail(catalog, { text: "ERROR", ignoreCase: true, lines: 1 })).lines()).toEqual(["Error 490"]);
});

test("takes lines from a time until another; a line without a time goes with the one before", async () => {
  const { program, catalog } = host();
  const at = (minute: number) => `2026-11-21T09:${String(minute).padStart(2, "0")}:00Z`;
  writeFileSync(program, `${at(1)} a\n${at(2)} b\n  of b\n${at(3)} c\n`);
  const { lines } = await tail(catalog, { sinceMs: Date.parse(at(2)), untilMs: Date.parse(at(3)) });
  expect(lines()).toEqual([`${at(2)} b`, "  of b"]);
});

test("goes on behind the cursors of several sources", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "app.log");
  writeFileSync(path, "a1\na2\n");
  const { program, catalog } = host({ files: [`${folder}/*.log`] });
  writeFileSync(program, "p1\np2\n");
  const sources = ["program", `file/${path}`];
  const first = await tail(catalog, { sources, lines: 1 });
  expect(first.lines().sort()).toEqual(["a2", "p2"]);
  const cursors = Object.fromEntries(
    first.records.flatMap((record) => ("c" in record ? [[record.s, record.c]] : [])),
  );
  appendFileSync(path, "a3\n");
  appendFileSync(program, "p3\n");
  expect((await tail(catalog, { sources, lines: 1, cursors })).lines().sort()).toEqual(["a3", "p3"]);
});

test("a viewer who lags gets what was there before, then hears how many of the new lines were dropped", async () => {
  const { program, catalog } = host();
  const text = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => `${from + i} ${"x".repeat(1_000)}\n`).join("");
  writeFileSync(program, text(0, 600));
  const seen = viewer();
  const read = countReads(catalog);
  const stop = new AbortController();
  const running = runTail(catalog, ask({ follow: true, lines: 600 }), seen.sink, stop.signal);
  await seen.until(() => seen.lines().length === 600);
  const open = seen.close();
  const total = 3_000;
  appendFileSync(program, text(600, total));
  appendFileSync(program, "last\n");
  await vi.waitFor(() => expect(read()).toBe(600 + total + 1), { timeout: 30_000 });
  expect(seen.lines()).toHaveLength(600);
  open();
  await seen.until(() => seen.dropped() > 0);
  appendFileSync(program, "after\n");
  await seen.until(() => seen.lines().includes("after"));
  stop.abort();
  await running;
  expect(seen.lines().length + seen.dropped()).toBe(600 + total + 2);
  expect(seen.dropped()).toBeGreaterThan(2_000);
  // In its place: what came before the gap is whole.
  const gap = seen.records.findIndex((record) => "dropped" in record);
  const heads = seen.records
    .slice(0, gap)
    .flatMap((record) => ("l" in record ? [Number.parseInt(record.l, 10)] : []));
  expect(heads).toEqual(heads.map((_, i) => i));
});

test("stops reading when the viewer is gone", async () => {
  const { program, catalog } = host();
  writeFileSync(program, "one\n");
  const sink = { write: () => Promise.reject(new Error("closed")), dropped: () => {} };
  await runTail(catalog, ask({ follow: true }), sink, new AbortController().signal);
});

test("shows only what the settings allow, and through no link", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "open"));
  writeFileSync(join(folder, "secret.log"), "a secret\n");
  writeFileSync(join(folder, "open/app.log"), "mine\n");
  symlinkSync(join(folder, "secret.log"), join(folder, "open/link.log"));
  const { catalog } = host({ files: [`${folder}/open/*.log`], journal: ["nginx*"] });
  for (const source of [
    `file/${folder}/secret.log`,
    `file/${folder}/open/../secret.log`,
    `file/${folder}/open/link.log`,
    "journal/sshd.service",
    "container/web",
  ]) {
    await expect(tail(catalog, { sources: [source] })).rejects.toThrow(/does not show .*logs: \{/);
  }
  expect((await tail(catalog, { sources: [`file/${folder}/open/app.log`] })).lines()).toEqual(["mine"]);
  expect((await catalog.list()).map(({ name }) => name)).toEqual(["program", `file/${folder}/open/app.log`]);
  const closed = host({ program: false }).catalog;
  await expect(tail(closed, { sources: ["program"] })).rejects.toThrow("logs: {program: true}");
  const seen = viewer();
  const nothing = runTail(closed, ask(), seen.sink, new AbortController().signal);
  await expect(nothing).rejects.toThrow(SourceError);
  expect(seen.records).toEqual([{ sources: [] }]);
});

test("a file that is not there yet is shown when it comes, unless by then a link leads to it", async () => {
  const folder = temporaryFolder();
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, "shadow"), "a secret\n");
  mkdirSync(join(folder, "app"));
  symlinkSync(elsewhere, join(folder, "app/link"));
  const { catalog } = host({ files: [`${folder}/app/**`] });
  for (const name of ["app/../app/shadow", "app/link/not-there-yet", "app/sub/../../shadow"]) {
    await expect(tail(catalog, { sources: [`file/${folder}/${name}`] })).rejects.toThrow("does not show");
  }
  const name = `file/${folder}/app/sub/shadow`;
  const source = await catalog.find(name);
  symlinkSync(elsewhere, join(folder, "app/sub"));
  const stop = new AbortController();
  const events = source.read({ cursor: null, lines: null, sinceMs: null, follow: true, signal: stop.signal });
  await expect(events[Symbol.asyncIterator]().next()).rejects.toThrow("is reached through a link");
  rmSync(join(folder, "app/sub"));
  const seen = viewer();
  const reading = runTail(catalog, ask({ sources: [name], follow: true }), seen.sink, stop.signal);
  mkdirSync(join(folder, "app/sub"));
  writeFileSync(join(folder, "app/sub/shadow"), "mine\n");
  await seen.until(() => seen.lines().length > 0);
  expect(seen.lines()).toEqual(["mine"]);
  stop.abort();
  await reading;
});

test("one source that cannot be read is told of, the others go on", async () => {
  const { program, catalog } = host({ journal: true, journalFolder: "/nowhere" });
  writeFileSync(program, "still here\n");
  const { records, lines } = await tail(catalog, { sources: ["program", "journal/nginx.service"] });
  expect(lines()).toEqual(["still here"]);
  expect(records).toContainEqual({
    s: "journal/nginx.service",
    note: expect.stringContaining("No such file or directory"),
  });
});

test("reads a unit of the journal (by a stand-in), goes on behind its cursor, and follows", async () => {
  const { folder, catalog } = host({ journal: ["nginx*"] });
  const journal = join(folder, "journal.ndjson");
  const entry = (number: number, message: unknown, unit = "nginx.service") =>
    `${JSON.stringify({
      __CURSOR: `s=1;i=${number}`,
      __REALTIME_TIMESTAMP: String(1_795_251_600_000_000 + number * 1_000_000),
      _SYSTEMD_UNIT: unit,
      MESSAGE: message,
    })}\n`;
  writeFileSync(journal, entry(1, "one") + entry(2, "other", "sshd.service") + entry(3, [116, 119, 111]));
  const sources = ["journal/nginx.service"];
  const first = await tail(catalog, { sources, lines: 10 });
  expect(first.records.slice(1)).toEqual([
    { t: 1_795_251_601_000, s: sources[0], o: null, l: "one", c: "s=1;i=1" },
    { t: 1_795_251_603_000, s: sources[0], o: null, l: "two", c: "s=1;i=3" },
  ]);
  const seen = viewer();
  const stop = new AbortController();
  const cursors = { "journal/nginx.service": "s=1;i=1" };
  const running = runTail(catalog, ask({ sources, follow: true, cursors }), seen.sink, stop.signal);
  await seen.until(() => seen.lines().length === 1);
  appendFileSync(journal, entry(4, "three"));
  await seen.until(() => seen.lines().length === 2);
  stop.abort();
  await running;
  expect(seen.lines()).toEqual(["two", "three"]);
});

test("reads containers, those of the agent by themselves, and each line of one time once", async () => {
  const at = (second: number) => `2026-11-21T09:00:0${second}.000000001Z`;
  const line = (second: number, text: string): LogLine => ({
    stream: "stderr",
    timeMs: Date.parse(at(second)),
    timestamp: at(second),
    text,
  });
  const log = [line(1, "a"), line(2, "b"), line(2, "c"), line(2, "d"), line(3, "e")];
  const asked: LogOptions[] = [];
  const summary = (name: string, labels: Record<string, string>) =>
    ({ name, labels, image: "img:1", state: "running" }) as unknown as ContainerSummary;
  const all = [summary("mine", { "io.muster.agent": "a" }), summary("other", {})];
  // Only what a log needs of an engine.
  const engine = {
    list: async (labels: Record<string, string> = {}) =>
      all.filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value)),
    logs: async function* (_: string, options: LogOptions) {
      asked.push(options);
      yield* log.filter(({ timestamp }) => options.since === undefined || timestamp >= options.since);
    },
  } as unknown as ContainerEngine;
  const containers = { engine: async () => engine, own: { "io.muster.agent": "a" } };
  const { catalog } = host({}, { program: null, containers });
  const first = await tail(catalog, { lines: 5 });
  expect(first.lines()).toEqual(["a", "b", "c", "d", "e"]);
  expect(asked[0]).toMatchObject({ tail: 5, follow: false });
  expect(first.records[1]).toMatchObject({ s: "container/mine", o: "stderr" });
  const third = first.records.flatMap((record) => ("c" in record ? [record.c] : []))[2] ?? "";
  expect((await tail(catalog, { cursors: { "container/mine": third } })).lines()).toEqual(["d", "e"]);
  await expect(tail(catalog, { sources: ["container/other"] })).rejects.toThrow("logs: {containers: true}");
  const open = host({ containers: true }, { program: null, containers }).catalog;
  expect((await tail(open, { sources: ["container/other"] })).lines()).toHaveLength(5);
});
