import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { metricsCapability } from "../../protocol/custom/agent.ts";
import type { ReadingMessage, WatchMessage } from "../../protocol/custom/metrics.ts";
import { until } from "../../test/harness/until.ts";
import { filesSettings } from "../testing/greeter-agent.ts";
import type { OpampServer } from "../testing/opamp-server.ts";
import { startAgent, startServer } from "../testing/start.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { Watcher } from "./watcher.ts";

vi.setConfig({ testTimeout: 120_000 });

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** Counts who asks. */
async function exporter(answer: RequestListener = (_, response) => response.end("up 1\n")) {
  const seen = { scrapes: 0, url: "" };
  const server = createServer((request, response) => {
    seen.scrapes++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  seen.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  return seen;
}

const up: WatchMessage = {
  intervalSeconds: 1,
  forSeconds: 600,
  queries: [{ metric: "up", as: "value", per: null }],
};

function watcher(url: string) {
  const readings: ReadingMessage[] = [];
  const lines: string[] = [];
  const one = new Watcher({
    url,
    onReading: (reading) => readings.push(reading),
    log: (level, message) => lines.push(`${level} ${message}`),
  });
  cleanups.push(() => one.stop());
  return { one, readings, lines };
}

/** No further request within one more than the interval. */
async function still(seen: { scrapes: number }): Promise<boolean> {
  const { scrapes } = seen;
  await sleep(1_300);
  return seen.scrapes === scrapes;
}

test("reads at once and then each interval, and is still once told to stop", async () => {
  const seen = await exporter();
  const { one, readings } = watcher(seen.url);
  expect(await still(seen)).toBe(true);
  one.watch(up);
  await until("two readings", () => readings.length === 2);
  expect(readings[0]).toEqual({ values: { 0: 1 } });
  one.watch({ ...up, queries: [] });
  expect(one.watching).toBe(false);
  expect(await still(seen)).toBe(true);
});

test("ends by itself when its time is over", async () => {
  const seen = await exporter();
  const { one } = watcher(seen.url);
  one.watch({ ...up, forSeconds: 1 });
  await until("the end of the watch", () => !one.watching);
  expect(await still(seen)).toBe(true);
});

test("the same queries again go on with what is known, so that a rate has no gap", async () => {
  let n = 0;
  const seen = await exporter((_, response) => response.end(`n ${n++}\n`));
  const { one, readings } = watcher(seen.url);
  const message: WatchMessage = { ...up, queries: [{ metric: "n", as: "rate", per: null }] };
  one.watch(message);
  await until("the first scrape", () => seen.scrapes === 1);
  one.watch(message);
  await until("a rate", () => readings.length === 1);
  expect(seen.scrapes).toBe(2);
});

test("goes on after answers that it cannot take, and says so once", async () => {
  let turn = 0;
  const seen = await exporter((_, response) => {
    turn++;
    if (turn <= 2) response.writeHead(503).end("no");
    else response.end("up 1\n");
  });
  const { one, readings, lines } = watcher(seen.url);
  one.watch(up);
  await until("a reading", () => readings.length === 1);
  expect(lines.filter((line) => line.startsWith("warn"))).toEqual([
    `warn metrics cannot be read, trying again: ${seen.url} answered 503`,
  ]);
});

test("takes no more than 4 MiB, and follows no redirect", async () => {
  const chunk = Buffer.alloc(64 * 1024, "#");
  let sent = 0;
  const seen = await exporter((_, response) => {
    const write = () => {
      if (response.destroyed || sent > 64 * 1024 * 1024) return void response.end();
      sent += chunk.length;
      if (response.write(chunk)) setImmediate(write);
      else response.once("drain", write);
    };
    write();
  });
  const large = watcher(seen.url);
  large.one.watch(up);
  await until("a refusal", () => large.lines.find((line) => line.includes("more than 4194304 bytes")));
  large.one.stop();
  expect(sent).toBeLessThan(64 * 1024 * 1024);

  const target = await exporter();
  const redirecting = await exporter((_, response) =>
    response.writeHead(302, { location: target.url }).end(),
  );
  const redirected = watcher(redirecting.url);
  redirected.one.watch(up);
  await until("another refusal", () => redirected.lines.find((line) => line.includes("answered 302")));
  expect(target.scrapes).toBe(0);
});

const ask = (server: OpampServer, message: WatchMessage) =>
  server.send({
    customMessage: {
      capability: metricsCapability,
      type: "watch",
      data: new TextEncoder().encode(JSON.stringify(message)),
    },
  });

test("an agent with metrics says so, sends what it is asked for, and stops when the connection breaks", async () => {
  const seen = await exporter();
  const server = await startServer();
  await startAgent({ ...filesSettings(server.endpoint, temporaryFolder()), metricsUrl: seen.url });
  const first = await until("the first message", () => server.messages[0]);
  expect(first.customCapabilities?.capabilities).toContain("io.muster.metrics/1");
  expect(seen.scrapes).toBe(0);
  ask(server, up);
  const reading = await until("a reading", () =>
    server.messages.find(({ customMessage }) => customMessage?.type === "reading"),
  );
  expect(JSON.parse(new TextDecoder().decode(reading.customMessage?.data))).toEqual({ values: { 0: 1 } });
  const dials = server.dials.length;
  server.cut();
  await until("another dial", () => server.dials.length > dials && server.connected);
  expect(await still(seen)).toBe(true);
});

test("an agent that measures nothing does not say that it has some, and ignores the question", async () => {
  const server = await startServer();
  const lines: string[] = [];
  await startAgent({ ...filesSettings(server.endpoint, temporaryFolder()), hostMetrics: false }, lines);
  const first = await until("the first message", () => server.messages[0]);
  expect(first.customCapabilities?.capabilities).not.toContain("io.muster.metrics/1");
  ask(server, up);
  server.offer("aa", {});
  await until("a status", () => server.statuses.at(-1)?.hash === "aa");
  expect(server.messages.some(({ customMessage }) => customMessage)).toBe(false);
});
