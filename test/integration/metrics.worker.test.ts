/** Metrics by the API: who may look, who may have them stored, what it costs, and what the audit log keeps of it. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type {
  AgentMetrics,
  FleetMetrics,
  MetricsCollection,
  MetricsCollectionChanged,
} from "../../protocol/api/metrics.ts";
import { hostMetricsCapability } from "../../protocol/custom/agent.ts";
import { encodeSamples } from "../../protocol/custom/samples.ts";
import type { Env } from "../../workers/env.ts";
import { runSchedule } from "../../workers/jobs/run-schedule.ts";
import { createPlatform } from "../../workers/platform.ts";
import type { Platform } from "../../workers/services/context.ts";
import type { FakeAgent } from "../harness/fake-agent.ts";
import { enrol } from "../harness/worker/enrolled.ts";
import { until } from "../harness/worker/fleet-world.ts";
import { call, expectCall, member, type World, world } from "../harness/world.ts";

const series = "host.cpu.utilization";
const collectionOf = (w: World) => `/v1/fleets/${w.fleet}/metrics-collection`;
const put = (w: World, body: object, more: object = {}) =>
  call<MetricsCollectionChanged>("PUT", collectionOf(w), { token: w.token, body, ...more });

function tell(agent: FakeAgent | undefined, type: string, values: number[]): void {
  const data = encodeSamples({
    ageMs: 0,
    count: values.length,
    series: [{ name: series, values: Float64Array.from(values) }],
  });
  agent?.say({ customMessage: { capability: hostMetricsCapability, type, data } });
}

const told = (values: readonly (number | null)[] | undefined) => values?.filter((value) => value !== null);
const orders = (agent: FakeAgent | undefined) =>
  agent?.received.flatMap(({ customMessage }) =>
    customMessage?.capability === hostMetricsCapability ? [customMessage.type] : [],
  ) ?? [];

async function measured() {
  const w = await world();
  const [agent] = await enrol(w, ["a"], { own: true, custom: [hostMetricsCapability] });
  return { w, agent, path: `/v1/agents/${agent?.id}/metrics` };
}

it("stores by a person's word, says what that costs, and keeps in the audit log what it was", async () => {
  const { w, agent, path } = await measured();
  const before = await expectCall<MetricsCollection>(200, "GET", collectionOf(w), { token: w.token });
  expect(before).toMatchObject({ enabled: false, everySeconds: 60, scrape: [], taken: true });

  const { status, body, headers } = await put(w, { enabled: true, scrape: ["up"] });
  expect(status).toBe(200);
  expect(body.collection).toMatchObject({ enabled: true, everySeconds: 60, scrape: ["up"], taken: true });
  expect(body.receipt.cost).toMatchObject({ micros: 400_000, currency: "EUR" });
  await until(
    () => orders(agent?.fake),
    (types) => types.includes("collect"),
  );
  const fleet = await call("GET", `/v1/fleets/${w.fleet}`, { token: w.token });
  expect(headers.get("etag")).toBe(fleet.headers.get("etag"));

  const { items } = await expectCall<{ items: { action: string; summary: string; changes: unknown[] }[] }>(
    200,
    "GET",
    `/v1/orgs/${w.organization}/audit-events?limit=10`,
    { token: w.token },
  );
  expect(items.find(({ action }) => action === "fleet.metrics_collection")).toMatchObject({
    summary: expect.stringContaining("stores metrics of fleet"),
    changes: [
      {
        path: "fleet.metricsCollection",
        before: { enabled: false, everySeconds: 60, scrape: [] },
        after: { enabled: true, everySeconds: 60, scrape: ["up"] },
      },
    ],
  });

  tell(agent?.fake, "samples", [0.25]);
  const stored = await until(
    () => expectCall<AgentMetrics>(200, "GET", `${path}?series=${series}`, { token: w.token }),
    (found) => found.series.length > 0,
  );
  expect(told(stored.series[0]?.average)).toEqual([0.25]);
  const ofFleet = await expectCall<FleetMetrics>(200, "GET", `/v1/fleets/${w.fleet}/metrics?resolution=1m`, {
    token: w.token,
  });
  expect(ofFleet.series.map(({ name, average }) => [name, told(average)])).toEqual([[series, [0.25]]]);
});

it("refuses a change that was made against something older, and what it cannot read", async () => {
  const w = await world();
  const { headers } = await call("GET", collectionOf(w), { token: w.token });
  const etag = headers.get("etag") ?? "";
  expect((await put(w, { enabled: true }, { headers: { "if-match": etag } })).status).toBe(200);
  const late = await put(w, { enabled: false }, { headers: { "if-match": etag } });
  expect(late.status).toBe(409);
  for (const [body, path] of [
    [{ enabled: true, everySeconds: 10 }, "everySeconds"],
    [{ enabled: true, scrape: ["{"] }, "scrape[0]"],
    [{ enabled: true, scrape: ["host.nothing"] }, "scrape[0]"],
    [{}, "enabled"],
  ] as const) {
    const { status, body: problem } = await call<{ errors: { path: string }[] }>("PUT", collectionOf(w), {
      token: w.token,
      body,
    });
    expect([status, problem.errors[0]?.path]).toEqual([400, path]);
  }
});

it("lets people look who may see the agent, and those set it who may change the fleet", async () => {
  const { w, agent, path } = await measured();
  const viewer = await member(w, "viewer");
  const asked = expectCall<AgentMetrics>(200, "GET", `${path}?live=true`, { token: viewer.token });
  await until(
    () => orders(agent?.fake),
    (types) => types.includes("look"),
  );
  tell(agent?.fake, "look", [0.5, 0.75]);
  const live = await asked;
  expect([live.source, told(live.series[0]?.average)]).toEqual(["live", [0.5, 0.75]]);
  expect((await call("PUT", collectionOf(w), { token: viewer.token, body: { enabled: true } })).status).toBe(
    403,
  );
  const stranger = await world("Other");
  for (const other of [path, `/v1/fleets/${w.fleet}/metrics`, collectionOf(w)]) {
    expect((await call("GET", other, { token: stranger.token })).status).toBe(404);
  }
});

it("tells a fleet later that could not be told at once", async () => {
  const { w, agent } = await measured();
  const { platform } = createPlatform(env as unknown as Env);
  // As a call that does not get through leaves it.
  await (env as unknown as { DB: D1Database }).DB.prepare(
    `update fleets set metrics_collection = '{"enabled":true,"everySeconds":300,"scrape":[]}', metrics_revision = 1 where id = ?`,
  )
    .bind(w.fleet)
    .run();
  expect((await expectCall<MetricsCollection>(200, "GET", collectionOf(w), { token: w.token })).taken).toBe(
    false,
  );
  await runSchedule(platform as Platform);
  expect(await expectCall<MetricsCollection>(200, "GET", collectionOf(w), { token: w.token })).toMatchObject({
    everySeconds: 300,
    taken: true,
  });
  await until(
    () => orders(agent?.fake),
    (types) => types.includes("collect"),
  );
});
