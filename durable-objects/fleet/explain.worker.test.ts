import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { FakeAgent } from "../../test/harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../../test/harness/worker/fleet-world.ts";

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function dialAgent(world: FleetWorld, answer: (agent: FakeAgent, hash: string) => void) {
  const { agent } = await world.dial(world.token(), {
    onConfig: (one, config) => answer(one, hex(config.configHash)),
  });
  agent.hello();
  await agent.next();
  const [row] = value(await world.stub.listAgents(world.scope, { sort: "name", limit: 1 })).items;
  return row?.id as AgentId;
}

const ended = (world: FleetWorld, id: RolloutId) =>
  until(
    async () => value(await world.stub.getRollout(world.scope, id)),
    ({ state }) => isTerminal(state),
  );

async function explained(world: FleetWorld, agent: AgentId) {
  const explanation = value(await world.stub.explainAgent(world.scope, agent));
  const text = explanation.reasons.find(({ topic }) => topic === "rollout")?.text;
  return { rollout: explanation.rollout, text };
}

it("says verified of an agent whose rollout has succeeded, as the rollout itself does, and by which gate", async () => {
  const world = await fleetWorld();
  const agent = await dialAgent(world, (one, hash) => one.applied(hash));
  const id = await world.rollOut("hello", { soakSeconds: 1 });

  const soaking = await until(
    () => explained(world, agent),
    ({ rollout }) => rollout?.agentState === "applied",
  );
  expect(soaking.text).toContain("must now stay healthy");
  expect(soaking.rollout?.gate).toBeNull();

  expect((await ended(world, id)).state).toBe("succeeded");
  for (const evicted of [false, true]) {
    if (evicted) await evictDurableObject(world.stub);
    const { items } = value(await world.stub.rolloutAgents(world.scope, id, { limit: 10 }));
    const { rollout, text } = await explained(world, agent);
    expect(items.map(({ state }) => state)).toEqual(["verified"]);
    expect(rollout).toMatchObject({ id, state: "succeeded", agentState: "verified" });
    expect(rollout?.gate).toBe("let through by: failures gate of wave 1 (0 failed, 0 allowed)");
    expect(text).toContain(
      "it applied the release and stayed healthy; let through by: failures gate of wave 1",
    );
  }
});

it("says what stopped a rollout, and does not promise a wait that is over", async () => {
  const world = await fleetWorld();
  const agent = await dialAgent(world, (one, hash) => one.failed(hash, "line 3: unknown keyword"));
  const id = await world.rollOut("bad");
  expect((await ended(world, id)).state).toBe("failed");
  const failed = await explained(world, agent);
  expect(failed.rollout).toMatchObject({
    agentState: "failed",
    gate: "stopped by: failures gate of wave 1 (1 failed, 0 allowed)",
  });
  expect(failed.text).toContain("it failed (line 3: unknown keyword); stopped by: failures gate");

  const other = await fleetWorld();
  const silent = await dialAgent(other, () => {});
  const stopped = await other.rollOut("hello");
  value(await other.stub.abortRollout(other.scope, stopped, "usr_ada"));
  const left = await explained(other, silent);
  expect(left.rollout).toMatchObject({ state: "cancelled", agentState: "offered" });
  expect(left.rollout?.gate).toBe("stopped by: a person in wave 1 (usr_ada aborted the rollout)");
  expect(left.text).toContain("it was offered the release and had not answered by then");
});
