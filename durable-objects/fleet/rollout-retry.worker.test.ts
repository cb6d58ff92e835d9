import { expect, test } from "vitest";
import { isTerminal } from "../../domain/rollouts/states.ts";
import { fleetWorld, until, value } from "../../test/harness/worker/fleet-world.ts";
import { agentsOf, order } from "../../test/harness/worker/orders.ts";

test("an agent that failed is held back until a person lifts it, and is offered the release again at once", async () => {
  const world = await fleetWorld();
  let isFull = true;
  const heard: string[] = [];
  await agentsOf(world, [
    (agent, hash) => {
      heard.push(hash);
      if (isFull) agent.failed(hash, "no space left on device");
      else agent.applied(hash);
    },
    (agent, hash) => agent.applied(hash),
  ]);
  const tolerant = order("hello");
  const deployed = { ...tolerant, gates: { ...tolerant.gates, maxFailures: 1 } };
  value(await world.stub.startRollout(world.scope, deployed));
  const ended = await until(
    async () => value(await world.stub.getRollout(world.scope, deployed.id)),
    (rollout) => isTerminal(rollout.state),
  );
  expect(ended).toMatchObject({ state: "succeeded", counts: { failed: 1, verified: 1 } });
  expect(heard).toHaveLength(1);

  isFull = false;
  value(await world.stub.retryRollout(world.scope, deployed.id, "usr_ada"));
  const page = await until(
    async () => value(await world.stub.listAgents(world.scope, { sort: "name", limit: 10 })),
    ({ items }) => items.every((agent) => agent.config.state === "in_sync"),
  );
  expect(page.items).toHaveLength(2);
  expect(heard).toHaveLength(2);
  const { items } = value(await world.stub.listEvents(world.scope, { type: "rollout.retried", limit: 10 }));
  expect(items).toMatchObject([{ actor: "usr_ada", data: { lifted: 1, offered: 1 } }]);

  const again = await world.stub.retryRollout(world.scope, deployed.id, "usr_ada");
  expect(again).toMatchObject({ ok: false, refusal: { code: "conflict" } });
});

test("while a rollout runs nobody is retried, and nothing waits for a promotion", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [() => {}]);
  const running = order("hello");
  value(await world.stub.startRollout(world.scope, running));
  for (const asked of [
    await world.stub.retryRollout(world.scope, running.id, "usr_ada"),
    await world.stub.promoteRollout(world.scope, running.id, "usr_ada"),
  ]) {
    expect(asked).toMatchObject({ ok: false, refusal: { code: "conflict" } });
  }
});
