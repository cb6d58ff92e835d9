import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../test/harness/until.ts";
import type { AgentDriver, DriverCondition } from "./drivers/driver.ts";
import { type Health, HealthMonitor } from "./health.ts";

vi.setConfig({ testTimeout: 120_000 });

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** A program whose probe answers `service.status`, watched with short waits. */
async function watch(startGraceMs: number) {
  const service = { status: 200, asked: 0, busy: false };
  const server = createServer((_, response) => {
    service.asked++;
    response.writeHead(service.status).end("the reason");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let condition: DriverCondition = { state: "stopped" };
  const listeners = new Set<(condition: DriverCondition) => void>();
  const nothing = async () => {};
  const driver: AgentDriver = {
    start: nothing,
    reload: nothing,
    restart: nothing,
    stop: nothing,
    condition: () => condition,
    output: () => "",
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const become = (next: DriverCondition) => {
    condition = next;
    for (const listener of listeners) listener(next);
  };
  const told: Health[] = [];
  const monitor = new HealthMonitor({
    driver,
    probe: { kind: "http", url: `http://127.0.0.1:${port}/` },
    startGraceMs,
    context: { cwd: process.cwd(), env: process.env },
    busy: () => service.busy,
    onChange: (health) => told.push(health),
    everyMs: 10,
    soonMs: 5,
  });
  endings.push(() => {
    monitor.stop();
    server.close();
  });
  const probes = (count: number) => {
    const from = service.asked;
    return until(`${count} probes`, () => service.asked >= from + count);
  };
  return { service, become, told, monitor, probes };
}

const running = (): DriverCondition => ({ state: "running", sinceMs: Date.now() });

test("says nothing before it knows, then each change once", async () => {
  const { service, become, told, monitor, probes } = await watch(0);
  expect(monitor.current()).toBeNull();
  become(running());
  monitor.start();
  await until("health", () => told[0]);
  await probes(5);
  expect(told).toMatchObject([{ healthy: true, status: "running" }]);
  service.status = 503;
  await until("sickness", () => told[1]);
  await probes(5);
  expect(told).toHaveLength(2);
  expect(told[1]).toMatchObject({ healthy: false, status: "unhealthy" });
  expect(told[1]?.error).toContain("answered 503: the reason");
  service.status = 200;
  await until("recovery", () => told[2]?.healthy);
});

test("a program that is still starting is not sick yet", async () => {
  const { service, become, told, monitor, probes } = await watch(3_600_000);
  service.status = 503;
  become(running());
  monitor.start();
  await probes(5);
  expect(told).toEqual([]);
  service.status = 200;
  await until("health", () => told[0]?.healthy);
  service.status = 503;
  await until("sickness, since it was well before", () => told[1]?.status === "unhealthy");
});

test("a clock that was set back since its start makes no program young", async () => {
  const { service, become, told, monitor } = await watch(60_000);
  service.status = 500;
  become({ state: "running", sinceMs: Date.now() + 86_400_000 });
  monitor.start();
  await until("that it is sick", () => told.at(-1)?.status === "unhealthy");
});

test("an end is told at once, a second one as a crash loop, and a start alone does not make it well", async () => {
  const { service, become, told, monitor, probes } = await watch(3_600_000);
  become({ state: "backing_off", error: "exited with code 1", exits: 1 });
  monitor.start();
  expect(told).toMatchObject([{ healthy: false, status: "exited", error: "exited with code 1" }]);
  service.status = 503;
  become(running());
  await probes(3);
  become({ state: "backing_off", error: "exited with code 1", exits: 2 });
  expect(told.map((health) => health.status)).toEqual(["exited", "crash loop"]);
});

test("while a config is being applied nothing is judged", async () => {
  const { service, become, told, monitor } = await watch(0);
  service.busy = true;
  monitor.start();
  become({ state: "backing_off", error: "exited with code 1", exits: 1 });
  become(running());
  monitor.applied(true);
  expect(told).toMatchObject([{ healthy: true, status: "running" }]);
});
