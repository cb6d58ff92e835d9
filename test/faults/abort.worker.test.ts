/** An abort that is acknowledged in the middle of a fan-out: not one offer more, whatever agents and clock do then. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { fleetWorld, until, value } from "../harness/worker/fleet-world.ts";
import { agentsOf, applies, ended, hashOf } from "../harness/worker/orders.ts";
import { settleOn, start } from "../harness/worker/rollouts.ts";

const agentCount = 24;

test("no offer leaves after the acknowledgement, at whatever moment it comes", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        after: fc.integer({ min: 0, max: agentCount - 2 }),
        batch: fc.integer({ min: 1, max: 8 }),
        autoRevert: fc.boolean(),
      }),
      async ({ after, batch, autoRevert }) => {
        const world = await fleetWorld();
        const agents = await agentsOf(
          world,
          Array.from({ length: agentCount }, () => applies),
        );
        await settleOn(world, "base");
        const candidate = hashOf("candidate");
        const offered = () => agents.filter(({ agent }) => agent.offers.includes(candidate)).length;
        const { id } = await start(world, "candidate", {
          autoRevert,
          strategy: { kind: "rolling", batch, pauseSeconds: 0, maxUnavailable: null, rate: null },
        });
        await until(offered, (count) => count >= after);
        const acknowledged = await world.stub.abortRollout(world.scope, id, "usr_ada");
        const before = offered();
        if (!acknowledged.ok) {
          expect(acknowledged.refusal.code, "it was over before").toBe("rollout_finished");
          expect(before).toBe(agentCount);
        }
        // Whatever could still move it: agents that speak, leave and come back.
        for (const one of agents) {
          one.socket.close();
          const { socket } = await world.redial(one.agent, world.token());
          one.socket = socket;
          one.agent.sequence = 0;
          one.agent.hello();
        }
        const end = await ended(world, id);
        await until(
          async () => value(await world.stub.listAgents(world.scope, { sort: "name", limit: 50 })).items,
          (all) => all.every(({ status, config }) => status === "online" && config.state !== "offered"),
        );
        expect(offered()).toBe(before);
        if (acknowledged.ok) expect(["cancelled", "rolled_back"]).toContain(end.state);
        if (acknowledged.ok && autoRevert) {
          for (const { agent } of agents) expect(agent.status?.hash).toBe(hashOf("base"));
        }
        for (const { socket } of agents) socket.close();
      },
    ),
    { numRuns: 10 },
  );
});
