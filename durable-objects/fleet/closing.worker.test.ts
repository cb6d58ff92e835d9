/** A fleet whose organization is deleted: shut, opened again, or erased for good. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { type FleetWorld, fleetWorld, until, value } from "../../test/harness/worker/fleet-world.ts";

async function enrolled() {
  const world = await fleetWorld();
  const dialed = await world.dial(world.token());
  dialed.agent.hello();
  await dialed.agent.next();
  return { world, ...dialed };
}

const online = async (world: FleetWorld) => value(await world.stub.summary(world.scope)).counts.online;

/** What the door answers to an agent with a good credential. */
const knock = (world: FleetWorld) => world.upgrade(world.token());

it("sends its agents away, tells them to come back later, and lets them in again once it is opened", async () => {
  const { world, closed } = await enrolled();
  expect(await online(world)).toBe(1);
  expect(value(await world.stub.setClosed(world.scope, true))).toBeNull();
  await closed;
  expect(await online(world)).toBe(0);
  await evictDurableObject(world.stub);
  const shut = await knock(world);
  expect([shut.status, shut.headers.get("retry-after")]).toEqual([503, "600"]);
  expect(value(await world.stub.setClosed(world.scope, true))).toBeNull();
  expect(value(await world.stub.setClosed(world.scope, false))).toBeNull();
  const back = await world.dial(world.token());
  back.agent.hello();
  await until(
    () => online(world),
    (count) => count === 1,
  );
});

it("forgets everything, stays so when asked again or woken, and no credential brings it back", async () => {
  const { world, closed } = await enrolled();
  expect(value(await world.stub.erase(world.scope))).toBeNull();
  await closed;
  const left = await runInDurableObject(world.stub, async (_, { storage }) => ({
    agents: storage.sql.exec("SELECT count(*) AS n FROM agents").one().n,
    events: storage.sql.exec("SELECT count(*) AS n FROM event_chunks").one().n,
    outbox: storage.sql.exec("SELECT count(*) AS n FROM outbox").one().n,
    alarm: await storage.getAlarm(),
  }));
  expect(left).toEqual({ agents: 0, events: 0, outbox: 0, alarm: null });
  await evictDurableObject(world.stub);
  expect((await knock(world)).status).toBe(401);
  expect(value(await world.stub.setClosed(world.scope, false))).toBeNull();
  expect(value(await world.stub.erase(world.scope))).toBeNull();
  expect((await knock(world)).status).toBe(401);
  expect(value(await world.stub.summary(world.scope)).counts.total).toBe(0);
});

it("is closed and erased by its own tenant alone", async () => {
  const { world } = await enrolled();
  const { scope } = await fleetWorld();
  const stranger = { ...world.scope, organizationId: scope.organizationId };
  expect(await world.stub.setClosed(stranger, true)).toMatchObject({ refusal: { code: "not_found" } });
  expect(await world.stub.erase(stranger)).toMatchObject({ refusal: { code: "not_found" } });
  expect(await online(world)).toBe(1);
});
