import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { type FleetWorld, fleetWorld, newId, until, value } from "../harness/worker/fleet-world.ts";

const list = async (world: FleetWorld) =>
  value(await world.stub.listAgents(world.scope, { sort: "name", limit: 50 })).items;

async function enrolled() {
  const world = await fleetWorld();
  const dialed = await world.dial(world.token());
  dialed.agent.hello();
  await dialed.agent.next();
  const [agent] = await list(world);
  return { world, ...dialed, id: agent?.id as AgentId };
}

const rows = (world: FleetWorld, table: string) =>
  runInDurableObject(world.stub, (_, { storage }) =>
    Number(storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n),
  );

it("closes the agent's socket, forgets its rows, and says so in the history", async () => {
  const { world, id, closed } = await enrolled();
  expect(value(await world.stub.deleteAgent(world.scope, id, "usr_ada"))).toBeNull();
  expect(await closed).toEqual({ code: 1008, reason: "This agent was deleted" });
  expect(await list(world)).toEqual([]);
  expect(await rows(world, "agents")).toBe(0);
  expect(await rows(world, "agent_reports")).toBe(0);
  const { items } = value(await world.stub.listEvents(world.scope, { limit: 1, type: "agent.deleted" }));
  expect(items).toMatchObject([{ agentId: id, actor: "usr_ada", data: { uid: expect.any(String) } }]);
  await evictDurableObject(world.stub);
  expect(await list(world)).toEqual([]);
  expect(await world.stub.getAgent(world.scope, id)).toMatchObject({ refusal: { code: "not_found" } });
  expect(await world.stub.deleteAgent(world.scope, id, "usr_ada")).toMatchObject({
    refusal: { code: "not_found" },
  });
});

it("refuses a later dial with the agent's credential as a revoked one, and enrols the host as a new agent", async () => {
  const { world, id, agent, closed } = await enrolled();
  value(await world.stub.deleteAgent(world.scope, id, "usr_ada"));
  await closed;
  const refused = await world.upgrade(world.credential(id, 1));
  expect(refused.status).toBe(401);
  expect(await refused.text()).toContain("enrol it anew");
  await world.redial(agent, world.token());
  agent.hello();
  await agent.next();
  const [anew, ...others] = await list(world);
  expect(others).toEqual([]);
  expect(anew).toMatchObject({ instanceUid: agent.uid, status: "online" });
  expect(anew?.id).not.toBe(id);
});

it("states what the agent used, up to its end", async () => {
  const { world, id } = await enrolled();
  await world.rollOut("hello");
  await until(
    () => list(world),
    ([agent]) => agent?.config.state === "in_sync",
  );
  const quantities = async () => {
    const hours = value(await world.stub.openUsage(world.scope, 0));
    const sum = (meter: string) =>
      hours.filter((hour) => hour.meter === meter).reduce((total, { quantity }) => total + quantity, 0);
    return { seconds: sum("connected_agent_seconds"), deliveries: sum("config_deliveries") };
  };
  const before = await quantities();
  expect(before.deliveries).toBe(1);
  value(await world.stub.deleteAgent(world.scope, id, "usr_ada"));
  const after = await quantities();
  expect(after.deliveries).toBe(1);
  expect(after.seconds).toBeGreaterThanOrEqual(before.seconds);
  await evictDurableObject(world.stub);
  expect(await quantities()).toEqual(after);
  const { items } = value(await world.stub.listEvents(world.scope, { limit: 1, type: "agent.disconnected" }));
  const time = (key: string) => Date.parse(String(items[0]?.data[key]));
  expect(after.seconds * 1000).toBe(time("endedAt") - time("connectedAt"));
});

it("deletes one that is offline, and one of whom there never was any", async () => {
  const { world, id, agent } = await enrolled();
  agent.goodbye();
  await until(
    () => list(world),
    ([one]) => one?.status === "offline",
  );
  value(await world.stub.deleteAgent(world.scope, id, "usr_ada"));
  expect(await list(world)).toEqual([]);
  expect(await world.stub.deleteAgent(world.scope, newId("agent") as AgentId, "usr_ada")).toMatchObject({
    refusal: { code: "not_found" },
  });
});
