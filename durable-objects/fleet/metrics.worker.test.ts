import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { hostMetricsCapability } from "../../protocol/custom/agent.ts";
import { collectMessage, lookMessage } from "../../protocol/custom/host-metrics.ts";
import { encodeSamples } from "../../protocol/custom/samples.ts";
import type { FakeAgent } from "../../test/harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, newId, until, value } from "../../test/harness/worker/fleet-world.ts";

const hourMs = 3_600_000;
const cpu = "host.cpu.utilization";

/** Sets the fleet's clock, so that the hour in which a test is run decides nothing. */
function at(ms: number): number {
  vi.useFakeTimers({ toFake: ["Date"], now: ms });
  return ms;
}
const start = (Math.floor(Date.now() / hourMs) + 2) * hourMs + 600_000;
afterEach(() => {
  vi.useRealTimers();
});

async function world(options: { measures?: boolean } = {}) {
  at(start);
  const fleet = await fleetWorld();
  const { agent } = await fleet.dial(fleet.token(), {
    // Of our own one that does not ping would fall silent as soon as the clock moves.
    own: false,
    custom: options.measures === false ? [] : [hostMetricsCapability],
  });
  agent.hello();
  await agent.next();
  const [row] = value(await fleet.stub.listAgents(fleet.scope, { sort: "name", limit: 1 })).items;
  return { fleet, agent, id: row?.id as AgentId };
}

const collect = (fleet: FleetWorld, revision = 1, change: object = {}) =>
  fleet.stub.setMetricsCollection(
    fleet.scope,
    { enabled: true, everySeconds: 60, scrape: [], ...change },
    revision,
  );

const orders = (agent: FakeAgent, type: string) =>
  agent.received.flatMap(({ customMessage: message }) =>
    message?.capability === hostMetricsCapability && message.type === type
      ? [JSON.parse(new TextDecoder().decode(message.data)) as unknown]
      : [],
  );

async function tell(agent: FakeAgent, type: string, values: Record<string, number[]>, ageMs = 500) {
  const series = Object.entries(values).map(([name, points]) => ({
    name,
    values: Float64Array.from(points),
  }));
  const data = encodeSamples({ ageMs, count: series[0]?.values.length ?? 0, series });
  agent.say({ customMessage: { capability: hostMetricsCapability, type, data } });
  await agent.next(({ customMessage }) => customMessage === undefined);
}

const rows = (fleet: FleetWorld) =>
  runInDurableObject(fleet.stub, (_, { storage }) =>
    ["metric_recent", "metric_rollups", "metric_totals"].map((table) =>
      Number(storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n),
    ),
  );
const changes = (fleet: FleetWorld) =>
  runInDurableObject(fleet.stub, (_, { storage }) =>
    Number(storage.sql.exec("SELECT total_changes() AS n").one().n),
  );
const told = (points: (number | null)[] | undefined) => points?.filter((point) => point !== null);
const ofAgent = async (fleet: FleetWorld, id: AgentId, live = false) =>
  value(await fleet.stub.agentMetrics(fleet.scope, id, { live }));

it("tells agents to send once metrics are stored, and what comes is found again, also after an eviction", async () => {
  const { fleet, agent, id } = await world();
  value(await collect(fleet, 1, { scrape: ["up"] }));
  await until(
    () => orders(agent, "collect"),
    (all) => all.length === 1,
  );
  expect(collectMessage.parse(orders(agent, "collect")[0])).toEqual({
    everySeconds: 60,
    firstInMs: 60_000,
    sinceSeconds: 0,
    scrape: ["up"],
  });
  at(start + 60_000);
  await tell(agent, "samples", {
    [cpu]: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    'container.memory.usage{name="a"}': [1, 1, 1, 1, 1, 1],
  });
  await evictDurableObject(fleet.stub);
  const found = await ofAgent(fleet, id);
  expect(found).toMatchObject({
    source: "stored",
    note: null,
    resolution: "10s",
    stepSeconds: 10,
    agentId: id,
  });
  const [first, second] = found.series;
  expect([first?.name, first?.unit, told(first?.average)]).toEqual([
    cpu,
    "share",
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
  ]);
  expect([second?.name, second?.unit]).toEqual(['container.memory.usage{name="a"}', "bytes"]);
  const minute = value(
    await fleet.stub.agentMetrics(fleet.scope, id, { live: false, series: [cpu], resolution: "1m" }),
  );
  expect(minute.series.map(({ average, minimum, maximum }) => [average, minimum, maximum].map(told))).toEqual(
    [[[0.35], [0.1], [0.6]]],
  );
});

it("asks one that comes back for what it has not told yet, but for nothing from before it was asked to", async () => {
  const { fleet, agent } = await world();
  value(await collect(fleet));
  at(start + 60_000);
  await tell(agent, "samples", { [cpu]: [1, 1, 1, 1, 1, 1] });
  at(start + 20 * 60_000);
  await fleet.redial(agent, fleet.token());
  agent.heartbeat();
  await until(
    () => orders(agent, "collect"),
    (all) => all.length === 2,
  );
  expect(collectMessage.parse(orders(agent, "collect")[1]).sinceSeconds).toBe(19 * 60);

  value(await collect(fleet, 2, { enabled: false }));
  await until(
    () => orders(agent, "collect"),
    (all) => all.length === 3,
  );
  expect(collectMessage.parse(orders(agent, "collect")[2]).everySeconds).toBe(0);
  at(start + 30 * 60_000);
  value(await collect(fleet, 3));
  await until(
    () => orders(agent, "collect"),
    (all) => all.length === 4,
  );
  expect(collectMessage.parse(orders(agent, "collect")[3]).sinceSeconds).toBe(0);
});

it("changes nothing by an older revision, and keeps nothing that comes unasked", async () => {
  const { fleet, agent } = await world();
  await tell(agent, "samples", { [cpu]: [1] });
  expect(await rows(fleet)).toEqual([0, 0, 0]);
  value(await collect(fleet, 5, { enabled: false }));
  value(await collect(fleet, 4));
  await tell(agent, "samples", { [cpu]: [1] });
  expect(await rows(fleet)).toEqual([0, 0, 0]);
  expect(orders(agent, "collect")).toEqual([]);
});

it("keeps one message of an agent in ten seconds, and none that cannot be read", async () => {
  const { fleet, agent, id } = await world();
  value(await collect(fleet));
  at(start + 60_000);
  await tell(agent, "samples", { [cpu]: [0.5] });
  await tell(agent, "samples", { [cpu]: [0.7] });
  const data = new Uint8Array([1, 0, 200, 1, 1]);
  agent.say({ customMessage: { capability: hostMetricsCapability, type: "samples", data } });
  await agent.next();
  expect(told((await ofAgent(fleet, id)).series[0]?.average)).toEqual([0.5]);
});

it("keeps and bills nothing that an agent says to be older than it can remember, or than the collection", async () => {
  const { fleet, agent } = await world();
  value(await collect(fleet));
  const billed = async () =>
    value(await fleet.stub.openUsage(fleet.scope, 0))
      .filter(({ meter }) => meter === "metered_agent_seconds")
      .map(({ quantity }) => quantity);
  const hour = Array.from({ length: 360 }, () => 1);
  for (const [step, days] of [40, 30, 20_000].entries()) {
    at(start + (step + 1) * 60_000);
    await tell(agent, "samples", { [cpu]: hour }, days * 24 * hourMs);
  }
  expect(await rows(fleet)).toEqual([0, 0, 0]);
  expect(await billed()).toEqual([]);
  at(start + 300_000);
  await tell(agent, "samples", { [cpu]: hour });
  // Five minutes, and a point that may have begun before.
  expect(await billed()).toEqual([310]);
});

it("looks at an agent live without a row, and the agent tells its last hour at once", async () => {
  const { fleet, agent, id } = await world();
  const before = await changes(fleet);
  const asked = ofAgent(fleet, id, true);
  await until(
    () => orders(agent, "look"),
    (all) => all.length === 1,
  );
  expect(lookMessage.parse(orders(agent, "look")[0])).toEqual({
    forSeconds: 60,
    sinceSeconds: 3600,
    scrape: [],
  });
  await tell(agent, "look", { [cpu]: [0.1, 0.2] });
  const found = await asked;
  expect([found.source, found.note, told(found.series[0]?.average)]).toEqual(["live", null, [0.1, 0.2]]);
  at(start + 10_000);
  await tell(agent, "look", { [cpu]: [0.3] });
  expect(told((await ofAgent(fleet, id, true)).series[0]?.average)).toEqual([0.1, 0.2, 0.3]);
  // Asked again only when it would soon fall silent.
  expect(orders(agent, "look")).toHaveLength(1);
  at(start + 45_000);
  await ofAgent(fleet, id, true);
  await until(
    () => orders(agent, "look"),
    (all) => all.length === 2,
  );
  expect(await rows(fleet)).toEqual([0, 0, 0]);
  expect(await changes(fleet)).toBe(before);
});

it("says why it cannot look: at one that measures nothing, or is away", async () => {
  const { fleet, id } = await world({ measures: false });
  const found = await ofAgent(fleet, id, true);
  expect([found.source, found.series]).toEqual(["stored", []]);
  expect(found.note).toContain("cannot be asked now");
  expect((await ofAgent(fleet, id)).note).toContain("stores no metrics");
});

it("bills the time whose metrics are stored: in open hours, in closed ones, and of an agent that is deleted", async () => {
  const { fleet, agent, id } = await world();
  value(await collect(fleet));
  const metered = async () =>
    value(await fleet.stub.openUsage(fleet.scope, 0))
      .filter(({ meter }) => meter === "metered_agent_seconds")
      .map(({ hour, quantity }) => [hour, quantity]);
  expect(await metered()).toEqual([]);
  at(start + 60_000);
  await tell(agent, "samples", { [cpu]: [1, 1, 1, 1, 1, 1] });
  const hour = Math.floor(start / hourMs) * hourMs;
  expect(await metered()).toEqual([[hour, 60]]);
  at(hour + hourMs + 130_000);
  value(await fleet.stub.flushUsage(fleet.scope));
  const ledger = await runInDurableObject(fleet.stub, (_, { storage }) =>
    storage.sql.exec("SELECT units, stated FROM meter_hours WHERE meter = 'metered_agent_seconds'").toArray(),
  );
  expect(ledger).toEqual([{ units: 60_000, stated: 60_000 }]);
  expect(await metered()).toEqual([]);
  await tell(agent, "samples", { [cpu]: [1, 1, 1] });
  expect(await metered()).toEqual([[hour + hourMs, 30]]);
  value(await fleet.stub.deleteAgent(fleet.scope, id, "usr_test"));
  expect(await metered()).toEqual([[hour + hourMs, 30]]);
  expect((await rows(fleet)).slice(0, 2)).toEqual([0, 0]);
});

it("adds a fleet up, for now and for hours that are over", async () => {
  const { fleet, agent } = await world();
  const other = await fleet.dial(fleet.token(), { own: false, custom: [hostMetricsCapability] });
  other.agent.hello();
  await other.agent.next();
  value(await collect(fleet));
  at(start + 60_000);
  await tell(agent, "samples", { [cpu]: [0.2, 0.2, 0.2, 0.2, 0.2, 0.2] });
  await tell(other.agent, "samples", { [cpu]: [0.4, 0.4, 0.4, 0.4, 0.4, 0.4] });
  const ofFleet = async (resolution: "10s" | "1m" | "1h") =>
    value(
      await fleet.stub.fleetMetrics(fleet.scope, { series: [cpu], resolution, fromMs: start - 2 * hourMs }),
    ).series[0];
  for (const resolution of ["10s", "1m", "1h"] as const) {
    const series = await ofFleet(resolution);
    const point = series?.average.findIndex((value) => value !== null) ?? -1;
    const read = [series?.agents, series?.average, series?.minimum, series?.maximum, series?.p95];
    expect(read.map((column) => column?.[point])).toEqual([2, 0.3, 0.2, 0.4, 0.4]);
  }
  at(start + 2 * hourMs);
  await tell(agent, "samples", { [cpu]: [0.2] });
  expect((await rows(fleet))[2]).toBe(2);
  expect(told((await ofFleet("1h"))?.average)).toEqual([0.3, 0.2]);
});

it("answers nobody else, and refuses a span that ends before it begins", async () => {
  const { fleet, id } = await world();
  const stranger = { organizationId: newId("organization"), fleetId: fleet.scope.fleetId };
  expect(await fleet.stub.fleetMetrics(stranger, {})).toMatchObject({
    ok: false,
    refusal: { code: "not_found" },
  });
  expect(await fleet.stub.agentMetrics(stranger, id, { live: true })).toMatchObject({
    ok: false,
    refusal: { code: "not_found" },
  });
  expect(await fleet.stub.fleetMetrics(fleet.scope, { fromMs: start, toMs: start - 1 })).toMatchObject({
    ok: false,
    refusal: { code: "validation_failed" },
  });
});

it("is gone with the fleet", async () => {
  const { fleet, agent } = await world();
  value(await collect(fleet));
  at(start + 60_000);
  await tell(agent, "samples", { [cpu]: [1] });
  value(await fleet.stub.erase(fleet.scope));
  expect(await rows(fleet)).toEqual([0, 0, 0]);
  expect(value(await fleet.stub.fleetMetrics(fleet.scope, {})).series).toEqual([]);
});
