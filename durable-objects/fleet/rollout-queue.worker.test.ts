/** Rollouts that wait: for a person, their time, or another one. Memory is lost between every two commands. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import type { RolloutId } from "../../domain/ids.ts";
import { type Freeze, openPolicy, type Policy } from "../../domain/rollouts/policy.ts";
import type { Approval } from "../../protocol/rpc/fleet.ts";
import { type FleetWorld, fleetWorld, newId, until, value } from "../../test/harness/worker/fleet-world.ts";
import {
  agentsOf,
  applies,
  ended,
  failsOn,
  hashOf,
  isSilent,
  order,
  rollOut,
  start,
} from "../../test/harness/worker/orders.ts";

const hour = 3_600_000;
const evict = (world: FleetWorld) => evictDurableObject(world.stub);
const get = async (world: FleetWorld, id: RolloutId) => value(await world.stub.getRollout(world.scope, id));
const frozen = (reason: string, fromMs = Date.now() - hour): Policy => {
  const freeze: Freeze = { fromMs, untilMs: Date.now() + hour, reason };
  return { ...openPolicy, freezes: [freeze] };
};
const by = (name: string, verdict: Approval["verdict"] = "approve"): Approval => ({
  verdict,
  comment: null,
  actor: newId("user"),
  name,
  person: newId("user"),
});

test("a rollout behind another one starts when that has ended, and its release is nobody's before", async () => {
  const world = await fleetWorld();
  await rollOut(world, order("current"));
  const [agent] = await agentsOf(world, [isSilent]);
  const first = order("first");
  await start(world, first);
  const second = order("second", { onActive: "queue" });
  const refusedOne = value(await world.stub.previewRollout(world.scope, order("third")));
  expect(refusedOne.warnings.join(" ")).toContain(first.id);
  expect(await world.stub.startRollout(world.scope, order("third"))).toMatchObject({
    ok: false,
    refusal: { code: "rollout_active" },
  });
  await evict(world);
  expect(await start(world, second)).toMatchObject({ state: "scheduled", total: 0, startedAt: null });
  await evict(world);
  expect(await start(world, second), "the same order again").toMatchObject({
    id: second.id,
    state: "scheduled",
  });
  const waiting = await get(world, second.id);
  expect(waiting.reason).toContain(first.id);

  const newcomer = await world.dial(world.token(), {
    onConfig: (one, config) => one.applied(hexOf(config.configHash)),
  });
  newcomer.agent.hello();
  await until(
    async () => value(await world.stub.summary(world.scope)).counts.total,
    (total) => total === 2,
  );
  await until(
    () => newcomer.agent.offers.length,
    (offers) => offers > 0,
  );
  expect(newcomer.agent.offers, "neither the candidate nor a pending release").toEqual([hashOf("current")]);

  await evict(world);
  agent?.agent.applied(hashOf("first"));
  expect((await ended(world, first.id)).state).toBe("succeeded");
  const begun = await until(
    () => get(world, second.id),
    ({ state }) => state === "running",
  );
  expect(begun.total, "the plan is made anew: the newcomer is in it").toBe(2);
  expect(begun.decisions?.map(({ gate, inputs }) => [gate, inputs.agents, inputs.agentsThen])).toContainEqual(
    ["plan", 2, 1],
  );
  agent?.agent.applied(hashOf("second"));
  expect((await ended(world, second.id)).state).toBe("succeeded");
});

test("a rollout that supersedes the active one cancels it, and its agents keep what they run", async () => {
  const world = await fleetWorld();
  const [quick, slow] = await agentsOf(world, [applies, isSilent]);
  const first = order("first");
  await start(world, first);
  await until(
    () => quick?.agent.status?.hash,
    (hash) => hash === hashOf("first"),
  );
  await evict(world);
  const second = order("second", { onActive: "supersede" });
  await start(world, second);
  const stopped = await ended(world, first.id);
  expect(stopped).toMatchObject({ state: "cancelled" });
  expect(stopped.reason).toContain(second.id);
  expect(quick?.agent.offers, "it is not sent back in between").toEqual([hashOf("first"), hashOf("second")]);
  slow?.agent.applied(hashOf("second"));
  expect((await ended(world, second.id)).state).toBe("succeeded");
});

test("what is rolling back ends first, whoever wants its place", async () => {
  const world = await fleetWorld();
  const bad = hashOf("bad");
  const [refuses, holds] = await agentsOf(world, [
    failsOn(bad),
    (agent, hash) => {
      if (hash !== hashOf("good") || agent.offers.length === 1) agent.applied(hash);
    },
  ]);
  await rollOut(world, order("good"));
  const wrong = order("bad");
  await start(world, wrong);
  await until(
    () => get(world, wrong.id),
    ({ state }) => state === "rolling_back",
  );
  const next = order("next", { onActive: "supersede" });
  expect((await start(world, next)).state).toBe("scheduled");
  await evict(world);
  expect((await get(world, wrong.id)).state).toBe("rolling_back");
  holds?.agent.applied(hashOf("good"));
  expect((await ended(world, wrong.id)).state).toBe("rolled_back");
  expect((await ended(world, next.id)).state).toBe("succeeded");
  expect(refuses?.agent.offers.filter((hash) => hash === bad)).toHaveLength(1);
});

test("starts at its time", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const later = order("later", { schedule: { startAtMs: Date.now() + 1_500, windows: [] } });
  expect(await start(world, later)).toMatchObject({ state: "scheduled" });
  await evict(world);
  const between = order("between");
  await rollOut(world, between);
  expect((await get(world, later.id)).state).toBe("scheduled");
  expect((await ended(world, later.id)).state).toBe("succeeded");
});

test("starts at its time although nobody called the fleet before it", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const startAtMs = Date.now() + 700;
  const later = order("later", { schedule: { startAtMs, windows: [] } });
  expect(await start(world, later)).toMatchObject({ state: "scheduled" });
  await evict(world);
  await until(
    () => Date.now(),
    (nowMs) => nowMs > startAtMs,
  );
  expect((await ended(world, later.id)).state).toBe("succeeded");
});

test("waits for a freeze to end, and goes on at once when an admin overrides it or it is lifted", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const policy = frozen("quarter's end");
  const first = order("first", { policy, policyRevision: 1 });
  const taken = await start(world, first);
  expect(taken).toMatchObject({ state: "scheduled" });
  expect(taken.reason).toContain("quarter's end");
  await evict(world);
  const override = { actor: "usr_ops", name: "Ops", reason: "the fix is urgent" };
  value(await world.stub.overrideFreeze(world.scope, first.id, override));
  const end = await ended(world, first.id);
  expect(end).toMatchObject({
    state: "succeeded",
    freezeOverride: { by: "Ops", reason: "the fix is urgent" },
  });

  const second = order("second", { policy, policyRevision: 1 });
  await start(world, second);
  await evict(world);
  value(await world.stub.setPolicy(world.scope, openPolicy, 1));
  expect((await get(world, second.id)).state, "a revision that is known changes nothing").toBe("scheduled");
  await evict(world);
  value(await world.stub.setPolicy(world.scope, openPolicy, 2));
  expect((await ended(world, second.id)).state).toBe("succeeded");
  const third = order("third", { policy, policyRevision: 1 });
  await rollOut(world, third);
});

test("in a protected environment another person must approve", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const author = newId("user");
  const policy = { ...openPolicy, protected: true };
  const asked = order("asked", { policy, person: author });
  expect(await start(world, asked)).toMatchObject({
    state: "awaiting_approval",
    approval: { required: true, by: null, verdict: null },
  });
  await evict(world);
  const own = await world.stub.approveRollout(world.scope, asked.id, { ...by("Ada"), person: author });
  expect(own).toMatchObject({ ok: false, refusal: { code: "forbidden" } });
  await evict(world);
  const bea = by("Bea");
  value(await world.stub.approveRollout(world.scope, asked.id, { ...bea, comment: "looks right" }));
  expect(value(await world.stub.approveRollout(world.scope, asked.id, bea)), "again").toMatchObject({
    approval: { verdict: "approve", by: "Bea", comment: "looks right" },
  });
  expect(await ended(world, asked.id)).toMatchObject({ state: "succeeded" });

  const wrong = order("wrong", { policy, person: author });
  await start(world, wrong);
  await evict(world);
  value(
    await world.stub.approveRollout(world.scope, wrong.id, { ...by("Bea", "reject"), comment: "not today" }),
  );
  const rejected = await get(world, wrong.id);
  expect(rejected).toMatchObject({ state: "cancelled", approval: { verdict: "reject", by: "Bea" } });
  expect(rejected.reason).toContain("not today");
  await evict(world);
  expect(await world.stub.approveRollout(world.scope, wrong.id, by("Cy"))).toMatchObject({
    ok: false,
    refusal: { code: "conflict" },
  });
  const { items } = value(await world.stub.listEvents(world.scope, { limit: 200, rollout: asked.id }));
  expect(items.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["rollout.scheduled", "rollout.approved", "rollout.started", "rollout.succeeded"]),
  );
});

test("one that waits can be aborted, never starts then, and holds nobody up", async () => {
  const world = await fleetWorld();
  const [agent] = await agentsOf(world, [isSilent]);
  const first = order("first");
  await start(world, first);
  const second = order("second", { onActive: "queue" });
  const third = order("third", { onActive: "queue" });
  await start(world, second);
  await start(world, third);
  await evict(world);
  value(await world.stub.abortRollout(world.scope, second.id, "usr_ada", "Ada"));
  const aborted = await get(world, second.id);
  expect(aborted).toMatchObject({ state: "cancelled", startedAt: null });
  expect(aborted.reason).toContain("Ada");
  await evict(world);
  value(await world.stub.abortRollout(world.scope, second.id, "usr_ada", "Ada"));
  agent?.agent.applied(hashOf("first"));
  await ended(world, first.id);
  agent?.agent.applied(hashOf("third"));
  expect((await ended(world, third.id)).state).toBe("succeeded");
  expect(agent?.agent.offers).toEqual([hashOf("first"), hashOf("third")]);
});

test("orders that are taken back leave nothing behind, and keep nobody from reverting what ran before", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  await rollOut(world, order("first"));
  const moved = order("second");
  await rollOut(world, moved);
  const policy = frozen("quarter's end");
  for (let n = 1; n <= 12; n++) {
    const one = order(`taken back ${n}`, { policy, policyRevision: 1 });
    await start(world, one);
    value(await world.stub.abortRollout(world.scope, one.id, "usr_ada", "Ada"));
  }
  const contents = await runInDurableObject(world.stub, (_object, { storage }) =>
    storage.sql.exec<{ content: string }>("SELECT content FROM contents ORDER BY content").toArray(),
  );
  expect(contents.map(({ content }) => content)).toEqual(["first", "second"]);
  const back = order("second", { revertOf: moved.id, release: moved.release });
  expect(value(await world.stub.previewRollout(world.scope, back)).refusal).toBeNull();
});

test("one whose plan has become impossible fails when its turn comes, and the next one starts", async () => {
  const world = await fleetWorld();
  const [agent] = await agentsOf(world, [isSilent, isSilent]);
  const first = order("first", { autoRevert: false });
  await start(world, first);
  const web = await world.dial(world.token({ labels: { role: "web" } }));
  web.agent.hello();
  const { items } = await until(
    async () => value(await world.stub.listAgents(world.scope, { sort: "name", limit: 10 })),
    (page) => page.items.length === 3,
  );
  const id = items.find(({ labels }) => labels.role === "web")?.id;
  const forWeb = order("for web", { onActive: "queue" }, "role=web");
  const next = order("next", { onActive: "queue" });
  await start(world, forWeb);
  await start(world, next);
  value(
    await world.stub.revokeAgent(world.scope, id as Parameters<typeof world.stub.revokeAgent>[1], "usr_ada"),
  );
  await evict(world);
  value(await world.stub.abortRollout(world.scope, first.id, "usr_ada"));
  const failed = await ended(world, forWeb.id);
  expect(failed).toMatchObject({ state: "failed", startedAt: null });
  expect(failed.reason).toContain("matches no agent");
  expect((await get(world, next.id)).state).toBe("running");
  expect(agent?.agent.offers.at(-1)).toBe(hashOf("next"));
});

test("one that would set back what came before it fails when its turn comes, and says so", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const [base, brings, adds] = [order("base"), order("brought"), order("added")];
  const [kept] = base.release.assignments;
  const [newer] = brings.release.assignments;
  const [added] = adds.release.assignments;
  if (!kept || !newer || !added) throw new Error("each order has an assignment");
  await start(world, base);
  await ended(world, base.id);
  Object.assign(newer, { configId: kept.configId, version: 2 });
  brings.strategy = { kind: "all-at-once" };
  brings.gates = { ...brings.gates, soakSeconds: 1 };
  // Made while `base` was current: it adds a file and keeps the rest as it then was.
  adds.release.assignments = [{ ...added, fileName: "added.txt" }, kept];
  adds.onActive = "queue";
  await start(world, brings);
  await start(world, adds);
  await evict(world);
  const end = await ended(world, adds.id);
  expect(end).toMatchObject({ state: "failed", startedAt: null });
  expect(end.reason).toContain("it keeps greeting v1, but greeting v2 has taken its place");
  expect((await get(world, brings.id)).state).toBe("succeeded");
});

test("takes twenty that wait, and no more", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [isSilent]);
  await start(world, order("first"));
  for (let n = 0; n < 20; n++) await start(world, order(`${n}`, { onActive: "queue" }));
  expect(await world.stub.startRollout(world.scope, order("one more", { onActive: "queue" }))).toMatchObject({
    ok: false,
    refusal: { code: "conflict" },
  });
});

const hexOf = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
