import { hourOf } from "../../domain/usage/hours.ts";
import { ledgerKey } from "../../domain/usage/ledger.ts";
import { byMeter, type MeterName, meterNames, toQuantity } from "../../domain/usage/meters.ts";
import {
  closeConnection,
  lateStart,
  unsettledConnections,
  unsettledDeliveries,
} from "../../domain/usage/settlement.ts";
import type { MeterHour } from "../../protocol/rpc/fleet.ts";
import type { AgentRecord, FleetContext, MeterPart, Tx } from "./parts.ts";

/** An hour is stated so long after its end: time for silent sockets to be found out before, instead of adjusted after. */
const statementDelayMs = 2 * 60_000;

interface HourRow {
  hour: number;
  meter: MeterName;
  units: number;
  stated: number;
  sequence: number;
}

/**
 * What a fleet used, per UTC hour. Rows are written when a connection ends, when hours are stated, and never for a
 * heartbeat, an open connection or a delivery: those are derived from the agents' own rows.
 */
export class Meter implements MeterPart {
  readonly #fleet: Pick<FleetContext, "agents" | "scope">;
  readonly #sql: SqlStorage;
  /** Milliseconds of metrics that rows hold, by hour: of hours from the one on and before the other. */
  readonly #storedMetrics: (fromMs: number, untilMs: number) => Map<number, number>;
  /** null = not read yet. */
  #settledUntil: number | null = null;
  /** Whether a settled hour may differ from what was stated. */
  #unstated = true;
  /** What the open block adds to the hours so far, a row for each hour and meter. */
  #added: { tx: Tx; rows: Map<string, Pick<HourRow, "hour" | "meter" | "units">> } | null = null;

  constructor(
    fleet: Pick<FleetContext, "agents" | "scope">,
    sql: SqlStorage,
    storedMetrics: (fromMs: number, untilMs: number) => Map<number, number> = () => new Map(),
  ) {
    this.#fleet = fleet;
    this.#sql = sql;
    this.#storedMetrics = storedMetrics;
  }

  onConnected(tx: Tx, agent: AgentRecord): void {
    const settledUntil = this.#settled();
    if (agent.connectedAt === null || agent.connectedAt >= settledUntil) return;
    this.#add(tx, "connected_agent_seconds", lateStart(agent.connectedAt, settledUntil));
  }

  onDisconnected(tx: Tx, _agent: AgentRecord, connectedAt: number, endedAt: number): void {
    this.#add(tx, "connected_agent_seconds", closeConnection(connectedAt, endedAt, this.#settled()));
  }

  onDelivery(tx: Tx, agent: AgentRecord, _hash: string): void {
    const hour = hourOf(tx.nowMs);
    const settledUntil = this.#settled();
    if (hour < settledUntil) {
      this.#add(tx, "config_deliveries", new Map([[hour, 1]]));
      return;
    }
    const known = agent.deliveries;
    if (known && known.hour !== hour && known.hour >= settledUntil) {
      this.#add(tx, "config_deliveries", new Map([[known.hour, known.count]]));
    }
    agent.deliveries = { hour, count: known?.hour === hour ? known.count + 1 : 1 };
    tx.saveAgent(agent);
  }

  onMetricPoints(tx: Tx, hour: number, ms: number, how: "added" | "dropped"): void {
    const isSettled = hour < this.#settled();
    if (isSettled === (how === "added")) this.#add(tx, "metered_agent_seconds", new Map([[hour, ms]]));
  }

  onDeleted(tx: Tx, agent: AgentRecord): void {
    this.#add(tx, "config_deliveries", unsettledDeliveries([agent], this.#settled()));
    agent.deliveries = null;
  }

  onLogsShipped(tx: Tx, hours: Map<number, number>): void {
    this.#add(tx, "shipped_log_bytes", hours);
  }

  stateClosedHours(tx: Tx): void {
    this.#settle(tx, hourOf(tx.nowMs - statementDelayMs));
    if (!this.#unstated) return;
    this.#writeAdded(tx);
    for (const row of this.#unstatedHours(this.#settled())) this.#state(tx, row);
    this.#unstated = false;
  }

  openUsage(fromMs: number, nowMs: number): MeterHour[] {
    const settledUntil = this.#settled();
    const changes = {
      ...byMeter(() => new Map<number, number>()),
      connected_agent_seconds: unsettledConnections(this.#fleet.agents.values(), settledUntil, nowMs),
      config_deliveries: unsettledDeliveries(this.#fleet.agents.values(), settledUntil),
      metered_agent_seconds: this.#storedMetrics(settledUntil, Number.MAX_SAFE_INTEGER),
    };
    for (const { hour, meter, units, stated } of this.#unstatedHours(Number.MAX_SAFE_INTEGER)) {
      changes[meter].set(hour, (changes[meter].get(hour) ?? 0) + units - stated);
    }
    return toMeterHours(changes).filter(({ hour }) => hour >= hourOf(fromMs));
  }

  forget(): void {
    this.#settledUntil = null;
    this.#unstated = true;
    this.#added = null;
  }

  #settled(): number {
    if (this.#settledUntil === null) {
      const row = this.#sql
        .exec<{ settled_until: number }>("SELECT settled_until FROM meter_state")
        .toArray()[0];
      this.#settledUntil = row?.settled_until ?? 0;
    }
    return this.#settledUntil;
  }

  /** Folds the share of open connections and of agents' delivery counts up to `until` into the hours. */
  #settle(tx: Tx, until: number): void {
    const settledUntil = this.#settled();
    if (until <= settledUntil) return;
    const agents = this.#fleet.agents;
    this.#settledUntil = until;
    this.#unstated = true;
    this.#add(tx, "connected_agent_seconds", unsettledConnections(agents.values(), settledUntil, until));
    this.#add(tx, "config_deliveries", unsettledDeliveries(agents.values(), settledUntil, until));
    this.#add(tx, "metered_agent_seconds", this.#storedMetrics(settledUntil, until));
    tx.sql.exec(
      "INSERT INTO meter_state (id, settled_until) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET settled_until = excluded.settled_until",
      until,
    );
  }

  #add(tx: Tx, meter: MeterName, hours: Map<number, number>): void {
    const { rows } = this.#addedIn(tx);
    for (const [hour, units] of hours) {
      if (units === 0) continue;
      const key = `${hour} ${meter}`;
      rows.set(key, { hour, meter, units: (rows.get(key)?.units ?? 0) + units });
      if (hour < this.#settled()) this.#unstated = true;
    }
  }

  #addedIn(tx: Tx) {
    if (this.#added?.tx !== tx) {
      this.#added = { tx, rows: new Map() };
      tx.beforeWrite(() => this.#writeAdded(tx));
    }
    return this.#added;
  }

  #writeAdded(tx: Tx): void {
    if (this.#added?.tx !== tx) return;
    for (const { hour, meter, units } of this.#added.rows.values()) {
      tx.sql.exec(
        `INSERT INTO meter_hours (hour, meter, units, stated, sequence) VALUES (?, ?, ?, 0, 0)
         ON CONFLICT (hour, meter) DO UPDATE SET units = units + excluded.units`,
        hour,
        meter,
        units,
      );
    }
    this.#added = null;
  }

  #unstatedHours(before: number): HourRow[] {
    return this.#sql
      .exec<Record<keyof HourRow, SqlStorageValue>>(
        "SELECT hour, meter, units, stated, sequence FROM meter_hours WHERE units <> stated AND hour < ? ORDER BY hour, meter",
        before,
      )
      .toArray() as unknown as HourRow[];
  }

  #state(tx: Tx, row: HourRow): void {
    const { organizationId, fleetId } = this.#fleet.scope();
    const { hour, meter, sequence } = row;
    tx.sql.exec(
      "UPDATE meter_hours SET stated = units, sequence = sequence + 1 WHERE hour = ? AND meter = ?",
      hour,
      meter,
    );
    tx.outbox({
      kind: "usage",
      key: ledgerKey({ fleetId, hour, meter, sequence }),
      organizationId,
      fleetId,
      hour,
      meter,
      quantity: toQuantity(meter, row.units - row.stated),
      sequence,
      recordedAtMs: tx.nowMs,
    });
  }
}

function toMeterHours(changes: Record<MeterName, Map<number, number>>): MeterHour[] {
  return meterNames.flatMap((meter) =>
    [...changes[meter]]
      .filter(([, units]) => units !== 0)
      .sort(([a], [b]) => a - b)
      .map(([hour, units]) => ({ hour, meter, quantity: toQuantity(meter, units) })),
  );
}
