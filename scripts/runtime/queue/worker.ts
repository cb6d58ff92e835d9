/**
 * The queue of the local runtime, on disk. Miniflare keeps queued messages in memory only, so a kill would lose what
 * a Fleet had handed over; on the edge Queues are durable, and so is this stand-in: at least once, unordered.
 */

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import type { Fetcher, ServiceBindingQueueMessage } from "@cloudflare/workers-types/experimental";

interface Env {
  QUEUE: DurableObjectNamespace<LocalQueue>;
  CONSUMER: Fetcher;
  SETTINGS: QueueSettings;
}

export interface QueueSettings {
  queue: string;
  maxBatchSize: number;
  maxBatchTimeoutMs: number;
  maxRetries: number;
}

/** What a Queue binding offers to producers. */
export class Producer extends WorkerEntrypoint<Env> {
  async send(body: unknown): Promise<void> {
    await this.sendBatch([{ body }]);
  }

  async sendBatch(messages: { body: unknown }[]): Promise<void> {
    const queue = this.env.QUEUE.getByName(this.env.SETTINGS.queue);
    await queue.enqueue(messages.map((message) => JSON.stringify(message.body)));
  }
}

const retryDelayMs = 1_000;
/** A consumer that takes its time with one batch keeps no later one waiting, as on the edge. */
const batchesAtOnce = 8;
/** What is under way when the runtime is killed is looked for again after so long. */
const lookAgainMs = 5_000;

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  body: string;
  queued_at: number;
  attempts: number;
}

export class LocalQueue extends DurableObject<Env> {
  /** Messages that the consumer has now. */
  readonly #busy = new Set<string>();
  #batches = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS messages (
         id TEXT PRIMARY KEY, body TEXT NOT NULL, queued_at INTEGER NOT NULL,
         due_at INTEGER NOT NULL, attempts INTEGER NOT NULL)`,
    );
  }

  async enqueue(bodies: string[]): Promise<void> {
    const now = Date.now();
    for (const body of bodies) {
      this.ctx.storage.sql.exec(
        "INSERT INTO messages (id, body, queued_at, due_at, attempts) VALUES (?, ?, ?, ?, 0)",
        crypto.randomUUID(),
        body,
        now,
        now,
      );
    }
    await this.#arm(now + this.env.SETTINGS.maxBatchTimeoutMs);
  }

  override async alarm(): Promise<void> {
    await this.#deliver();
  }

  async #deliver(): Promise<void> {
    while (this.#batches < batchesAtOnce) {
      const batch = this.#due();
      if (batch.length === 0) break;
      for (const { id } of batch) this.#busy.add(id);
      this.#batches++;
      this.ctx.waitUntil(this.#handOver(batch));
    }
    const now = Date.now();
    const { later, due } = this.ctx.storage.sql
      .exec<{ later: number | null; due: number }>(
        "SELECT MIN(CASE WHEN due_at > ?1 THEN due_at END) AS later, COUNT(CASE WHEN due_at <= ?1 THEN 1 END) AS due FROM messages",
        now,
      )
      .one();
    if (later !== null) await this.#arm(later);
    if (due > 0) await this.#arm(now + lookAgainMs);
  }

  #due(): Row[] {
    const { maxBatchSize } = this.env.SETTINGS;
    return this.ctx.storage.sql
      .exec<Row>(
        "SELECT id, body, queued_at, attempts FROM messages WHERE due_at <= ? ORDER BY due_at LIMIT ?",
        Date.now(),
        maxBatchSize + this.#busy.size,
      )
      .toArray()
      .filter(({ id }) => !this.#busy.has(id))
      .slice(0, maxBatchSize);
  }

  /** Moves the alarm forward, never back. */
  async #arm(at: number): Promise<void> {
    const armed = await this.ctx.storage.getAlarm();
    if (armed === null || armed > at) await this.ctx.storage.setAlarm(at);
  }

  async #handOver(batch: readonly Row[]): Promise<void> {
    const { queue, maxRetries } = this.env.SETTINGS;
    const { sql } = this.ctx.storage;
    const retried = await this.#consume(
      queue,
      batch.map((row) => ({
        id: row.id,
        timestamp: new Date(row.queued_at),
        body: JSON.parse(row.body) as unknown,
        attempts: row.attempts + 1,
      })),
    );
    for (const row of batch) {
      if (!retried.has(row.id)) sql.exec("DELETE FROM messages WHERE id = ?", row.id);
      else if (row.attempts >= maxRetries) {
        console.error(`queue ${queue}: message ${row.id} dropped after ${row.attempts + 1} attempts`);
        sql.exec("DELETE FROM messages WHERE id = ?", row.id);
      } else {
        sql.exec(
          "UPDATE messages SET attempts = attempts + 1, due_at = ? WHERE id = ?",
          Date.now() + retryDelayMs,
          row.id,
        );
      }
      this.#busy.delete(row.id);
    }
    this.#batches--;
    await this.#deliver();
  }

  /** The ids to deliver again. */
  async #consume(queue: string, messages: ServiceBindingQueueMessage[]): Promise<Set<string>> {
    const all = new Set(messages.map((message) => message.id));
    try {
      const result = await this.env.CONSUMER.queue(queue, messages);
      if (result.outcome !== "ok" || result.retryBatch.retry) return all;
      return new Set(result.retryMessages.map((message) => message.msgId));
    } catch (error) {
      console.error(`queue ${queue}: ${error instanceof Error ? error.message : String(error)}`);
      return all;
    }
  }
}

export default {
  async fetch(): Promise<Response> {
    return new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
