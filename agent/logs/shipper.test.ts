import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import type { BatchHead, ShipAnswer, ShippedLine } from "../../protocol/custom/logs.ts";
import { defaultLogSettings } from "../settings/logs.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { LogCatalog } from "./catalog.ts";
import { ShipSocket } from "./ship-socket.ts";
import { forgetShipping, Shipper } from "./shipper.ts";

interface Came {
  head: BatchHead;
  texts: string[];
  socket: WebSocket;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A server that keeps what comes, and answers as it is told. */
async function receiver(answer: (came: Came) => ShipAnswer | null = stored) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", path: "/v1/log-shipping" });
  await new Promise((resolve) => server.once("listening", resolve));
  const batches: Came[] = [];
  const credentials: (string | undefined)[] = [];
  let answers = answer;
  server.on("connection", (socket, request) => {
    credentials.push(request.headers.authorization);
    socket.on("message", (data: Buffer) => {
      const [head, ...lines] = gunzipSync(data)
        .toString("utf8")
        .split("\n")
        .map((line) => JSON.parse(line));
      const came = { head, texts: (lines as ShippedLine[]).map(({ l }) => l), socket };
      batches.push(came);
      const said = answers(came);
      if (said) socket.send(JSON.stringify(said));
      else socket.terminate();
    });
  });
  cleanups.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `ws://127.0.0.1:${address.port}/v1/opamp`,
    server,
    batches,
    credentials,
    texts: () => batches.flatMap(({ texts }) => texts),
    answer: (next: typeof answer) => {
      answers = next;
    },
  };
}

function stored({ head }: Came): ShipAnswer {
  return { type: "stored", batch: head.batch };
}

const pace = { flushMs: 20, spacingMs: 0, idleMs: 100, lookMs: 20, pollMs: 5, retryMs: 10 };

function host() {
  const stateDir = temporaryFolder();
  mkdirSync(join(stateDir, "logs"));
  const path = join(stateDir, "logs", "child.log");
  writeFileSync(path, "from before\n");
  const lines: string[] = [];
  const start = (endpoint: string, its = pace) => {
    const catalog = new LogCatalog({
      settings: { ...defaultLogSettings, files: [`${stateDir}/*.log`] },
      program: { title: "greeter", path },
      containers: null,
      pollMs: 5,
    });
    const target = () => ({ endpoint, headers: { Authorization: "Bearer own" } });
    const log = (_: string, text: string) => void lines.push(text);
    const sources = ["program", `file/${stateDir}/*`];
    const shipper = new Shipper(
      { catalog, stateDir, target, log, pace: its },
      { enabled: true, sources, retentionDays: 7 },
    );
    shipper.start();
    cleanups.push(() => shipper.stop());
    return shipper;
  };
  return { stateDir, path, lines, start };
}

/** Appends until one came: where a source begins is what it holds when the agent looks. */
async function begun(path: string, came: () => string[]): Promise<void> {
  await vi.waitFor(
    () => {
      appendFileSync(path, "probe\n");
      expect(came()).toContain("probe");
    },
    { timeout: 30_000, interval: 30 },
  );
}

const comes = (came: () => string[], text: string) =>
  vi.waitFor(() => expect(came()).toContain(text), { timeout: 30_000 });

test("ships what is written from then on, with its own credential, and goes on there after a restart", async () => {
  const { path, stateDir, start } = host();
  const server = await receiver();
  const first = start(server.endpoint);
  await begun(path, server.texts);
  appendFileSync(path, "one\n");
  await comes(server.texts, "one");
  expect(server.texts()).not.toContain("from before");
  expect(server.credentials[0]).toBe("Bearer own");
  await vi.waitFor(() => expect(server.server.clients.size).toBe(0), { timeout: 30_000 });
  first.stop();
  appendFileSync(path, "two\n");
  writeFileSync(join(stateDir, "later.log"), "a source that came meanwhile\n");
  start(server.endpoint);
  await comes(server.texts, "two");
  expect(server.texts().filter((text) => text === "one" || text === "two")).toEqual(["one", "two"]);
  const [a, b] = [server.batches[0]?.head.run, server.batches.at(-1)?.head.run];
  expect(a).not.toBe(b);
});

test("small batches leave a few at once, then spaced apart", async () => {
  const { path, start } = host();
  const server = await receiver();
  start(server.endpoint, { ...pace, spacingMs: 600_000 });
  await vi.waitFor(
    () => {
      appendFileSync(path, "small\n");
      expect(server.batches).toHaveLength(5);
    },
    { timeout: 30_000, interval: 30 },
  );
  appendFileSync(path, "waits\n");
  // A full batch leaves at once, and takes with it what waited.
  const full = Array.from({ length: 4 }, (_, i) => `${i} ${"x".repeat(16_000)}`);
  appendFileSync(path, `${Array.from({ length: 5 }, () => full.join("\n")).join("\n")}\n`);
  await comes(server.texts, "waits");
  expect(server.batches.at(-1)?.texts.length).toBeGreaterThan(10);
});

test("a source that comes later is shipped from its beginning", async () => {
  const { path, stateDir, start } = host();
  const server = await receiver();
  start(server.endpoint);
  await begun(path, server.texts);
  writeFileSync(join(stateDir, "later.log"), "its first line\n");
  await comes(server.texts, "its first line");
});

test("a batch without an answer comes again as it was", async () => {
  const { path, start } = host();
  const server = await receiver();
  start(server.endpoint);
  await begun(path, server.texts);
  let breaks = 2;
  server.answer((came) => (came.texts.includes("one") && breaks-- > 0 ? null : stored(came)));
  appendFileSync(path, "one\n");
  await vi.waitFor(() => expect(server.texts().filter((text) => text === "one")).toHaveLength(3), {
    timeout: 30_000,
  });
  const numbers = server.batches.filter(({ texts }) => texts.includes("one")).map(({ head }) => head.batch);
  expect(new Set(numbers).size).toBe(1);
  appendFileSync(path, "two\n");
  await comes(server.texts, "two");
  expect(server.batches.at(-1)?.head.batch).toBe((numbers[0] ?? 0) + 1);
});

test("waits with what is written while the server is away, and loses nothing", async () => {
  const { path, start } = host();
  const server = await receiver();
  start(server.endpoint);
  await begun(path, server.texts);
  server.answer(() => null);
  server.batches.length = 0;
  const many = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${"x".repeat(60)}`);
  appendFileSync(path, `${many.join("\n")}\n`);
  await vi.waitFor(() => expect(server.batches.length).toBeGreaterThan(1), { timeout: 30_000 });
  server.batches.length = 0;
  server.answer(stored);
  await vi.waitFor(() => expect(server.texts()).toContain(many.at(-1)), { timeout: 60_000 });
  expect(server.texts().filter((text) => text.startsWith("line "))).toEqual(many);
  for (const { texts } of server.batches) expect(texts.length).toBeLessThanOrEqual(5_000);
});

test("counts what a quota keeps away, and says so with the first batch after it", async () => {
  const { path, lines, start } = host();
  const server = await receiver();
  start(server.endpoint);
  await begun(path, server.texts);
  const untilMs = Date.now() + 1_500;
  server.answer(({ head }) => ({ type: "quota", batch: head.batch, untilMs }));
  appendFileSync(path, "refused\n");
  await vi.waitFor(() => expect(lines.join("\n")).toContain("quota of kept logs is used up"), {
    timeout: 30_000,
  });
  server.answer(stored);
  const before = server.batches.length;
  appendFileSync(path, "dropped 1\ndropped 2\n");
  await vi.waitFor(
    () => {
      appendFileSync(path, "after\n");
      expect(server.batches.length).toBeGreaterThan(before);
    },
    { timeout: 30_000, interval: 50 },
  );
  const told = server.batches.slice(before).reduce((sum, { head }) => sum + (head.dropped.program ?? 0), 0);
  expect(told).toBeGreaterThanOrEqual(3);
  expect(server.texts().filter((text) => text.startsWith("dropped"))).toEqual([]);
});

test("where shipping was turned off, it begins anew", async () => {
  const { path, stateDir, start } = host();
  const server = await receiver();
  const first = start(server.endpoint);
  await begun(path, server.texts);
  first.stop();
  forgetShipping(stateDir);
  appendFileSync(path, "while it was off\n");
  start(server.endpoint);
  await vi.waitFor(
    () => {
      appendFileSync(path, "on again\n");
      expect(server.texts()).toContain("on again");
    },
    { timeout: 30_000, interval: 30 },
  );
  expect(server.texts()).not.toContain("while it was off");
});

test("says once why it is refused, and asks again when the server says that it takes logs", async () => {
  const { path, lines, start } = host();
  let refuses = true;
  const server = await receiver();
  server.server.options.verifyClient = (_, done) => done(!refuses, 409);
  const shipper = start(server.endpoint);
  await vi.waitFor(
    () => {
      appendFileSync(path, "probe\n");
      expect(lines.join("\n")).toContain("the server answered 409");
    },
    { timeout: 30_000, interval: 30 },
  );
  refuses = false;
  shipper.retry();
  await comes(server.texts, "probe");
});

test("a server that closes at once, while a batch is packed, gets it over the next connection", async () => {
  const { path, start } = host();
  const server = await receiver();
  let closes = 0;
  server.server.on("connection", (socket) => {
    if (server.texts().includes("probe") && closes++ < 4) socket.terminate();
  });
  start(server.endpoint);
  await begun(path, server.texts);
  await vi.waitFor(() => expect(server.server.clients.size).toBe(0), { timeout: 30_000 });
  appendFileSync(path, "one\n");
  await comes(server.texts, "one");
  expect(closes).toBeGreaterThan(3);
});

test("what is sent over a closed connection is refused at once, and many batches leave no listeners", async () => {
  const server = await receiver();
  const warnings: string[] = [];
  const warn = ({ message }: Error) => void warnings.push(message);
  process.on("warning", warn);
  cleanups.push(() => process.off("warning", warn));
  const socket = await ShipSocket.open({ endpoint: server.endpoint, headers: {} });
  for (let batch = 0; batch < 20; batch++) {
    const packed = gzipSync(JSON.stringify({ run: "r", batch, dropped: {} }));
    expect(await socket.send(packed)).toEqual({ type: "stored", batch });
  }
  for (const client of server.server.clients) client.terminate();
  await vi.waitFor(() => expect(socket.open).toBe(false));
  await expect(socket.send(gzipSync("{}"))).rejects.toThrow("the connection was closed");
  expect(warnings).toEqual([]);
});

test("what is stopped while it waits for its connection leaves the file to the next, and no connection", async () => {
  const { path, start } = host();
  const server = await receiver();
  const held: ((result: boolean) => void)[] = [];
  server.server.options.verifyClient = (_, done) => void held.push(done);
  const shipper = start(server.endpoint);
  await vi.waitFor(
    () => {
      appendFileSync(path, "probe\n");
      expect(held).toHaveLength(1);
    },
    { timeout: 30_000, interval: 30 },
  );
  shipper.stop();
  held[0]?.(true);
  await vi.waitFor(() => expect(server.credentials).toHaveLength(1), { timeout: 30_000 });
  await vi.waitFor(() => expect(server.server.clients.size).toBe(0), { timeout: 30_000 });
  expect(server.batches).toEqual([]);
});
