import { afterEach, beforeEach, expect, it } from "vitest";
import { fleetId } from "./testing/bodies.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const change = () => world.sent("PATCH", `/v1/fleets/${fleetId}`)?.body;

it.each([
  ["10m", 600],
  ["7d", 604_800],
  ["off", null],
])("tells of agents that are away after %s", async (word, offlineAfterSeconds) => {
  const { code, stdout } = await world.muster(["fleets", "update", "web", "--offline-after", word]);
  expect(code).toBe(0);
  expect(change()).toEqual({ offlineAfterSeconds });
  expect(stdout).toContain("--offline-after off");
});

it.each(["59s", "8d", "never"])("refuses %s before anything is sent", async (word) => {
  const { code, stderr } = await world.muster(["fleets", "update", "web", "--offline-after", word]);
  expect(code).toBe(2);
  expect(stderr).toContain("must be off, or a duration from 1m to 7d");
  expect(change()).toBeUndefined();
});

it("asks what to change", async () => {
  const { code, stderr } = await world.muster(["fleets", "update", "web"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--name or --offline-after");
});
