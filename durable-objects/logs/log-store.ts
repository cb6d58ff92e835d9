import type { AgentId } from "../../domain/ids.ts";
import { type LogShipping, maxRetentionDays } from "../../domain/logs/logs.ts";
import { hourMs, hourOf } from "../../domain/usage/hours.ts";
import { shipLimits } from "../../protocol/custom/logs.ts";
import type { ShippedHour } from "../../protocol/rpc/agent-logs.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { Batch } from "./batch.ts";

/** What the object knows of itself, in one row. */
export interface LogFacts {
  scope: FleetScope;
  agentId: AgentId;
  shipping: LogShipping;
  /** Hours before this one have been told to the fleet's meter. */
  statedUntil: number;
}

export interface Segment {
  id: number;
  firstMs: number;
  lastMs: number;
  sources: string[];
}

/** A row of segments may have 2 MB; it is written anew with each batch that it takes. */
const segmentBytes = 192 * 1024;
/** Names stand beside the batches of a row. */
const sourcesPerSegment = 2 * shipLimits.sourcesPerBatch;
const dayMs = 24 * hourMs;
const lengthBytes = 4;

/** An agent's kept logs: packed batches as they came, one after another, in rows of bounded size. */
export class LogStore {
  readonly #sql: SqlStorage;
  #facts: LogFacts | null = null;
  /** The row that takes the next batch; null = it is not known, or there is none. */
  #open: { id: number; hour: number; size: number } | null = null;
  #today: { day: number; bytes: number } | null = null;
  #last: { run: string; batch: number } | null = null;
  /** Of hours whose end has not been told; undefined = not read yet. */
  #unstated: Map<number, number> | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  load(): void {
    const [row] = this.#sql.exec<{ facts: string }>("SELECT facts FROM facts").toArray();
    // Written by `saveFacts`.
    this.#facts = row ? (JSON.parse(row.facts) as LogFacts) : null;
    const [open] = this.#sql
      .exec<{ id: number; hour: number; size: number; run: string; batch: number }>(
        "SELECT id, hour, LENGTH(body) AS size, run, batch FROM segments ORDER BY id DESC LIMIT 1",
      )
      .toArray();
    this.#open = open ?? null;
    this.#last = open ?? null;
    this.#today = null;
    this.#unstated = undefined;
  }

  /** Everything was deleted, the tables too. */
  forget(): void {
    this.#facts = null;
    this.#open = null;
    this.#last = null;
    this.#today = null;
    this.#unstated = undefined;
  }

  get facts(): LogFacts | null {
    return this.#facts;
  }

  saveFacts(facts: LogFacts): void {
    const text = JSON.stringify(facts);
    if (this.#facts && JSON.stringify(this.#facts) === text) return;
    this.#facts = facts;
    this.#unstated = undefined;
    this.#sql.exec(
      "INSERT INTO facts (id, facts) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET facts = excluded.facts",
      text,
    );
  }

  /** Whether this batch was stored before: its answer was lost. */
  has({ run, batch }: Batch): boolean {
    return this.#last?.run === run && batch <= this.#last.batch;
  }

  /** One row written. */
  add(batch: Batch, packed: Uint8Array, nowMs: number): void {
    const hour = hourOf(nowMs);
    const times = batch.lines.map(({ t }) => t ?? nowMs);
    const firstMs = times.reduce((least, ms) => Math.min(least, ms), nowMs);
    const lastMs = times.reduce((most, ms) => Math.max(most, ms), batch.lines.length > 0 ? 0 : nowMs);
    const frame = framed(packed, nowMs);
    const open = this.#open;
    const row =
      open && open.hour === hour && open.size + frame.byteLength <= segmentBytes
        ? this.#sql
            .exec<{ body: ArrayBuffer; sources: string }>(
              "SELECT body, sources FROM segments WHERE id = ?",
              open.id,
            )
            .one()
        : null;
    const sources = new Set([...(row ? (JSON.parse(row.sources) as string[]) : []), ...batch.sources]);
    if (open && row && sources.size <= sourcesPerSegment) {
      this.#sql.exec(
        `UPDATE segments SET bytes = bytes + ?, first_ms = MIN(first_ms, ?), last_ms = MAX(last_ms, ?), sources = ?,
           run = ?, batch = ?, body = ? WHERE id = ?`,
        batch.bytes,
        firstMs,
        lastMs,
        JSON.stringify([...sources]),
        batch.run,
        batch.batch,
        joined(new Uint8Array(row.body), frame),
        open.id,
      );
      open.size += frame.byteLength;
    } else {
      const { id } = this.#sql
        .exec<{ id: number }>(
          `INSERT INTO segments (hour, bytes, first_ms, last_ms, sources, run, batch, body)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
          hour,
          batch.bytes,
          firstMs,
          lastMs,
          JSON.stringify(batch.sources),
          batch.run,
          batch.batch,
          frame,
        )
        .one();
      this.#open = { id, hour, size: frame.byteLength };
    }
    this.#last = { run: batch.run, batch: batch.batch };
    this.#unstated?.set(hour, (this.#unstated.get(hour) ?? 0) + batch.bytes);
    if (this.#today) this.#today.bytes += batch.bytes;
  }

  /** Of the UTC day of `nowMs`. */
  todayBytes(nowMs: number): number {
    const day = Math.floor(nowMs / dayMs) * dayMs;
    if (this.#today?.day !== day) this.#today = { day, bytes: this.#bytesSince(day) };
    return this.#today.bytes;
  }

  /** Closed hours that the fleet's meter has not heard of, in their order. */
  unstatedHours(nowMs: number): ShippedHour[] {
    return [...this.#unstatedByHour()]
      .filter(([hour, bytes]) => hour < hourOf(nowMs) && bytes > 0)
      .sort(([a], [b]) => a - b)
      .map(([hour, bytes]) => ({ hour, bytes }));
  }

  /** Start of the oldest hour that is not told yet; null = there is none. */
  oldestUnstated(): number | null {
    const hours = [...this.#unstatedByHour()].filter(([, bytes]) => bytes > 0).map(([hour]) => hour);
    return hours.length > 0 ? Math.min(...hours) : null;
  }

  #unstatedByHour(): Map<number, number> {
    if (!this.#facts) return new Map();
    this.#unstated ??= new Map(
      this.#sql
        .exec<{ hour: number; bytes: number }>(
          "SELECT hour, SUM(bytes) AS bytes FROM segments WHERE hour >= ? GROUP BY hour",
          this.#facts.statedUntil,
        )
        .toArray()
        .map(({ hour, bytes }) => [hour, bytes]),
    );
    return this.#unstated;
  }

  /** When the oldest row is to go; null = nothing is kept. */
  nextExpiryMs(): number | null {
    if (!this.#facts) return null;
    const [row] = this.#sql.exec<{ hour: number }>("SELECT hour FROM segments ORDER BY id LIMIT 1").toArray();
    return row ? row.hour + hourMs + this.#retentionMs() : null;
  }

  /** Rows go in the order that they came; an hour goes as a whole. */
  expire(nowMs: number): void {
    this.#sql.exec("DELETE FROM segments WHERE hour <= ?", nowMs - hourMs - this.#retentionMs());
    this.load();
  }

  #retentionMs(): number {
    return (this.#facts?.shipping.retentionDays ?? maxRetentionDays) * dayMs;
  }

  /** Newest first, those before and with `from`. */
  *segments(from: number): Generator<Segment> {
    const rows = this.#sql
      .exec<{ id: number; first_ms: number; last_ms: number; sources: string }>(
        "SELECT id, first_ms, last_ms, sources FROM segments WHERE id <= ? ORDER BY id DESC",
        from,
      )
      .toArray();
    for (const { id, first_ms, last_ms, sources } of rows) {
      yield { id, firstMs: first_ms, lastMs: last_ms, sources: JSON.parse(sources) as string[] };
    }
  }

  /** The batches of a row as they came, with the times that they came at. */
  batches(id: number): { atMs: number; packed: Uint8Array }[] {
    const [row] = this.#sql
      .exec<{ body: ArrayBuffer }>("SELECT body FROM segments WHERE id = ?", id)
      .toArray();
    return row ? unframed(new Uint8Array(row.body)) : [];
  }

  totals(): { bytes: number; oldestMs: number | null; newestMs: number | null; sources: string[] } {
    const rows = this.#sql
      .exec<{ bytes: number; first_ms: number; last_ms: number; sources: string }>(
        "SELECT bytes, first_ms, last_ms, sources FROM segments",
      )
      .toArray();
    const sources = new Set(rows.flatMap((row) => JSON.parse(row.sources) as string[]));
    return {
      bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
      oldestMs: rows.reduce<number | null>(
        (least, row) => Math.min(least ?? row.first_ms, row.first_ms),
        null,
      ),
      newestMs: rows.reduce<number | null>((most, row) => Math.max(most ?? row.last_ms, row.last_ms), null),
      sources: [...sources].sort(),
    };
  }

  #bytesSince(hour: number): number {
    return (
      this.#sql
        .exec<{ bytes: number | null }>("SELECT SUM(bytes) AS bytes FROM segments WHERE hour >= ?", hour)
        .one().bytes ?? 0
    );
  }
}

/** Length in 4 bytes, time in 8, then the packed batch. */
function framed(packed: Uint8Array, nowMs: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(lengthBytes + 8 + packed.byteLength);
  const view = new DataView(frame.buffer);
  view.setUint32(0, packed.byteLength);
  view.setFloat64(lengthBytes, nowMs);
  frame.set(packed, lengthBytes + 8);
  return frame;
}

function unframed(body: Uint8Array): { atMs: number; packed: Uint8Array }[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const found: { atMs: number; packed: Uint8Array }[] = [];
  for (let at = 0; at < body.byteLength; ) {
    const begin = at + lengthBytes + 8;
    const end = begin + view.getUint32(at);
    found.push({ atMs: view.getFloat64(at + lengthBytes), packed: body.subarray(begin, end) });
    at = end;
  }
  return found;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.byteLength + b.byteLength);
  all.set(a);
  all.set(b, a.byteLength);
  return all;
}
