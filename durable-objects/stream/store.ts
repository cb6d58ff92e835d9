import type { ExitMessage } from "../../protocol/custom/streams.ts";
import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import type { StreamEnd, StreamFacts } from "../../protocol/rpc/streams.ts";

/** All that must survive the object's memory, in one row. Times are epoch ms. */
export interface StreamRecord {
  facts: StreamFacts;
  /** All openings that it serves; left out = it has only one, which says nothing of itself. */
  openings?: number[];
  /** Both sides were there for the first time. */
  startedAtMs: number | null;
  /** The viewer's connection broke and none came back yet. */
  viewerLostAtMs: number | null;
  /** Data bytes that came from viewers until then; left out = none was lost. */
  viewerBytes?: number;
  /** When it was last asked whether who opened it may still do so; left out = never. */
  rightAskedAtMs?: number;
  /** What the agent said last, while no viewer was there to hear it. */
  exit: ExitMessage | null;
  end: StreamEnd | null;
}

export class StreamStore {
  readonly #sql: SqlStorage;
  #record: StreamRecord | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  load(): void {
    const [row] = this.#sql.exec<{ record: string }>("SELECT record FROM stream").toArray();
    // Written by `save`.
    this.#record = row ? (JSON.parse(row.record) as StreamRecord) : null;
  }

  get record(): StreamRecord | null {
    return this.#record;
  }

  /** Both sides have met, and it has not ended. */
  get live(): boolean {
    return this.#record !== null && this.#record.startedAtMs !== null && this.#record.end === null;
  }

  forget(): void {
    this.#record = null;
  }

  save(record: StreamRecord): void {
    this.#record = record;
    this.#sql.exec(
      "INSERT INTO stream (id, record) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
      JSON.stringify(record),
    );
  }

  /** False when it was used before. */
  spendTicket(jti: string): boolean {
    return this.#sql.exec("INSERT OR IGNORE INTO used_tickets (jti) VALUES (?)", jti).rowsWritten > 0;
  }

  /** How it ended, on its way to the metadata store. */
  tell(message: OutboxMessage): void {
    this.#sql.exec("INSERT INTO outbox (message) VALUES (?)", JSON.stringify(message));
  }
}
