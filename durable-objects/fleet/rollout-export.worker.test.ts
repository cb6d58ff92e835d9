/** What a rollout observed is kept with it, and the same rules make the same of it. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { type RolloutDocument, replay } from "../../domain/rollouts/replay.ts";
import { type FleetWorld, fleetWorld, until, value } from "../../test/harness/worker/fleet-world.ts";
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

const documentOf = async (world: FleetWorld, id: Parameters<typeof world.stub.exportRollout>[1]) => {
  const exported = value(await world.stub.exportRollout(world.scope, id));
  expect(exported).toMatchObject({ format: "muster.rollout/1", rolloutId: id });
  return exported.document as RolloutDocument;
};
const rolling = {
  strategy: { kind: "rolling", batch: 2, pauseSeconds: 0, maxUnavailable: null, rate: null },
} as const;

test("a rollout that succeeded, and one that was rolled back, replay to the same ends", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies, applies, failsOn(hashOf("bad")), applies]);
  const good = order("good", rolling);
  await rollOut(world, good);
  const bad = order("bad", rolling);
  await start(world, bad);
  expect((await ended(world, bad.id)).state).toBe("rolled_back");
  for (const { id } of [good, bad]) {
    const document = await documentOf(world, id);
    expect(document.truncated).toBe(false);
    const played = replay(document);
    expect(played.differences).toEqual([]);
    expect(played).toMatchObject({ same: true, gaps: [] });
    expect(played.steps).toBeGreaterThan(4);
  }
});

test("memory that is lost again and again leaves gaps that are said, and the same end", async () => {
  const world = await fleetWorld();
  const agents = await agentsOf(world, [isSilent, isSilent, isSilent]);
  const next = order("hello", { ...rolling, schedule: { startAtMs: Date.now(), windows: [] } });
  await start(world, next);
  const answered = new Set<number>();
  while (answered.size < agents.length) {
    await evictDurableObject(world.stub);
    const index = await until(
      () => agents.findIndex(({ agent }, at) => !answered.has(at) && agent.offers.length > 0),
      (at) => at >= 0,
    );
    answered.add(index);
    agents[index]?.agent.applied(hashOf("hello"));
    await until(
      async () => value(await world.stub.getRollout(world.scope, next.id)).counts.verified,
      (verified) => verified >= answered.size,
    );
  }
  expect((await ended(world, next.id)).state).toBe("succeeded");
  const played = replay(await documentOf(world, next.id));
  expect(played.differences).toEqual([]);
  expect(played.gaps.length).toBeGreaterThan(0);
});

test("a log that was written out before memory was lost has no gap", async () => {
  const world = await fleetWorld();
  const [one, two] = await agentsOf(world, [isSilent, isSilent]);
  const next = order("hello", rolling);
  await start(world, next);
  one?.agent.applied(hashOf("hello"));
  await until(
    () =>
      runInDurableObject(world.stub, (_object, { storage }) =>
        storage.sql.exec<{ open: number }>("SELECT open FROM rollout_logs ORDER BY chunk DESC LIMIT 1").one(),
      ),
    ({ open }) => open === 0,
  );
  await evictDurableObject(world.stub);
  two?.agent.applied(hashOf("hello"));
  expect((await ended(world, next.id)).state).toBe("succeeded");
  expect(replay(await documentOf(world, next.id))).toMatchObject({ same: true, gaps: [] });
});

test("says why there is nothing to export", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [isSilent]);
  await start(world, order("active"));
  const waiting = order("waiting", { onActive: "queue" });
  await start(world, waiting);
  expect(await world.stub.exportRollout(world.scope, waiting.id)).toMatchObject({
    ok: false,
    refusal: { code: "conflict" },
  });
});
