/** The journal by systemd's own programs: `journalctl` reads what `systemd-journal-remote` wrote. No journald runs. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { LogCatalog } from "../../agent/logs/catalog.ts";
import type { SourceEvent } from "../../agent/logs/source.ts";
import { defaultLogSettings } from "../../agent/settings/logs.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";

const remote = "/lib/systemd/systemd-journal-remote";
const startMicros = 1_795_251_600_000_000;

/** A folder of journal files, and how entries come into it. */
function journal() {
  const folder = join(temporaryFolder(), "journal");
  mkdirSync(folder);
  let written = 0;
  const write = (...entries: [unit: string, message: string][]) => {
    const text = entries.map(([unit, message]) => {
      const micros = written++ * 1_000_000;
      return [
        `__REALTIME_TIMESTAMP=${startMicros + micros}`,
        `__MONOTONIC_TIMESTAMP=${1_000 + micros}`,
        "_BOOT_ID=0123456789abcdef0123456789abcdef",
        "_MACHINE_ID=0123456789abcdef0123456789abcdee",
        `_SYSTEMD_UNIT=${unit}`,
        "PRIORITY=6",
        `MESSAGE=${message}`,
        "",
        "",
      ].join("\n");
    });
    const { status, stderr } = spawnSync(remote, [`--output=${folder}/remote.journal`, "-"], {
      input: text.join(""),
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`systemd-journal-remote: ${stderr}`);
  };
  const catalog = new LogCatalog({
    settings: { ...defaultLogSettings, journal: ["nginx.service"], journalFolder: folder },
    program: null,
    containers: null,
    pollMs: 50,
  });
  return { write, catalog };
}

const linesOf = (events: SourceEvent[]) =>
  events.flatMap((event) => (event.kind === "line" ? [event.line] : []));

test("reads a unit, goes on behind its cursor, and follows what is written", async () => {
  const { write, catalog } = journal();
  write(["nginx.service", "one"], ["ssh.service", "another unit's"], ["nginx.service", "two"]);
  const source = await catalog.find("journal/nginx.service");
  const stop = new AbortController();
  const request = { lines: 10, sinceMs: null, signal: stop.signal };
  const there: SourceEvent[] = [];
  for await (const event of source.read({ ...request, cursor: null, follow: false })) there.push(event);
  expect(linesOf(there).map(({ text, timeMs }) => [text, timeMs])).toEqual([
    ["one", startMicros / 1000],
    ["two", startMicros / 1000 + 2_000],
  ]);

  const events: SourceEvent[] = [];
  const cursor = linesOf(there)[0]?.cursor ?? null;
  const reading = (async () => {
    for await (const event of source.read({ ...request, cursor, follow: true })) events.push(event);
  })();
  await vi.waitFor(() => expect(linesOf(events).map(({ text }) => text)).toEqual(["two"]), {
    timeout: 30_000,
  });
  write(["nginx.service", "three"]);
  await vi.waitFor(() => expect(linesOf(events).map(({ text }) => text)).toEqual(["two", "three"]), {
    timeout: 30_000,
  });
  stop.abort();
  await reading;
  await expect(catalog.find("journal/ssh.service")).rejects.toThrow(
    "does not show the journal of ssh.service",
  );
});
