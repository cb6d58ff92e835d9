/** Taking back a rollout that has ended: each agent goes to what it ran before. */
import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { emptyConfigHash } from "../../domain/configs/render.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { RolloutOrder } from "../../protocol/rpc/fleet.ts";
import { type FleetWorld, fleetWorld, newId, value } from "../../test/harness/worker/fleet-world.ts";
import {
  agentsOf,
  applies,
  ended,
  failsOn,
  hashOf,
  order,
  rollOut,
} from "../../test/harness/worker/orders.ts";

const evict = (world: FleetWorld) => evictDurableObject(world.stub);
const reverting = (taken: RolloutOrder, changes: Partial<RolloutOrder> = {}): RolloutOrder => ({
  ...taken,
  id: newId("rollout"),
  revertOf: taken.id,
  ...changes,
});
const current = async (world: FleetWorld) => value(await world.stub.summary(world.scope)).currentReleaseId;
const statesOf = async (world: FleetWorld, id: RolloutId) =>
  value(await world.stub.rolloutAgents(world.scope, id, { limit: 50 })).items.map(({ state }) => state);

test("returns each agent to what it ran, the release before becomes current, and it can be taken back itself", async () => {
  const world = await fleetWorld();
  const web = await agentsOf(world, [applies, applies]);
  const first = order("first");
  await rollOut(world, first);
  const second = order("second");
  await rollOut(world, second);
  expect(await current(world)).toBe(second.release.id);
  await evict(world);

  const back = reverting(second);
  const preview = value(await world.stub.previewRollout(world.scope, back));
  expect(preview.total).toBe(2);
  await evict(world);
  await rollOut(world, back);
  expect(await current(world)).toBe(first.release.id);
  for (const { agent, id } of web) {
    expect(agent.offers).toEqual([hashOf("first"), hashOf("second"), hashOf("first")]);
    expect(value(await world.stub.getAgent(world.scope, id)).config).toMatchObject({
      state: "in_sync",
      releaseId: first.release.id,
    });
  }
  expect(value(await world.stub.getRollout(world.scope, back.id))).toMatchObject({
    revertOf: second.id,
    state: "succeeded",
    releaseId: second.release.id,
  });
  await evict(world);
  const again = reverting(back);
  await rollOut(world, again);
  expect(await current(world)).toBe(second.release.id);
  for (const { agent } of web) expect(agent.status?.hash).toBe(hashOf("second"));
});

test("the first rollout is taken back to no files and no current release", async () => {
  const world = await fleetWorld();
  const [one] = await agentsOf(world, [applies]);
  const first = order("first");
  await rollOut(world, first);
  await evict(world);
  await rollOut(world, reverting(first));
  expect(one?.agent.offers).toEqual([hashOf("first"), emptyConfigHash]);
  expect(await current(world)).toBeNull();
});

test("leaves out agents that run something else by now, says how many, and refuses where nobody is left", async () => {
  const world = await fleetWorld();
  const [kept, moved] = await agentsOf(world, [applies, failsOn(hashOf("second"))]);
  await rollOut(world, order("first"));
  const second = order("second", { gates: { ...order("x").gates, maxFailures: 1 }, autoRevert: false });
  await rollOut(world, second);
  const preview = value(await world.stub.previewRollout(world.scope, reverting(second)));
  expect(preview.total).toBe(1);
  expect(preview.warnings.join(" ")).toContain("1 agent of that rollout left out");
  expect(preview.diffs).toMatchObject([{ from: hashOf("second"), to: hashOf("first"), agents: 1 }]);
  await evict(world);
  await rollOut(world, reverting(second));
  expect(kept?.agent.status?.hash).toBe(hashOf("first"));
  expect(moved?.agent.offers.filter((hash) => hash === hashOf("second"))).toHaveLength(1);
  const nothing = await world.stub.startRollout(world.scope, reverting(second));
  expect(nothing).toMatchObject({ ok: false, refusal: { code: "plan_impossible" } });
});

test("a revert that fails takes its agents back to what they ran", async () => {
  const world = await fleetWorld();
  const first = hashOf("first");
  const [good, bad] = await agentsOf(world, [
    applies,
    (agent, hash) =>
      hash === first && agent.offers.length > 1 ? agent.failed(hash, "no room") : agent.applied(hash),
  ]);
  await rollOut(world, order("first"));
  const second = order("second");
  await rollOut(world, second);
  await evict(world);
  const back = reverting(second);
  value(await world.stub.startRollout(world.scope, back));
  expect((await ended(world, back.id)).state).toBe("rolled_back");
  expect(await statesOf(world, back.id)).toEqual(["reverted", "reverted"]);
  expect(await current(world), "it did not succeed").toBe(second.release.id);
  expect(good?.agent.status?.hash).toBe(hashOf("second"));
  const detail = value(await world.stub.getAgent(world.scope, bad?.id as AgentId));
  expect(detail.config).toMatchObject({ wantedHash: hashOf("second"), releaseId: second.release.id });
});

test("names what cannot be taken back: one under way, one that is unknown, one whose files are gone", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const oldest = order("0");
  await rollOut(world, order("before"));
  await rollOut(world, oldest);
  for (let n = 1; n < 11; n++) await rollOut(world, order(`${n}`));
  await rollOut(world, order("0"));
  const gone = await world.stub.startRollout(world.scope, reverting(oldest));
  expect(gone).toMatchObject({ ok: false, refusal: { code: "plan_impossible" } });
  expect(gone.ok ? "" : gone.refusal.detail).toContain("not held any more");
  const unknown = await world.stub.startRollout(
    world.scope,
    reverting(oldest, { revertOf: newId("rollout") }),
  );
  expect(unknown).toMatchObject({ ok: false, refusal: { code: "not_found" } });
});
