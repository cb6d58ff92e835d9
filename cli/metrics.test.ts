import { afterEach, beforeEach, expect, it } from "vitest";
import { fixtures } from "./testing/fixtures.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const asked = (tail: string) => new URLSearchParams(world.sent("GET", tail)?.query);

it("asks an agent itself for its last hour, and the fleet for what lies further back", async () => {
  const { stdout, code } = await world.muster(["metrics", "web-1"]);
  expect(code).toBe(0);
  expect(stdout).toContain("web-1, the last 40s in steps of 10s");
  expect(stdout).toMatch(/host\.cpu\.utilization +▁█ ▃ +20 % +24\.2 % +10 % +42\.5 %/);
  expect(asked("/metrics").get("live")).toBe("true");
  await world.muster(["metrics", "web-1", "--since", "7d", "--series", "host.cpu.utilization,up"]);
  expect(asked("/metrics").get("live")).toBe("false");
  expect(asked("/metrics").get("series")).toBe("host.cpu.utilization,up");
  await world.muster(["metrics", "web-1", "--stored"]);
  expect(asked("/metrics").get("live")).toBe("false");
});

it("says that it is for the asked series alone that nothing is there", async () => {
  world.routes["GET /v1/agents/*/metrics"] = () => ({ body: { ...fixtures.agentMetrics, series: [] } });
  const all = await world.muster(["metrics", "web-1"]);
  expect(all.stdout).toContain("Nothing was measured in this time.");
  const { stdout } = await world.muster(["metrics", "web-1", "--series", "host.cpu"]);
  expect(stdout).toContain("Nothing of host.cpu was measured in this time. Without --series");
});

it("shows a fleet's, and says why there are none", async () => {
  const { stdout } = await world.muster(["metrics"]);
  expect(world.sent("GET", `/fleets/${fixtures.fleet.id}/metrics`)).toBeDefined();
  expect(stdout).toContain("Fleet web");
  expect(stdout).toContain("This fleet stores no metrics");
});

it("changes only what is named of what is stored", async () => {
  const body = () => world.sent("PUT", "/metrics-collection")?.body;
  await world.muster(["metrics", "collect", "off"]);
  expect(body()).toEqual({ enabled: false, everySeconds: 300, scrape: ["up"] });
  await world.muster(["metrics", "collect", "on", "--every", "1m", "--scrape", "a", "--scrape", "b"]);
  expect(body()).toEqual({ enabled: true, everySeconds: 60, scrape: ["a", "b"] });
  await world.muster(["metrics", "collect", "on", "--scrape-nothing"]);
  expect(body()).toEqual({ enabled: true, everySeconds: 300, scrape: [] });
  const { code, stderr } = await world.muster(["metrics", "collect", "on", "--every", "5s"]);
  expect(code).toBe(2);
  expect(stderr).toContain("from 60s to 1h");
});
