import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { findIdempotencyKey } from "../../db/queries/system.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { RolloutDetail, RolloutPreview, StartedRollout } from "../../protocol/api/rollouts.ts";
import { type OutboxMessage, outboxQueue } from "../../protocol/rpc/outbox.ts";
import { createApp } from "../../workers/app.ts";
import type { Env } from "../../workers/env.ts";
import { consumeOutbox } from "../../workers/jobs/consume-outbox.ts";
import { runSchedule } from "../../workers/jobs/run-schedule.ts";
import { createPlatform } from "../../workers/platform.ts";
import type { FleetStub, Platform } from "../../workers/services/context.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { newId, until } from "../harness/worker/fleet-world.ts";
import { expectCall, prepareStore, type World, world } from "../harness/world.ts";

// The bindings that vitest.config.ts gives to this project.
const testEnv = env as unknown as Env;

/** The real platform, `laterMs` from now, whose fleets take no orders while `down` says so. */
function platformWith(laterMs: number, down: { orders: boolean }): Platform {
  const { platform } = createPlatform(testEnv, { now: () => Date.now() + laterMs });
  return {
    ...platform,
    log: { error: () => undefined },
    fleet: (scope, hint): FleetStub => {
      const stub = platform.fleet(scope, hint);
      return new Proxy(stub, {
        get(target, name: keyof FleetStub) {
          if (name === "startRollout" && down.orders) {
            return () => Promise.reject(new Error("Network connection lost."));
          }
          return Reflect.get(target, name);
        },
      });
    },
  };
}

async function startWhileDown(w: World, withPlan = false): Promise<StartedRollout> {
  const config = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/configs`, {
    token: w.token,
    body: { name: "c", kind: "file", content: "x\n" },
  });
  const body = { assignments: [{ config: config.id }], gates: { soakSeconds: 0 } };
  const path = `/v1/fleets/${w.fleet}/rollouts`;
  const plan = withPlan
    ? await expectCall<RolloutPreview>(200, "POST", `${path}?dryRun=true`, { token: w.token, body })
    : null;
  const app = createApp({ platform: platformWith(0, { orders: true }) });
  const answer = await app(
    new Request(`http://muster.test${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${w.token}`, "content-type": "application/json" },
      body: JSON.stringify({ ...body, ...(plan && { planToken: plan.planToken }) }),
    }),
    createExecutionContext(),
  );
  expect(answer.status).toBe(201);
  return answer.json();
}

const read = (w: World, rollout: string) =>
  expectCall<RolloutDetail>(200, "GET", `/v1/rollouts/${rollout}`, { token: w.token });

it("sends an order again that the fleet could not take at first", async () => {
  const w = await world();
  await enrol(w, ["a"]);
  const { rollout, receipt } = await startWhileDown(w);
  expect(rollout).toMatchObject({ state: "scheduled", reason: "waiting for the fleet to take the order" });
  expect(receipt.summary).toContain("sent again");
  expect(await read(w, rollout.id)).toMatchObject({ state: "scheduled", live: false });

  // Too early: the request that wrote it may still be sending.
  await runSchedule(platformWith(0, { orders: false }));
  expect(await read(w, rollout.id)).toMatchObject({ state: "scheduled" });
  const down = { orders: true };
  await runSchedule(platformWith(60_000, down));
  expect(await read(w, rollout.id)).toMatchObject({ state: "scheduled" });
  down.orders = false;
  // The cron job's next run.
  await runSchedule(platformWith(6 * 60_000, down));
  await until(
    () => read(w, rollout.id),
    (one) => one.state === "succeeded",
  );
  await runSchedule(platformWith(11 * 60_000, down));
  const { items } = await expectCall<{ items: FleetEvent[] }>(
    200,
    "GET",
    `/v1/fleets/${w.fleet}/events?rollout=${rollout.id}&type=rollout.started`,
    { token: w.token },
  );
  expect(items).toHaveLength(1);
});

it("waits longer after each attempt, and ends an order as failed that no fleet took for six hours", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["a"]);
  const { rollout } = await startWhileDown(w);
  const row = () =>
    testEnv.DB?.prepare("select delivery_attempts as n, next_delivery_at as next from rollouts where id = ?")
      .bind(rollout.id)
      .first<{ n: number; next: number }>();
  const down = { orders: true };
  await runSchedule(platformWith(60_000, down));
  const first = await row();
  await runSchedule(platformWith(2 * 60_000, down));
  expect(await row()).toEqual(first);
  await runSchedule(platformWith(6 * 60_000, down));
  const second = await row();
  expect([first?.n, second?.n]).toEqual([1, 2]);
  const waitedMs = (second?.next ?? 0) - (first?.next ?? 0);
  expect(waitedMs).toBeGreaterThan(8 * 60_000);

  down.orders = false;
  await runSchedule(platformWith(6 * 3_600_000, down));
  expect(await read(w, rollout.id)).toMatchObject({
    state: "failed",
    reason: expect.stringContaining("within 6 hours"),
  });
  await runSchedule(platformWith(7 * 3_600_000, down));
  expect(agent?.fake.offers).toEqual([]);
});

it("sends the dry run's token again too, so that another plan than the one looked at never runs", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["a"]);
  const { rollout } = await startWhileDown(w, true);
  await enrol(w, ["b"]);
  await runSchedule(platformWith(60_000, { orders: false }));
  expect(await read(w, rollout.id)).toMatchObject({
    state: "cancelled",
    reason: expect.stringContaining("has changed since the dry run"),
  });
  expect(agent?.fake.offers).toEqual([]);
});

it("goes on to the next order when one cannot be put together", async () => {
  const [broken, w] = [await world(), await world()];
  await enrol(w, ["a"]);
  const lost = await startWhileDown(broken);
  const { rollout } = await startWhileDown(w);
  await testEnv.DB?.prepare("update releases set assignments = 'null' where id = ?")
    .bind(lost.release.id)
    .run();
  await runSchedule(platformWith(60_000, { orders: false }));
  await until(
    () => read(w, rollout.id),
    (one) => one.state === "succeeded",
  );
});

it("never sends an order that was aborted before the fleet took it", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["a"]);
  const { rollout } = await startWhileDown(w);
  const aborted = await expectCall(200, "POST", `/v1/rollouts/${rollout.id}/abort`, { token: w.token });
  expect(aborted).toMatchObject({ rollout: { state: "cancelled" } });
  await runSchedule(platformWith(60_000, { orders: false }));
  expect(await read(w, rollout.id)).toMatchObject({ state: "cancelled" });
  expect(agent?.fake.offers).toEqual([]);
});

it("throws old idempotency keys and ended sessions away, and nothing else", async () => {
  const w = await world();
  const key = { "idempotency-key": "purge" };
  const path = `/v1/orgs/${w.organization}/projects`;
  await expectCall(201, "POST", path, { token: w.token, body: { name: "Kept" }, headers: key });
  const { platform } = createPlatform(testEnv);
  const ids = await testEnv.DB?.prepare("select id from idempotency_keys").all<{ id: string }>();
  const sessions = async () =>
    (await testEnv.DB?.prepare("select count(*) as n from sessions").first<{ n: number }>())?.n;
  const before = await sessions();
  await runSchedule(platformWith(23 * 3_600_000, { orders: false }));
  expect(await findIdempotencyKey(platform.db, ids?.results[0]?.id ?? "")).toBeDefined();
  expect(await sessions()).toBe(before);
  await runSchedule(platformWith(25 * 3_600_000, { orders: false }));
  expect(await findIdempotencyKey(platform.db, ids?.results[0]?.id ?? "")).toBeUndefined();
  expect(await sessions()).toBe(before);
  await runSchedule(platformWith(38 * 24 * 3_600_000, { orders: false }));
  expect(await sessions()).toBe(0);
});

it("asks every fleet once an hour to state its usage", async () => {
  const w = await world();
  const second = await expectCall<{ id: string }>(201, "POST", `/v1/projects/${w.project}/fleets`, {
    token: w.token,
    body: { name: "Second" },
  });
  const hour = Math.ceil(Date.now() / 3_600_000) * 3_600_000;
  const askedAt = async (nowMs: number) => {
    const asked: string[] = [];
    const { platform } = createPlatform(testEnv, { now: () => nowMs });
    const flushUsage = async () => ({ ok: true, value: null });
    await runSchedule({
      ...platform,
      fleet: ({ fleetId }) => {
        asked.push(fleetId);
        // Only this method is called here.
        return { flushUsage } as unknown as FleetStub;
      },
    });
    return asked;
  };
  const atTheHour = await askedAt(hour + 60_000);
  expect(atTheHour.filter((id) => id === w.fleet || id === second.id)).toHaveLength(2);
  expect(new Set(atTheHour).size).toBe(atTheHour.length);
  expect(await askedAt(hour + 6 * 60_000)).toEqual([]);
});

it("writes what it can of a batch, and leaves the rest on the queue", async () => {
  await prepareStore();
  const { platform } = createPlatform(testEnv);
  const quiet = { ...platform, log: { error: () => undefined } };
  const organizationId = newId("organization");
  const usage = (sequence: number, quantity: number): OutboxMessage => ({
    kind: "usage",
    key: `k${sequence}`,
    organizationId,
    fleetId: newId("fleet"),
    hour: 0,
    meter: "config_deliveries",
    quantity,
    sequence,
    recordedAtMs: 0,
  });
  const batch = createMessageBatch<OutboxMessage>(outboxQueue, [
    { id: "good", timestamp: new Date(), attempts: 1, body: usage(0, 5) },
    // The column cannot hold it.
    { id: "bad", timestamp: new Date(), attempts: 3, body: usage(1, null as unknown as number) },
  ]);
  const execution = createExecutionContext();
  await consumeOutbox(quiet, batch);
  const result = await getQueueResult(batch, execution);
  expect(result.explicitAcks).toEqual(["good"]);
  expect(result.retryMessages).toMatchObject([{ msgId: "bad" }]);
  const rows = await testEnv.DB?.prepare("select quantity from usage_ledger where organization_id = ?")
    .bind(organizationId)
    .all();
  expect(rows?.results).toEqual([{ quantity: 5 }]);
});
