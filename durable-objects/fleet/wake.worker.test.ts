import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import { type FleetWorld, fleetWorld, value } from "../../test/harness/worker/fleet-world.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const rename = (world: FleetWorld, from: string, to: string) =>
  runInDurableObject(world.stub, (_, { storage }) => {
    storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
  });

it("wakes and answers although its meter is broken, says so, and meters again once it is whole", async () => {
  const world = await fleetWorld();
  await rename(world, "meter_state", "meter_gone");
  const said = vi.spyOn(console, "error").mockReturnValue();
  await evictDurableObject(world.stub);
  expect(value(await world.stub.summary(world.scope)).counts.total).toBe(0);
  expect(said.mock.calls.flat().join()).toContain("closed hours were not stated");
  await rename(world, "meter_gone", "meter_state");
  await evictDurableObject(world.stub);
  expect(value(await world.stub.flushUsage(world.scope))).toBeNull();
});
