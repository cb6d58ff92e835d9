import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { Observation } from "../../domain/rollouts/rollout.ts";
import { type LogEntry, type Snapshot, toLogged } from "../../domain/rollouts/rollout-log.ts";
import type { Tx } from "./parts.ts";
import { chunksOf } from "./row-chunks.ts";

const entriesKept = 200_000;
/** A buffer of so many characters is written without waiting for its time. */
const bufferChars = 500_000;
/** Of the agents in one entry: with the header beside them it must fit into a row. */
const snapshotChars = 300_000;

/**
 * What a rollout has observed, as far as it changed anything. Entries are buffered and written by `flush`. The first of a
 * buffer is written at once, with a mark that more may follow: a chunk that still bears it tells that memory was lost.
 */
export class ObservationLog {
  readonly #sql: SqlStorage;
  readonly #id: RolloutId;
  readonly #places: ReadonlyMap<AgentId, number>;
  #buffer: string[] = [];
  #bufferChars = 0;
  #chunk: number;
  #entries: number;
  /** Entries were lost with memory: the next one must be `restored`. */
  hasGap: boolean;

  /** `places`: of the agents in the plan. */
  constructor(sql: SqlStorage, id: RolloutId, places: ReadonlyMap<AgentId, number>) {
    this.#sql = sql;
    this.#id = id;
    this.#places = places;
    const { chunks, entries, open } = sql
      .exec<{ chunks: number; entries: number | null; open: number | null }>(
        `SELECT count(*) AS chunks, sum(size) AS entries,
           (SELECT open FROM rollout_logs WHERE rollout_id = ?1 ORDER BY chunk DESC LIMIT 1) AS open
         FROM rollout_logs WHERE rollout_id = ?1`,
        id,
      )
      .one();
    this.#chunk = chunks;
    this.#entries = entries ?? 0;
    this.hasGap = open === 1;
  }

  get isDirty(): boolean {
    return this.#buffer.length > 0;
  }

  observed(tx: Tx, observation: Observation): void {
    const logged = toLogged(observation, (id) => this.#places.get(id));
    if (logged) this.#append(tx, logged);
  }

  /** Memory was lost; it goes on from what rows say. */
  restored(tx: Tx, { header, agents }: Snapshot): void {
    this.hasGap = false;
    for (const [index, part] of partsOf(agents).entries()) {
      this.#append(tx, { restored: { header, agents: part }, ...(index > 0 && { continued: true }) });
    }
  }

  #append(tx: Tx, entry: object): void {
    if (this.#entries >= entriesKept) return;
    const text = JSON.stringify([tx.nowMs, entry]);
    const isFirst = this.#buffer.length === 0;
    this.#entries++;
    this.#buffer.push(text);
    this.#bufferChars += text.length;
    if (isFirst) this.#write(tx, this.#chunk, `[${text}]`, 1, true);
    if (this.#bufferChars > bufferChars) this.flush(tx);
  }

  flush(tx: Tx): void {
    if (!this.isDirty) return;
    for (const { text, size } of chunksOf(this.#buffer)) this.#write(tx, this.#chunk++, text, size, false);
    this.#buffer = [];
    this.#bufferChars = 0;
  }

  #write(tx: Tx, chunk: number, entries: string, size: number, open: boolean): void {
    tx.sql.exec(
      `INSERT INTO rollout_logs (rollout_id, chunk, open, size, entries) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (rollout_id, chunk) DO UPDATE SET open = excluded.open, size = excluded.size, entries = excluded.entries`,
      this.#id,
      chunk,
      open ? 1 : 0,
      size,
      entries,
    );
  }

  /** All that was written and all that waits to be. */
  read(): { entries: LogEntry[]; truncated: boolean } {
    const rows = this.#sql.exec<{ chunk: number; entries: string }>(
      "SELECT chunk, entries FROM rollout_logs WHERE rollout_id = ? ORDER BY chunk",
      this.#id,
    );
    const entries: LogEntry[] = [];
    for (const row of rows) {
      const texts = row.chunk === this.#chunk && this.isDirty ? `[${this.#buffer.join()}]` : row.entries;
      // Written by `#append`.
      entries.push(...(JSON.parse(texts) as LogEntry[]));
    }
    return { entries, truncated: this.#entries >= entriesKept };
  }
}

function partsOf(agents: Snapshot["agents"]): Snapshot["agents"][] {
  const parts: Snapshot["agents"][] = [];
  let part: Snapshot["agents"] = [];
  let chars = 0;
  for (const agent of agents) {
    const length = JSON.stringify(agent).length;
    if (part.length > 0 && chars + length > snapshotChars) {
      parts.push(part);
      part = [];
      chars = 0;
    }
    part.push(agent);
    chars += length;
  }
  return [...parts, part];
}
