import type { AgentId } from "../../domain/ids.ts";
import { type Resolution, resolutions, rowSlot, rowStartMs } from "../../domain/metrics/resolutions.ts";
import { maxSeries, sampleSeconds } from "../../domain/metrics/series.ts";
import type { Samples } from "../../protocol/custom/samples.ts";
import { MetricBlock } from "./metric-block.ts";
import { rollUp } from "./metric-rollup.ts";
import type { Tx } from "./parts.ts";

export type RollUp = Exclude<Resolution, "10s">;

const tickMs = sampleSeconds * 1000;
const recent = resolutions["10s"];
const silentMs = 24 * 3_600_000;
/** Rows that go at one time, within the block of one message. */
const silentAtOnce = 50;

/** What was measured in the hour that begins at `start`. */
export interface RecentRow {
  start: number;
  filled: number;
  block: MetricBlock;
}

/** Points of an hour were added to its row, or dropped with it: what is metered by them must not be lost. */
export type PointsListener = (tx: Tx, hourMs: number, points: number, how: "added" | "dropped") => void;

interface StoredRow extends Record<string, SqlStorageValue> {
  slot: number;
  start: number;
  filled: number;
  last_tick: number;
  body: ArrayBuffer;
}

/** Rows ↔ blocks of agents' metrics. An agent's message costs one row; one that opens an hour closes the one before. */
export class MetricStore {
  readonly #sql: SqlStorage;
  readonly #onPoints: PointsListener;

  constructor(sql: SqlStorage, onPoints: PointsListener) {
    this.#sql = sql;
    this.#onPoints = onPoints;
  }

  /** Keeps points of which the newest was measured `ageMs` ago. Answers how many are new. */
  put(tx: Tx, agentId: AgentId, { ageMs, count, series }: Samples): number {
    const rows = this.#stored(agentId);
    const newest = Math.max(0, ...rows.map(({ last_tick }) => last_tick));
    const last = lastTick(tx.nowMs - ageMs, count, newest);
    const first = last - count + 1;
    const latestStart = rowStartMs("10s", last * tickMs);
    let added = 0;
    let opened = false;
    const touched = new Set<number>();
    for (
      let start = rowStartMs("10s", first * tickMs);
      start <= latestStart;
      start += recent.points * tickMs
    ) {
      const slot = rowSlot("10s", start);
      const known = rows.find((row) => row.slot === slot);
      if (known && known.start > start) continue;
      if (known && known.start < start) {
        this.#close(agentId, known);
        this.#onPoints(tx, known.start, known.filled, "dropped");
      }
      const row = known?.start === start ? known : null;
      const block = row
        ? MetricBlock.decode("measured", recent.points, row.body)
        : new MetricBlock("measured", recent.points);
      fill(block, start / tickMs, first, series);
      const filled = block.filled();
      const before = row?.filled ?? 0;
      added += filled - before;
      if (filled !== before) this.#onPoints(tx, start, filled - before, "added");
      const next: StoredRow = {
        slot,
        start,
        filled,
        last_tick: Math.max(newest, Math.min(last, start / tickMs + recent.points - 1)),
        body: block.encode(),
      };
      this.#write(agentId, next);
      opened ||= row === null;
      touched.add(start);
      rows.splice(0, rows.length, ...rows.filter((other) => other.slot !== slot), next);
    }
    for (const row of rows) {
      if (row.start < latestStart && (opened || touched.has(row.start))) {
        this.#close(agentId, row, touched.has(row.start));
      }
    }
    return added;
  }

  /** The number of the newest point that is kept; null = none is. */
  newestTick(agentId: AgentId): number | null {
    return this.#sql
      .exec<{ tick: number | null }>(
        "SELECT max(last_tick) AS tick FROM metric_recent WHERE agent_id = ?",
        agentId,
      )
      .one().tick;
  }

  /** What was measured in the hour that begins at `start`; null = it is not held. */
  measured(agentId: AgentId, start: number, only?: ReadonlySet<string>): MetricBlock | null {
    const [row] = this.#sql
      .exec<{ start: number; body: ArrayBuffer }>(
        "SELECT start, body FROM metric_recent WHERE agent_id = ? AND slot = ?",
        agentId,
        rowSlot("10s", start),
      )
      .toArray();
    return row?.start === start ? MetricBlock.decode("measured", recent.points, row.body, only) : null;
  }

  recent(agentId: AgentId, only?: ReadonlySet<string>): RecentRow[] {
    return this.#stored(agentId).map(({ start, filled, body }) => ({
      start,
      filled,
      block: MetricBlock.decode("measured", recent.points, body, only),
    }));
  }

  /** Rows that begin from `from` to `to`, oldest first. */
  rollUps(agentId: AgentId, resolution: RollUp, from: number, to: number, only?: ReadonlySet<string>) {
    const { seconds, points } = resolutions[resolution];
    return this.#sql
      .exec<{ start: number; body: ArrayBuffer }>(
        "SELECT start, body FROM metric_rollups WHERE agent_id = ? AND seconds = ? AND start >= ? AND start <= ? ORDER BY start",
        agentId,
        seconds,
        from,
        to,
      )
      .toArray()
      .map(({ start, body }) => ({ start, block: MetricBlock.decode("rolledUp", points, body, only) }));
  }

  /** Points that are kept, by hour: of hours from `fromMs` on and before `untilMs`. */
  pointsByHour(fromMs: number, untilMs: number): Map<number, number> {
    const rows = this.#sql.exec<{ start: number; points: number }>(
      "SELECT start, sum(filled) AS points FROM metric_recent WHERE start >= ? AND start < ? GROUP BY start",
      fromMs,
      untilMs,
    );
    return new Map([...rows].map(({ start, points }) => [start, points]));
  }

  drop(tx: Tx, agentId: AgentId): void {
    for (const { start, filled } of this.#stored(agentId)) this.#onPoints(tx, start, filled, "dropped");
    this.#sql.exec("DELETE FROM metric_recent WHERE agent_id = ?", agentId);
    this.#sql.exec("DELETE FROM metric_rollups WHERE agent_id = ?", agentId);
  }

  /** What nobody can ask for any more, of agents that tell nothing new. False = there is more: call again. */
  dropOld(tx: Tx): boolean {
    const { nowMs } = tx;
    if (!this.#dropSilent(tx)) return false;
    for (const { seconds, points, keptSeconds } of [resolutions["1m"], resolutions["1h"]]) {
      const oldest = nowMs - (keptSeconds + seconds * points) * 1000;
      this.#sql.exec("DELETE FROM metric_rollups WHERE seconds = ? AND start < ?", seconds, oldest);
      this.#sql.exec("DELETE FROM metric_totals WHERE seconds = ? AND start < ?", seconds, oldest);
    }
    return true;
  }

  /** 10-second points of agents that have told nothing for a day: they are rolled up, and go. False = there are more. */
  #dropSilent(tx: Tx): boolean {
    const silent = this.#sql
      .exec<{ agent_id: AgentId; slot: number }>(
        "SELECT agent_id, slot FROM metric_recent WHERE start < ? LIMIT ?",
        tx.nowMs - silentMs,
        silentAtOnce,
      )
      .toArray();
    for (const { agent_id: agentId, slot } of silent) {
      const row = this.#stored(agentId).find((one) => one.slot === slot);
      if (!row) continue;
      this.#close(agentId, row);
      this.#onPoints(tx, row.start, row.filled, "dropped");
      this.#sql.exec("DELETE FROM metric_recent WHERE agent_id = ? AND slot = ?", agentId, slot);
    }
    return silent.length < silentAtOnce;
  }

  #stored(agentId: AgentId): StoredRow[] {
    return this.#sql
      .exec<StoredRow>(
        "SELECT slot, start, filled, last_tick, body FROM metric_recent WHERE agent_id = ?",
        agentId,
      )
      .toArray();
  }

  #write(agentId: AgentId, { slot, start, filled, last_tick, body }: StoredRow): void {
    this.#sql.exec(
      `INSERT INTO metric_recent (agent_id, slot, start, filled, last_tick, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (agent_id, slot) DO UPDATE SET start = excluded.start, filled = excluded.filled,
         last_tick = excluded.last_tick, body = excluded.body`,
      agentId,
      slot,
      start,
      filled,
      last_tick,
      body,
    );
  }

  /** Rolls an hour that is over up: a row of its minutes, and its place in the row of its day. */
  #close(agentId: AgentId, row: StoredRow, again = false): void {
    const slot = rowSlot("1m", row.start);
    const known = this.#rollUp(agentId, "1m", row.start);
    if (known !== null && !again) return;
    const measured = MetricBlock.decode("measured", recent.points, row.body);
    const minutes = rollUp(measured, resolutions["1m"].seconds / recent.seconds);
    this.#writeRollUp(agentId, "1m", slot, row.start, minutes);
    const day = rowStartMs("1h", row.start);
    const kept = this.#rollUp(agentId, "1h", day);
    const { points, seconds } = resolutions["1h"];
    const hours =
      kept === null ? new MetricBlock("rolledUp", points) : MetricBlock.decode("rolledUp", points, kept);
    putPoint(hours, Math.floor((row.start - day) / (seconds * 1000)), rollUp(measured, recent.points));
    this.#writeRollUp(agentId, "1h", rowSlot("1h", day), day, hours);
  }

  #rollUp(agentId: AgentId, resolution: RollUp, start: number): ArrayBuffer | null {
    const rows = this.#sql
      .exec<{ start: number; body: ArrayBuffer }>(
        "SELECT start, body FROM metric_rollups WHERE agent_id = ? AND seconds = ? AND slot = ?",
        agentId,
        resolutions[resolution].seconds,
        rowSlot(resolution, start),
      )
      .toArray();
    return rows.find((row) => row.start === start)?.body ?? null;
  }

  #writeRollUp(agentId: AgentId, resolution: RollUp, slot: number, start: number, block: MetricBlock): void {
    this.#sql.exec(
      `INSERT INTO metric_rollups (agent_id, seconds, slot, start, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (agent_id, seconds, slot) DO UPDATE SET start = excluded.start, body = excluded.body`,
      agentId,
      resolutions[resolution].seconds,
      slot,
      start,
      block.encode(),
    );
  }
}

/**
 * The tick of the newest point. Points come a tick apart, but when they arrive differs a little: what follows the last
 * known one with a gap or an overlap of one tick is taken to follow it at once.
 */
export function lastTick(measuredMs: number, count: number, newestKnown: number): number {
  const last = Math.floor(measuredMs / tickMs);
  const first = last - count + 1;
  return Math.abs(first - (newestKnown + 1)) <= 1 ? newestKnown + count : last;
}

/** Puts the points that lie in the block there; `from` is its first tick, `first` that of the points. */
export function fill(block: MetricBlock, from: number, first: number, series: Samples["series"]): void {
  for (const { name, values } of series) {
    if (!block.columns.has(name) && block.columns.size >= maxSeries) continue;
    for (const [i, value] of values.entries()) {
      const point = first + i - from;
      if (point < 0 || point >= block.points || Number.isNaN(value)) continue;
      block.column(name)[point] = value;
    }
  }
}

/** The only point of `one` becomes a point of `block`. */
export function putPoint(block: MetricBlock, point: number, one: MetricBlock): void {
  for (const [name, values] of one.columns) {
    if (!block.columns.has(name) && block.columns.size >= maxSeries) continue;
    const column = block.column(name);
    for (const [i, value] of values.entries()) column[i * block.points + point] = value;
  }
}
