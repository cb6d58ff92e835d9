/** When a fleet tells of agents that are away, by the API: who may say so, what is noted, and that it arrives. */

import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import type { FleetId } from "../../domain/ids.ts";
import { type FleetNamespace, fleetStub } from "../../durable-objects/stubs.ts";
import type { Agent } from "../../protocol/api/agents.ts";
import type { EventsPage } from "../../protocol/api/events.ts";
import type { Fleet } from "../../protocol/api/fleets.ts";
import type { Problem } from "../../protocol/api/shared.ts";
import type { Env } from "../../workers/env.ts";
import { runSchedule } from "../../workers/jobs/run-schedule.ts";
import { createPlatform } from "../../workers/platform.ts";
import { auditEvents } from "../harness/worker/audit.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

const patch = (w: World, body: object) =>
  expectCall<Fleet>(200, "PATCH", `/v1/fleets/${w.fleet}`, { token: w.token, body });

it("is set by who may write the fleet, within bounds, with an audit row, and told at once or later", async () => {
  const w = await world();
  expect((await patch(w, { name: "Web" })).offlineAfterSeconds).toBeNull();
  expect((await patch(w, { offlineAfterSeconds: 600 })).offlineAfterSeconds).toBe(600);
  const [noted] = await auditEvents(w, "?action=fleet.update");
  expect(noted?.changes).toEqual([{ path: "fleet.offlineAfterSeconds", before: null, after: 600 }]);
  for (const offlineAfterSeconds of [59, 7 * 86_400 + 1]) {
    const refused = await call<Problem>("PATCH", `/v1/fleets/${w.fleet}`, {
      token: w.token,
      body: { offlineAfterSeconds },
    });
    expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([400, "offlineAfterSeconds"]);
  }
  const viewer = await member(w, "viewer");
  const refused = await call("PATCH", `/v1/fleets/${w.fleet}`, {
    token: viewer.token,
    body: { offlineAfterSeconds: null },
  });
  expect(refused.status).toBe(403);
  const delivered = async () => {
    const { DB: db } = env as unknown as { DB: D1Database };
    const found = await db
      .prepare("select offline_revision as owed, offline_delivered as taken from fleets where id = ?")
      .bind(w.fleet)
      .first<{ owed: number; taken: number }>();
    return found && [found.owed, found.taken];
  };
  expect(await delivered()).toEqual([1, 1]);
  expect((await patch(w, { offlineAfterSeconds: 600 })).offlineAfterSeconds).toBe(600);
  expect(await delivered()).toEqual([1, 1]);
  await (env as unknown as { DB: D1Database }).DB.prepare(
    "update fleets set offline_after_seconds = 60, offline_revision = 2 where id = ?",
  )
    .bind(w.fleet)
    .run();
  await runSchedule(createPlatform(env as unknown as Env).platform);
  expect(await delivered()).toEqual([2, 2]);
});

it("makes an event of an agent that stays away, in the fleet's events and the organization's", async () => {
  const w = await world();
  const [agent] = await enrol(w, ["web-1"]);
  if (!agent) throw new Error("no agent");
  await patch(w, { offlineAfterSeconds: 60 });
  agent.socket.close(1000);
  await until(
    () => expectCall<Agent>(200, "GET", `/v1/agents/${agent.id}`, { token: w.token }),
    ({ status }) => status === "offline",
  );
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
  const { FLEET } = env as unknown as { FLEET: FleetNamespace };
  await runDurableObjectAlarm(fleetStub(FLEET, w.fleet as FleetId) as unknown as DurableObjectStub);
  vi.useRealTimers();
  const of = (path: string) =>
    expectCall<EventsPage>(200, "GET", `${path}/events?type=agent.offline`, { token: w.token });
  expect((await of(`/v1/fleets/${w.fleet}`)).items).toMatchObject([
    { agentId: agent.id, summary: "web-1 has been away for 1 minute" },
  ]);
  await until(
    () => of(`/v1/orgs/${w.organization}`),
    ({ items }) => items.length === 1,
  );
});
