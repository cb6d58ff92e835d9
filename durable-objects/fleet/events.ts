import { type EventId, ulidAfter } from "../../domain/ids.ts";
import type { EventsPage, FleetEvent } from "../../protocol/api/events.ts";
import type { FleetScope, ListEvents } from "../../protocol/rpc/fleet.ts";
import type { NewEvent } from "./parts.ts";

/** The ring holds so many events, and is cut back in bulk once it holds a tenth more. */
export const eventsKept = 10_000;
/** Events of one commit that share a row. */
const chunkSize = 100;

interface ChunkRow extends Record<string, SqlStorageValue> {
  last_id: string;
  size: number;
  events: string;
}

/** What happened in the fleet, newest kept. Events of one commit share rows, since rows written are what it costs. */
export class EventLog {
  readonly #sql: SqlStorage;
  #last = "";
  /** null = not counted since the object woke up, which reads the whole ring. */
  #size: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  load(): void {
    const row = this.#sql
      .exec<{ last: string | null }>("SELECT max(last_id) AS last FROM event_chunks")
      .one();
    this.#last = row.last ?? "";
    this.#size = null;
  }

  get lastId(): EventId | null {
    return this.#last === "" ? null : (this.#last as EventId);
  }

  make(event: NewEvent, scope: FleetScope, nowMs: number): FleetEvent {
    const random = crypto.getRandomValues(new Uint8Array(10));
    const ulid = ulidAfter(this.#last.slice("evt_".length), nowMs, random);
    const id: EventId = `evt_${ulid}`;
    this.#last = id;
    return {
      id,
      type: event.type,
      at: new Date(nowMs).toISOString(),
      organizationId: scope.organizationId,
      fleetId: scope.fleetId,
      agentId: event.agentId ?? null,
      rolloutId: event.rolloutId ?? null,
      actor: event.actor ?? null,
      summary: event.summary,
      data: event.data ?? {},
    };
  }

  write(events: readonly FleetEvent[]): void {
    if (events.length === 0) return;
    let size = this.#size ?? this.#count();
    for (let start = 0; start < events.length; start += chunkSize) {
      const chunk = events.slice(start, start + chunkSize);
      this.#sql.exec(
        "INSERT INTO event_chunks (last_id, size, events) VALUES (?, ?, ?)",
        chunk.at(-1)?.id ?? "",
        chunk.length,
        JSON.stringify(chunk),
      );
      size += chunk.length;
    }
    this.#size = size > eventsKept * 1.1 ? this.#trim(size) : size;
  }

  #count(): number {
    return this.#sql.exec<{ size: number }>("SELECT total(size) AS size FROM event_chunks").one().size;
  }

  /** How many are left. */
  #trim(size: number): number {
    let surplus = size - eventsKept;
    let upTo = "";
    for (const row of this.#sql.exec<ChunkRow>("SELECT last_id, size FROM event_chunks ORDER BY last_id")) {
      if (row.size > surplus) break;
      surplus -= row.size;
      upTo = row.last_id;
    }
    this.#sql.exec("DELETE FROM event_chunks WHERE last_id <= ?", upTo);
    return eventsKept + surplus;
  }

  /**
   * Events later than `after`, oldest first; without it the newest, newest first. `truncated` says that events
   * between `after` and the first item are no longer held.
   */
  page(query: ListEvents): EventsPage {
    const items: FleetEvent[] = [];
    const rows = query.after
      ? this.#sql.exec<ChunkRow>(
          "SELECT last_id, events FROM event_chunks WHERE last_id > ? ORDER BY last_id",
          query.after,
        )
      : this.#sql.exec<ChunkRow>("SELECT last_id, events FROM event_chunks ORDER BY last_id DESC");
    let more = false;
    scan: for (const row of rows) {
      // Written by `write` from FleetEvents.
      const events = JSON.parse(row.events) as FleetEvent[];
      if (!query.after) events.reverse();
      for (const event of events) {
        if ((query.after && event.id <= query.after) || !matches(event, query)) continue;
        if (items.length === query.limit) {
          more = true;
          break scan;
        }
        items.push(event);
      }
    }
    return {
      items,
      nextCursor: query.after && more ? (items.at(-1)?.id ?? null) : null,
      truncated: query.after !== undefined && !this.#holds(query.after),
    };
  }

  #holds(id: EventId): boolean {
    const first = this.#sql
      .exec<ChunkRow>("SELECT events FROM event_chunks ORDER BY last_id LIMIT 1")
      .toArray()[0];
    if (!first) return this.#last === "" || id >= this.#last;
    const oldest = (JSON.parse(first.events) as FleetEvent[])[0];
    return oldest !== undefined && id >= oldest.id;
  }
}

function matches(event: FleetEvent, query: ListEvents): boolean {
  return (
    (query.type === undefined || event.type === query.type) &&
    (query.agent === undefined || event.agentId === query.agent) &&
    (query.rollout === undefined || event.rolloutId === query.rollout)
  );
}
