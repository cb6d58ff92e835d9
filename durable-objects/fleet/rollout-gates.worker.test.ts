/** What the rules ask of the object beyond offers: outside systems, files taken in ahead, readings. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { WebhookGate } from "../../domain/rollouts/rollout.ts";
import type { ConfirmationRequest } from "../../protocol/rpc/confirmations.ts";
import {
  customOfOurs,
  type FakeAgent,
  type FakeAgentOptions,
  usualCapabilities,
} from "../../test/harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, until, value } from "../../test/harness/worker/fleet-world.ts";
import {
  agentsOf,
  applies,
  ended,
  hashOf,
  isSilent,
  order,
  rollOut,
  start,
} from "../../test/harness/worker/orders.ts";

const get = async (world: FleetWorld, id: RolloutId) => value(await world.stub.getRollout(world.scope, id));
const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const gatesWith = (changes: Partial<ReturnType<typeof order>["gates"]>) => ({
  ...order("x").gates,
  ...changes,
});

/** Agents that are Muster's own, with all that it can do; one for each set of options. */
async function ownAgents(world: FleetWorld, options: Omit<FakeAgentOptions, "send">[]): Promise<FakeAgent[]> {
  const agents: FakeAgent[] = [];
  for (const one of options) {
    const { agent } = await world.dial(world.token(), { custom: customOfOurs, ...one });
    agent.hello();
    agents.push(agent);
  }
  await until(
    async () => value(await world.stub.summary(world.scope)).counts.online,
    (online) => online === options.length,
  );
  return agents;
}

/** Keeps what the object puts on the queue of webhook gates from leaving it; answers what waits there. */
async function holdQuestions(world: FleetWorld) {
  await runInDurableObject(world.stub, (_object, { storage }) => {
    storage.sql.exec(
      "CREATE TABLE asked (message TEXT NOT NULL); CREATE TRIGGER keep AFTER INSERT ON confirmations BEGIN INSERT INTO asked VALUES (new.message); DELETE FROM confirmations WHERE position = new.position; END",
    );
  });
  return () =>
    runInDurableObject(world.stub, (_object, { storage }) =>
      storage.sql
        .exec<{ message: string }>("SELECT message FROM asked ORDER BY rowid")
        .toArray()
        .map(({ message }) => JSON.parse(message) as ConfirmationRequest),
    );
}

const webhook: WebhookGate = {
  url: "https://gate.test/confirm",
  on: ["start"],
  timeoutSeconds: 60,
  attempts: 3,
  whenUnanswered: "hold",
};

test("asks an outside system before the start, in the same commit, and waits for its answer without memory", async () => {
  const world = await fleetWorld();
  const [agent] = await agentsOf(world, [applies]);
  const asked = await holdQuestions(world);
  const next = order("hello", { gates: gatesWith({ webhooks: [webhook] }) });
  const started = await start(world, next);
  expect(started.state).toBe("running");
  const [question, ...others] = await asked();
  expect(others).toEqual([]);
  expect(question).toMatchObject({
    scope: world.scope,
    rolloutId: next.id,
    attempt: 1,
    url: webhook.url,
    phase: "start",
    releaseNumber: next.release.number,
  });
  expect(agent?.agent.offers).toEqual([]);
  const { waits } = value(await world.stub.explainRollout(world.scope, next.id));
  expect(waits[0]?.on).toContain("https://gate.test/confirm to confirm");
  await evictDurableObject(world.stub);
  const say = (attempt: number, verdict: "confirm" | "deny", id = question?.id ?? "") =>
    world.stub.answerConfirmation(world.scope, next.id, { id, attempt, verdict, text: "ok" });
  value(await say(1, "confirm", "wave-7-0"));
  expect((await get(world, next.id)).waves?.[0]?.state, "nobody asked that").toBe("waiting");
  await evictDurableObject(world.stub);
  value(await say(1, "confirm"));
  expect((await ended(world, next.id)).state).toBe("succeeded");
  value(await say(1, "deny"));
  expect((await get(world, next.id)).state, "too late").toBe("succeeded");
});

test("an outside system that denies stops the rollout before anybody is touched", async () => {
  const world = await fleetWorld();
  const [agent] = await agentsOf(world, [applies]);
  const asked = await holdQuestions(world);
  const next = order("hello", { gates: gatesWith({ webhooks: [webhook] }) });
  await start(world, next);
  const [question] = await asked();
  await evictDurableObject(world.stub);
  const { id = "", attempt = 0 } = question ?? {};
  value(
    await world.stub.answerConfirmation(world.scope, next.id, {
      id,
      attempt,
      verdict: "deny",
      text: "not now",
    }),
  );
  const end = await ended(world, next.id);
  expect(end.state).toBe("failed");
  expect(end.reason).toContain("not now");
  expect(agent?.agent.offers).toEqual([]);
});

test("blue/green: all take the files in, then all activate at once, though memory is lost in between", async () => {
  const world = await fleetWorld();
  const staging: FakeAgent[] = [];
  const onStage = (agent: FakeAgent) => void staging.push(agent);
  const [one, two] = await ownAgents(world, [{ onStage }, { onStage }]);
  const next = order("hello", { strategy: { kind: "blue-green", activation: "manual" } });
  await start(world, next);
  await until(
    () => staging.length,
    (count) => count === 2,
  );
  expect([one?.stages, two?.stages]).toEqual([[hashOf("hello")], [hashOf("hello")]]);
  expect((await get(world, next.id)).counts.staging).toBe(2);
  await evictDurableObject(world.stub);
  for (const agent of staging) agent.staged(hashOf("hello"));
  const held = await until(
    () => get(world, next.id),
    ({ state }) => state === "paused",
  );
  expect(held.counts).toMatchObject({ staged: 2, offered: 0 });
  expect([one?.offers, two?.offers], "nothing runs before the activation").toEqual([[], []]);
  await evictDurableObject(world.stub);
  value(await world.stub.promoteRollout(world.scope, next.id, "usr_ada", "Ada"));
  expect((await ended(world, next.id)).state).toBe("succeeded");
  expect([one?.offers, two?.offers]).toEqual([[hashOf("hello")], [hashOf("hello")]]);
});

test("blue/green: files that one agent refuses are activated on none", async () => {
  const world = await fleetWorld();
  const refuses = (agent: FakeAgent, { hash }: { hash: string }) =>
    agent.staged(hash, "line 3: unknown keyword");
  const [bad, good] = await ownAgents(world, [{ onStage: refuses }, {}]);
  const next = order("hello", { strategy: { kind: "blue-green", activation: "automatic" } });
  await start(world, next);
  expect((await ended(world, next.id)).state).toBe("failed");
  expect([bad?.offers, good?.offers]).toEqual([[], []]);
  const { items } = value(
    await world.stub.rolloutAgents(world.scope, next.id, { state: "failed", limit: 5 }),
  );
  expect(items).toMatchObject([{ error: expect.stringContaining("line 3: unknown keyword") }]);
});

test("an agent whose connection is replaced before it was found dead is asked once more for what it takes in", async () => {
  const world = await fleetWorld();
  const asked: string[] = [];
  const onStage: FakeAgentOptions["onStage"] = (_, { hash }) => asked.push(hash);
  const capabilities = [...usualCapabilities, "AcceptsOpAMPConnectionSettings"] as const;
  const [agent] = await ownAgents(world, [{ onStage, capabilities }]);
  const next = order("hello", { strategy: { kind: "blue-green", activation: "automatic" } });
  await start(world, next);
  await until(
    () => asked.length,
    (times) => times === 1,
  );
  const { items } = value(await world.stub.listAgents(world.scope, { sort: "name", limit: 5 }));
  if (!agent || !items[0]) throw new Error("the agent has enrolled");
  await world.redial(agent, world.credential(items[0].id as AgentId, 1));
  agent.hello();
  await until(
    () => asked.length,
    (times) => times === 2,
  );
  agent.staged(asked[1] ?? "");
  await until(
    () => agent.offers.length,
    (offers) => offers === 1,
  );
});

test("asks for readings while a wave is judged by them, stops on a bad one, and asks no more", async () => {
  const world = await fleetWorld();
  const onConfig: FakeAgentOptions["onConfig"] = (agent, config) => agent.applied(hexOf(config.configHash));
  const [agent] = await ownAgents(world, [{ onConfig }]);
  await rollOut(world, order("good"));
  const metrics = [
    { metric: "errors", as: "value" as const, per: null, max: 5, min: null, compare: null, minSamples: 3 },
  ];
  const next = order("bad", { gates: gatesWith({ soakSeconds: 60, metrics }) });
  await start(world, next);
  await until(
    () => agent?.watch?.queries,
    (queries) => queries !== undefined,
  );
  expect(agent?.watch?.queries).toEqual([{ metric: "errors", as: "value", per: null }]);
  for (let n = 0; n < 3; n++) agent?.reading({ 0: 90 + n });
  const end = await ended(world, next.id);
  expect(end.state).toBe("rolled_back");
  expect(end.decisions?.find(({ gate }) => gate === "metrics")).toMatchObject({ verdict: "fail" });
  await until(
    () => agent?.watch ?? null,
    (watch) => watch === null,
  );
  expect(agent?.status?.hash).toBe(hashOf("good"));
});

test("an agent that is deleted leaves the rollout, which does not wait for it", async () => {
  const world = await fleetWorld();
  const [gone, stays] = await agentsOf(world, [isSilent, isSilent]);
  const next = order("hello");
  await start(world, next);
  value(await world.stub.deleteAgent(world.scope, gone?.id as AgentId, "usr_ada"));
  await evictDurableObject(world.stub);
  expect((await get(world, next.id)).counts).toMatchObject({ unreachable: 1, offered: 1 });
  stays?.agent.applied(hashOf("hello"));
  expect(await ended(world, next.id)).toMatchObject({
    state: "succeeded",
    counts: { unreachable: 1, verified: 1 },
  });
  const { items } = value(await world.stub.rolloutAgents(world.scope, next.id, { limit: 5 }));
  expect(items.find(({ agentId }) => agentId === gone?.id)).toMatchObject({ error: "left the fleet" });
});
