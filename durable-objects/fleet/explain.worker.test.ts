import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import type { FakeAgent } from "../../test/harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../../test/harness/worker/fleet-world.ts";
import { agentsOf, ended, hashOf, order } from "../../test/harness/worker/orders.ts";

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

it("says one thing of an agent that died after its offer, wherever it is said", async () => {
  const world = await fleetWorld();
  const { agent, socket } = await world.dial(world.token(), { onConfig: () => {} });
  agent.hello();
  const [row] = await until(
    async () => value(await world.stub.listAgents(world.scope, { sort: "name", limit: 1 })).items,
    (items) => items.length === 1,
  );
  const id = row?.id as AgentId;
  await world.rollOut("hello");
  await until(
    () => agent.offers.length,
    (count) => count === 1,
  );
  socket.close();
  await until(
    async () => value(await world.stub.getAgent(world.scope, id)).status,
    (status) => status === "offline",
  );
  const { reasons } = value(await world.stub.explainAgent(world.scope, id));
  const texts = reasons
    .filter(({ topic }) => topic === "config" || topic === "rollout")
    .map(({ text }) => text);
  expect(texts.join(" ")).toContain("was offered");
  expect(texts.join(" ")).toContain("is offered it again when it returns");
  expect(texts.join(" ")).not.toContain("was not offered");
});

it("says what a rollout waits on, what a person can do, and who did what", async () => {
  const world = await fleetWorld();
  const [one] = await agentsOf(world, [() => {}]);
  const first = order("first");
  value(await world.stub.startRollout(world.scope, first));
  const second = order("second", { onActive: "queue" });
  value(await world.stub.startRollout(world.scope, second));
  value(await world.stub.pauseRollout(world.scope, first.id, "usr_bea", "Bea"));
  await evictDurableObject(world.stub);
  const paused = value(await world.stub.explainRollout(world.scope, first.id));
  expect(paused.waits[0]).toMatchObject({
    on: "a person to resume it",
    action: { command: `muster rollouts resume ${first.id}` },
  });
  expect(paused.why.map(({ text }) => text).join(" ")).toContain("Bea paused");
  const waiting = value(await world.stub.explainRollout(world.scope, second.id));
  expect(waiting.summary).toContain("by Ada");
  expect(waiting.waits[0]?.on).toContain(first.id);
  value(await world.stub.resumeRollout(world.scope, first.id, "usr_bea", "Bea"));
  one?.agent.applied(hashOf("first"));
  await ended(world, first.id);
  const done = value(await world.stub.explainRollout(world.scope, first.id));
  expect(done).toMatchObject({ state: "succeeded", waits: [] });
});
