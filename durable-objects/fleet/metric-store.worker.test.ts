import { runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { rowStartMs } from "../../domain/metrics/resolutions.ts";
import { fleetWorld } from "../../test/harness/worker/fleet-world.ts";
import type { MetricCollector } from "./metric-collector.ts";
import { MetricStore, type PointsListener } from "./metric-store.ts";
import { MetricTotals, maxAgentsBy10s } from "./metric-totals.ts";
import { fleetMetricsView } from "./metric-views.ts";
import type { Tx } from "./parts.ts";

const hourMs = 3_600_000;
const start = Date.UTC(2027, 0, 5, 10);
const name = "host.cpu.utilization";

/** Real SQL whose written rows are counted, index entries included, and a clock. */
class Rows {
  nowMs = start;
  rowsWritten = 0;
  /** Of rows of what agents measured. */
  reads = 0;
  readonly points: [hour: number, points: number, how: "added" | "dropped"][] = [];
  readonly store: MetricStore;
  readonly totals: MetricTotals;
  readonly agents: AgentId[] = [];
  readonly storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
    this.#sql = {
      exec: (query: string, ...values: unknown[]) => {
        if (/^SELECT .* FROM metric_recent/.test(query)) this.reads++;
        const cursor = storage.sql.exec(query, ...values);
        const rows = cursor.toArray();
        this.rowsWritten += cursor.rowsWritten;
        return { toArray: () => rows, one: () => rows[0], [Symbol.iterator]: () => rows.values() };
      },
    } as unknown as SqlStorage;
    const heard: PointsListener = (_, hour, points, how) => this.points.push([hour, points, how]);
    this.store = new MetricStore(this.#sql, heard);
    this.totals = new MetricTotals(this.#sql, this.store, () => this.agents);
  }

  get tx(): Tx {
    return { nowMs: this.nowMs, sql: this.#sql } as unknown as Tx;
  }

  /** The agent's newest values, one for each 10 seconds, the last of them 1 s old. */
  put(agent: AgentId, values: number[], series = name): void {
    if (!this.agents.includes(agent)) this.agents.push(agent);
    const samples = {
      ageMs: 1_000,
      count: values.length,
      series: [{ name: series, values: Float64Array.from(values) }],
    };
    this.storage.transactionSync(() => this.store.put(this.tx, agent, samples));
  }

  /** Tells for so long, a message each `everySeconds`. */
  tell(agent: AgentId, seconds: number, everySeconds: number, value: (ms: number) => number): void {
    for (let at = 0; at < seconds; at += everySeconds) {
      this.nowMs += everySeconds * 1000;
      const from = this.nowMs - everySeconds * 1000;
      this.put(
        agent,
        Array.from({ length: everySeconds / 10 }, (_, i) => value(from + i * 10_000)),
      );
    }
  }
}

const withRows = async (work: (rows: Rows) => void) => {
  const { stub } = await fleetWorld();
  await runInDurableObject(stub, (_, { storage }) => work(new Rows(storage)));
};
const one = "agt_one" as AgentId;
let sequence = 0;
const another = () => `agt_${++sequence}` as AgentId;
beforeEach(() => {
  sequence = 0;
});

it.each([
  { everySeconds: 60, most: 1.04 },
  { everySeconds: 300, most: 1.18 },
  { everySeconds: 3600, most: 3.1 },
])("a message each $everySeconds s writes at most $most rows", async ({ everySeconds, most }) => {
  await withRows((rows) => {
    // Rows that an agent never had cost an index entry too, once.
    rows.tell(one, 3 * 24 * 3600, everySeconds, () => 0.5);
    rows.rowsWritten = 0;
    rows.tell(one, 24 * 3600, everySeconds, () => 0.5);
    const perMessage = rows.rowsWritten / ((24 * 3600) / everySeconds);
    expect(perMessage).toBeLessThanOrEqual(most);
    console.info(
      `${everySeconds} s: ${perMessage.toFixed(3)} rows a message, ${rows.rowsWritten / 24} an hour`,
    );
  });
});

it("never has more than a fixed number of rows of one agent", async () => {
  await withRows((rows) => {
    rows.tell(one, 40 * 24 * 3600, 3600, () => 1);
    const count = (table: string) =>
      Number(rows.storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n);
    expect(count("metric_recent")).toBe(2);
    expect(count("metric_rollups")).toBe(26 + 32);
  });
});

it("rolls an hour up into minutes and into one point of its day", async () => {
  await withRows((rows) => {
    rows.tell(one, 3600, 60, (ms) => (ms - start) / 10_000);
    rows.tell(one, 60, 60, () => 0);
    const [minutes] = rows.store.rollUps(one, "1m", start, start);
    const column = minutes?.block.columns.get(name);
    expect([column?.[0], column?.[60], column?.[120]]).toEqual([2.5, 0, 5]);
    expect([column?.[59], column?.[119], column?.[179]]).toEqual([356.5, 354, 359]);
    const day = rowStartMs("1h", start);
    const [hours] = rows.store.rollUps(one, "1h", day, day);
    const ofDay = hours?.block.columns.get(name);
    expect([ofDay?.[10], ofDay?.[24 + 10], ofDay?.[48 + 10]]).toEqual([179.5, 0, 359]);
    expect(ofDay?.[9]).toBeNaN();
  });
});

it("keeps gaps as gaps, and takes points that come a little early or late for the next ones", async () => {
  await withRows((rows) => {
    rows.nowMs = start + 60_000;
    rows.put(one, [0, 1, 2, 3, 4, 5]);
    rows.nowMs = start + 120_000 + 1_500;
    rows.put(one, [6, 7, 8, 9, 10, 11]);
    rows.nowMs = start + 180_000 - 9_500;
    rows.put(one, [12, 13, 14, 15, 16, 17]);
    rows.nowMs = start + 600_000;
    rows.put(one, [54]);
    const [row] = rows.store.recent(one);
    const column = row?.block.columns.get(name);
    expect([...(column ?? [])].slice(0, 18)).toEqual(Array.from({ length: 18 }, (_, i) => i));
    expect(column?.[20]).toBeNaN();
    expect(row?.block.filled()).toBe(row?.filled);
  });
});

it("tells of points that come late, and of those that go with their row", async () => {
  await withRows((rows) => {
    rows.nowMs = start + 60_000;
    rows.put(one, [1, 1, 1, 1, 1, 1]);
    rows.nowMs = start + 2 * hourMs + 30_000;
    rows.put(one, [1, 1]);
    expect(rows.points).toEqual([
      [start, 6, "added"],
      [start, 6, "dropped"],
      [start + 2 * hourMs, 2, "added"],
    ]);
    expect(rows.store.rollUps(one, "1m", start, start)).toHaveLength(1);
    rows.store.drop(rows.tx, one);
    expect(rows.points.at(-1)).toEqual([start + 2 * hourMs, 2, "dropped"]);
    expect(rows.store.newestTick(one)).toBeNull();
  });
});

it("a batch over the edge of an hour goes into both rows, and the hour before is rolled up with it", async () => {
  await withRows((rows) => {
    rows.nowMs = start + hourMs + 30_000;
    rows.put(one, [10, 20, 30, 40, 50, 60]);
    expect(rows.store.recent(one).map((row) => [row.start - start, row.filled])).toEqual([
      [0, 3],
      [hourMs, 3],
    ]);
    const [minutes] = rows.store.rollUps(one, "1m", start, start);
    expect(minutes?.block.columns.get(name)?.[59]).toBe(20);
  });
});

it("rolls up and drops the 10-second points of an agent that is silent for a day", async () => {
  await withRows((rows) => {
    const [silent, telling] = [another(), another()];
    rows.nowMs = start + 60_000;
    rows.put(silent, [1, 1, 1, 1, 1, 1]);
    rows.nowMs += 25 * hourMs;
    rows.put(telling, [1, 1, 1, 1, 1, 1]);
    rows.store.dropOld(rows.tx);
    expect([rows.store.recent(silent).length, rows.store.recent(telling).length]).toEqual([0, 1]);
    expect(rows.points).toContainEqual([start, 6, "dropped"]);
    const day = rowStartMs("1h", start);
    expect(rows.store.rollUps(silent, "1h", day, day)[0]?.block.columns.get(name)?.[10]).toBe(1);
    rows.store.dropOld(rows.tx);
    expect(rows.points.filter(([, , how]) => how === "dropped")).toHaveLength(1);
  });
});

it("drops many silent agents a few at a time, and says whether there are more", async () => {
  await withRows((rows) => {
    rows.nowMs = start + 60_000;
    for (let count = 0; count < 60; count++) rows.put(another(), [1]);
    rows.nowMs += 25 * hourMs;
    expect([rows.store.dropOld(rows.tx), rows.store.dropOld(rows.tx)]).toEqual([false, true]);
    expect(rows.points.filter(([, , how]) => how === "dropped")).toHaveLength(60);
  });
});

it("adds a fleet up: least, most, average and p95 of its agents, with how many told", async () => {
  await withRows(async (rows) => {
    const agents = Array.from({ length: 20 }, another);
    for (const [i, agent] of agents.entries()) {
      rows.nowMs = start + 60_000;
      rows.put(
        agent,
        Array.from({ length: 6 }, () => i + 1),
      );
    }
    const now = (await rows.totals.ofHour(start, 10, start + 60_000)).columns.get(name);
    const at = (column: Float32Array | undefined, points: number, point: number) =>
      [0, 1, 2, 3, 4].map((kind) => column?.[kind * points + point]);
    expect(at(now, 360, 0)).toEqual([10.5, 1, 20, 19, 20]);
    expect(at(now, 360, 6)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0]);
    const before = rows.rowsWritten;
    rows.totals.close(start, start + hourMs + 299_000);
    expect(rows.rowsWritten).toBe(before);
    rows.totals.close(start, start + hourMs + 300_000);
    // A row of its minutes and one of its day, each with its key.
    expect(rows.rowsWritten - before).toBe(4);
    expect(at(rows.totals.kept("1m", start, start)[0]?.block.columns.get(name), 60, 0)).toEqual([
      10.5, 1, 20, 19, 20,
    ]);
    const day = rowStartMs("1h", start);
    expect(at(rows.totals.kept("1h", day, day)[0]?.block.columns.get(name), 24, 10)).toEqual([
      10.5, 1, 20, 19, 20,
    ]);
  });
});

it("reads each agent once for an hour, closes one hour at a time, and remembers for a moment what is open", async () => {
  await withRows(async (rows) => {
    const agents = Array.from({ length: 3 }, another);
    rows.nowMs = start + 60_000;
    const late = start + 5 * hourMs;
    for (const agent of agents) {
      rows.put(agent, [1, 1, 1, 1, 1, 1]);
      rows.put(agent, [2, 2, 2, 2, 2, 2], "host.memory.usage");
    }
    const reading = async (work: () => unknown) => {
      const before = rows.reads;
      await work();
      return rows.reads - before;
    };
    const open = (ms: number) => reading(() => rows.totals.ofHour(start, 60, rows.nowMs + ms));
    expect([await open(0), await open(5), await open(6)]).toEqual([3, 0, 3]);
    // Who asks meanwhile waits for what is asked already.
    expect(await reading(() => Promise.all([rows.totals.ofHour(start, 3600, late), open(8), open(8)]))).toBe(
      6,
    );
    expect(await reading(() => expect(rows.totals.close(start, late)).toBe(start + hourMs))).toBe(3);
    expect(rows.totals.close(late, late)).toBe(late);
  });
});

it("closes an hour of a large fleet in slices, and answers as for a small one", async () => {
  await withRows(async (rows) => {
    rows.nowMs = start + 60_000;
    for (const value of [1, 2, 3]) rows.put(another(), [value, value, value, value, value, value]);
    for (let i = 0; i < 697; i++) rows.agents.splice(1, 0, another());
    const late = start + 2 * hourMs;
    const slices: number[] = [];
    for (let until = rows.totals.close(start, late); until === start; ) {
      const before = rows.reads;
      expect([rows.totals.isClosing, rows.totals.close(start, late)]).toEqual([true, start]);
      until = rows.totals.goOn() ?? 0;
      slices.push(rows.reads - before);
    }
    expect(slices.reduce((sum, reads) => sum + reads)).toBe(700);
    expect(Math.max(...slices)).toBe(250);
    expect([rows.totals.isClosing, rows.totals.goOn()]).toEqual([false, null]);
    const minute = rows.totals.kept("1m", start, start)[0]?.block.columns.get(name);
    expect([0, 1, 2, 3, 4].map((kind) => minute?.[kind * 60])).toEqual([2, 1, 3, 3, 3]);
  });
});

it("adds a large fleet up by the minute, and says so", async () => {
  const view = (agentCount: number, resolution?: "10s") =>
    fleetMetricsView(
      { totals: { agentCount }, everStored: false, collection: { enabled: true } } as MetricCollector,
      { organizationId: "org_1", fleetId: "flt_1" },
      { ...(resolution && { resolution }) },
      start,
    );
  expect(await view(maxAgentsBy10s, "10s")).toMatchObject({ resolution: "10s", note: null });
  expect(await view(maxAgentsBy10s + 1)).toMatchObject({ resolution: "1m", note: null });
  expect(await view(maxAgentsBy10s + 1, "10s")).toMatchObject({
    resolution: "1m",
    note: expect.stringContaining("by the minute"),
  });
});
