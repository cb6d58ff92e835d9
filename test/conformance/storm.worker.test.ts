import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { type FleetWorld, fleetWorld, until, value } from "../harness/worker/fleet-world.ts";

const count = 60;
const counts = async (world: FleetWorld) => value(await world.stub.summary(world.scope)).counts;

for (const drop of ["the agents hang up", "the object loses its sockets"] as const) {
  it(`takes back all agents at once in mid-rollout when ${drop}`, async () => {
    const world = await fleetWorld();
    const dialed = await Promise.all(
      Array.from({ length: count }, async () => {
        const one = await world.dial(world.token(), { onConfig: () => {} });
        one.agent.hello();
        await one.agent.next();
        return one;
      }),
    );
    const rollout = await world.rollOut("hello");
    await until(
      () => dialed.filter(({ agent }) => agent.offers.length === 1).length,
      (offered) => offered === count,
    );
    // A third has answered before the drop; the others have not.
    const early = dialed.slice(0, count / 3);
    for (const { agent } of early) agent.applied(agent.offers[0] ?? "");
    await Promise.all(early.map(({ agent }) => agent.next((message) => message.remoteConfig === undefined)));

    if (drop === "the agents hang up") for (const { socket } of dialed) socket.close(1000);
    else await evictDurableObject(world.stub, { webSockets: "close" });
    await Promise.all(dialed.map(({ agent }) => world.redial(agent, world.token())));
    for (const { agent } of dialed) agent.hello();

    await until(
      () => counts(world),
      ({ total, online }) => total === count && online === count,
    );
    await until(
      () => dialed.slice(count / 3).filter(({ agent }) => agent.offers.length === 2).length,
      (again) => again === (count * 2) / 3,
    );
    expect(early.every(({ agent }) => agent.offers.length === 1)).toBe(true);
    for (const { agent } of dialed.slice(count / 3)) agent.applied(agent.offers[1] ?? "");
    await until(
      async () => value(await world.stub.getRollout(world.scope, rollout)).state,
      (state) => state === "succeeded",
    );
    const usage = value(await world.stub.openUsage(world.scope, 0));
    expect(usage.find(({ meter }) => meter === "config_deliveries")?.quantity).toBe(count);
  });
}
