import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import type { AgentDriver, DriverCondition } from "../drivers/driver.ts";
import type { Probe } from "../settings/supervise.ts";
import { freePort } from "../testing/greeter-agent.ts";
import { probeOnce } from "./probe.ts";
import { verify } from "./verify.ts";

vi.setConfig({ testTimeout: 40_000 });

const pace = { settleMs: 1, betweenMs: 1, successes: 2, probeTimeoutMs: 5_000 };
const context = { cwd: process.cwd(), env: process.env };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers one status after another, the last one for ever. */
async function answering(...statuses: number[]): Promise<{ probe: Probe; asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    const status = statuses[Math.min(asked++, statuses.length - 1)] ?? 200;
    response.writeHead(status).end(`answer ${asked}`);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { probe: { kind: "http", url: `http://127.0.0.1:${port}/healthz` }, asked: () => asked };
}

function fakeDriver(condition: DriverCondition = { state: "running", sinceMs: 0 }, output = "") {
  const listeners = new Set<(condition: DriverCondition) => void>();
  const nothing = async () => {};
  const driver: AgentDriver = {
    start: nothing,
    reload: nothing,
    restart: nothing,
    stop: nothing,
    condition: () => condition,
    output: () => output,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const become = (next: DriverCondition) => {
    condition = next;
    for (const listener of listeners) listener(next);
  };
  return { driver, become, listeners };
}

const check = (driver: AgentDriver, probe: Probe, timeoutMs: number, failOnOutput: RegExp | null = null) =>
  verify(driver, { probe, timeoutMs, failOnOutput }, context, pace);

test("waits through bad answers until two good ones come in a row", async () => {
  const { probe, asked } = await answering(500, 200, 503, 200, 200);
  expect(await check(fakeDriver().driver, probe, 10_000)).toBeNull();
  expect(asked()).toBe(5);
});

test("at the deadline it tells the last answer", async () => {
  const { probe } = await answering(500);
  const problem = await check(fakeDriver().driver, probe, 100);
  expect(problem).toMatch(/^not well within 0\.1 s: http:.*\/healthz answered 500: answer \d+$/);
});

test("of an answer without an end the beginning is told", async () => {
  const server = createServer((_, response) => {
    response.writeHead(500);
    const writing = setInterval(() => response.write("and on "), 1);
    response.once("close", () => clearInterval(writing));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`;
  const problem = await probeOnce({ kind: "http", url }, { ...context, timeoutMs: 30_000 });
  expect(problem).toMatch(/answered 500: (and on )+/);
  expect(problem?.length).toBeLessThan(700);
});

test("an end of the process fails at once, long before the deadline", async () => {
  const { probe, asked } = await answering(500);
  const { driver, become, listeners } = fakeDriver();
  const verdict = check(driver, probe, 3_600_000);
  become({ state: "backing_off", error: "greeter exited with code 1: no", exits: 1 });
  expect(await verdict).toBe("greeter exited with code 1: no");
  expect(asked()).toBeLessThanOrEqual(1);
  expect(listeners.size).toBe(0);
});

test("good answers do not outweigh output that says the reload was refused", async () => {
  const { probe } = await answering(200);
  const { driver } = fakeDriver(undefined, "[ALERT] cannot bind\n[WARNING] Loading failure!\n");
  expect(await check(driver, probe, 10_000, /Loading failure/m)).toBe(
    "it refused the config: [ALERT] cannot bind\n[WARNING] Loading failure!",
  );
  expect(await check(driver, probe, 10_000, /other/m)).toBeNull();
});

test("a port that nobody listens on, a command that fails and one that never ends are told as such", async () => {
  const { driver } = fakeDriver();
  const port = await freePort();
  const tcp = await check(driver, { kind: "tcp", host: "127.0.0.1", port }, 50);
  expect(tcp).toContain(`127.0.0.1:${port} does not accept connections: connect ECONNREFUSED`);
  const command = await check(driver, { kind: "command", command: ["sh", "-c", "echo sick; exit 2"] }, 50);
  expect(command).toContain("sh exited with code 2: sick");
  const endless = await check(driver, { kind: "command", command: ["sleep", "1000"] }, 300);
  expect(endless).toMatch(/sleep did not end within \d+(\.\d+)? s/);
});

test("nothing to run is nothing to verify", async () => {
  const { probe, asked } = await answering(500);
  expect(await check(fakeDriver({ state: "idle" }).driver, probe, 10_000)).toBeNull();
  expect(asked()).toBe(0);
});
