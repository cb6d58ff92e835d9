import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import type { AgentId, FleetId, OrganizationId } from "../../domain/ids.ts";
import { hourMs, hourOf } from "../../domain/usage/hours.ts";
import { distinctEntries, type LedgerEntry } from "../../domain/usage/ledger.ts";
import { type MeterName, meterNames, toUnits } from "../../domain/usage/meters.ts";
import { type UsageFact, usageOf } from "../../domain/usage/usage-log.ts";
import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import { Meter } from "./meter.ts";
import type { AgentRecord, Tx } from "./parts.ts";

const scope = {
  organizationId: "org_01JD0000000000000000000000" as OrganizationId,
  fleetId: "flt_01JD0000000000000000000000" as FleetId,
};
const start = Date.UTC(2026, 10, 21);

/** A fleet as the meter sees it: agents' rows, real SQL, a clock, and the log of what truly happened. */
class MeteredFleet {
  readonly agents = new Map<AgentId, AgentRecord>();
  readonly facts: UsageFact[] = [];
  readonly ledger: LedgerEntry[] = [];
  rowsWritten = 0;
  nowMs = start;
  #connections = 0;
  readonly storage: DurableObjectStorage;
  meter: Meter;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
    const { sql } = storage;
    sql.exec("DELETE FROM meter_hours; DELETE FROM meter_state");
    this.meter = this.#newMeter();
  }

  #newMeter(): Meter {
    return new Meter({ agents: this.agents, scope: () => scope }, this.storage.sql);
  }

  /** Memory is lost, rows stay. */
  evict(): void {
    this.meter = this.#newMeter();
  }

  commit(block: (tx: Tx) => void): void {
    const { sql } = this.storage;
    const counting = {
      exec: (query: string, ...values: unknown[]) => {
        const cursor = sql.exec(query, ...values);
        const rows = cursor.toArray();
        this.rowsWritten += cursor.rowsWritten;
        return { toArray: () => rows };
      },
    } as unknown as SqlStorage;
    const sent: OutboxMessage[] = [];
    const last: (() => void)[] = [];
    const tx = {
      nowMs: this.nowMs,
      sql: counting,
      saveAgent: () => {},
      outbox: (message: OutboxMessage) => sent.push(message),
      beforeWrite: (work: () => void) => last.push(work),
    } as unknown as Tx;
    this.storage.transactionSync(() => {
      block(tx);
      for (const work of last) work();
    });
    for (const message of sent) {
      if (message.kind === "usage") this.ledger.push(message);
    }
  }

  agent(name: string): AgentRecord {
    const id = `agt_${name}` as AgentId;
    const known = this.agents.get(id);
    if (known) return known;
    const fresh = { id, connectedAt: null, deliveries: null } as AgentRecord;
    this.agents.set(id, fresh);
    return fresh;
  }

  connect(name: string): void {
    const agent = this.agent(name);
    if (agent.connectedAt !== null) return;
    agent.connectedAt = this.nowMs;
    this.facts.push({
      kind: "connected",
      connection: `${name}${++this.#connections}`,
      connectedAt: this.nowMs,
      endedAt: null,
    });
    this.commit((tx) => this.meter.onConnected(tx, agent));
  }

  /** `silentMs`: the socket had been dead for so long when it was found out. */
  disconnect(name: string, silentMs = 0): void {
    const agent = this.agent(name);
    const { connectedAt } = agent;
    const connection = this.facts.findLast(
      (fact) => fact.kind === "connected" && fact.connection.startsWith(name),
    );
    if (connectedAt === null || connection?.kind !== "connected") return;
    const endedAt = Math.max(connectedAt, this.nowMs - silentMs);
    this.facts.push({ ...connection, endedAt });
    agent.connectedAt = null;
    this.commit((tx) => this.meter.onDisconnected(tx, agent, connectedAt, endedAt));
  }

  deliver(name: string, hash: string): void {
    const agent = this.agent(name);
    this.facts.push({ kind: "delivered", agentId: name, hash, at: this.nowMs });
    this.commit((tx) => this.meter.onDelivery(tx, agent, hash));
  }

  state(): void {
    this.commit((tx) => this.meter.stateClosedHours(tx));
  }

  /** Units per meter and hour: the ledger's entries, each once, and the open hours. */
  billed(): Record<MeterName, Map<number, number>> {
    const entries = [...distinctEntries(this.ledger), ...this.meter.openUsage(0, this.nowMs)];
    const billed = Object.fromEntries(meterNames.map((meter) => [meter, new Map()])) as ReturnType<
      typeof usageOf
    >;
    for (const { meter, hour, quantity } of entries) {
      const units = (billed[meter].get(hour) ?? 0) + toUnits(meter, quantity);
      if (units === 0) billed[meter].delete(hour);
      else billed[meter].set(hour, units);
    }
    return billed;
  }

  expectExact(): void {
    const billed = this.billed();
    const used = usageOf(this.facts, this.nowMs);
    for (const meter of meterNames) {
      expect(Object.fromEntries(billed[meter])).toEqual(Object.fromEntries(used[meter]));
    }
  }
}

let stub: DurableObjectStub;
beforeEach(() => {
  const namespace = (env as { FLEET: DurableObjectNamespace }).FLEET;
  stub = namespace.get(namespace.newUniqueId());
});
const withFleet = (run: (fleet: MeteredFleet) => void) =>
  runInDurableObject(stub, (_fleet, state) => run(new MeteredFleet(state.storage)));

it("states a closed hour once, and keeps the open one out of the ledger", () =>
  withFleet((fleet) => {
    fleet.connect("a");
    fleet.nowMs += hourMs + 10 * 60_000;
    fleet.state();
    fleet.state();
    fleet.evict();
    fleet.state();
    expect(fleet.ledger).toMatchObject([
      { hour: start, meter: "connected_agent_seconds", quantity: 3600, sequence: 0 },
    ]);
    expect(fleet.meter.openUsage(start, fleet.nowMs)).toEqual([
      { hour: start + hourMs, meter: "connected_agent_seconds", quantity: 600 },
    ]);
  }));

it("waits two minutes after an hour's end before it states the hour", () =>
  withFleet((fleet) => {
    fleet.connect("a");
    fleet.nowMs = start + hourMs + 119_999;
    fleet.state();
    expect(fleet.ledger).toEqual([]);
    fleet.nowMs += 1;
    fleet.state();
    expect(fleet.ledger).toHaveLength(1);
  }));

it("takes back, in one adjustment an hour, what a dead socket was given", () =>
  withFleet((fleet) => {
    fleet.connect("a");
    fleet.nowMs = start + 2 * hourMs + 10 * 60_000;
    fleet.state();
    fleet.disconnect("a", 100 * 60_000);
    fleet.state();
    fleet.state();
    const adjustments = fleet.ledger.filter((entry) => entry.sequence > 0);
    expect(adjustments).toMatchObject([
      { hour: start, quantity: -1800, sequence: 1 },
      { hour: start + hourMs, quantity: -3600, sequence: 1 },
    ]);
    fleet.expectExact();
  }));

it("writes no row for a connection that opens nor for deliveries, however many", () =>
  withFleet((fleet) => {
    for (let n = 0; n < 20; n++) {
      fleet.connect(`a${n}`);
      fleet.deliver(`a${n}`, "h1");
      fleet.deliver(`a${n}`, "h2");
    }
    expect(fleet.rowsWritten).toBe(0);
    fleet.evict();
    fleet.expectExact();
    fleet.nowMs += 3 * hourMs;
    fleet.state();
    // Two meters' hours: one delivery hour and two whole connected hours, each inserted and then stated, and the mark.
    expect(fleet.rowsWritten).toBeLessThanOrEqual(9);
    fleet.expectExact();
  }));

it("keeps deliveries of an hour that was not yet stated when the next one comes", () =>
  withFleet((fleet) => {
    fleet.nowMs = hourOf(start) + hourMs - 1;
    fleet.deliver("a", "h1");
    fleet.nowMs += 2;
    fleet.deliver("a", "h2");
    fleet.evict();
    fleet.expectExact();
    fleet.nowMs += 2 * hourMs;
    fleet.state();
    expect(fleet.ledger.map(({ hour, quantity }) => [hour, quantity])).toEqual([
      [start, 1],
      [start + hourMs, 1],
    ]);
  }));

const names = fc.constantFrom("a", "b", "c");
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("connect" as const), name: names }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("disconnect" as const),
      name: names,
      silentMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 * hourMs })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("deliver" as const), name: names }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 3 * hourMs }) }),
  },
  /** Clocks of real machines step back a little. */
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: -400_000, max: 0 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "state" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "evict" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "redeliver" as const }) },
);

it("bills exactly the log, whatever the order of connects, ends, deliveries, statements and evictions", () =>
  withFleet((fleet) => {
    let hash = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const run = new MeteredFleet(fleet.storage);
        for (const action of steps) {
          if (action.do === "connect") run.connect(action.name);
          else if (action.do === "disconnect") run.disconnect(action.name, action.silentMs);
          else if (action.do === "deliver") run.deliver(action.name, `h${hash++}`);
          else if (action.do === "wait") run.nowMs += action.ms;
          else if (action.do === "state") run.state();
          else if (action.do === "redeliver") run.ledger.push(...run.ledger.slice().reverse());
          else run.evict();
        }
        run.nowMs = Math.max(run.nowMs, start + 200 * hourMs);
        run.expectExact();
        run.state();
        run.expectExact();
        run.evict();
        run.expectExact();
      }),
      { numRuns: 300 },
    );
  }));

it("writes one row for all connections that end in one block", () =>
  withFleet((fleet) => {
    const agents = ["a", "b", "c"].map((name) => fleet.agent(name));
    fleet.commit((tx) => {
      for (const agent of agents) fleet.meter.onDisconnected(tx, agent, start, start + 60_000);
    });
    expect(fleet.rowsWritten).toBe(1);
    expect(fleet.meter.openUsage(0, fleet.nowMs)).toEqual([
      { hour: hourOf(start), meter: "connected_agent_seconds", quantity: 180 },
    ]);
  }));
