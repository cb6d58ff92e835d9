export interface OutboxRow<Message> {
  position: number;
  message: Message;
}

export interface OutboxSource<Message> {
  /** The oldest rows, in order. */
  getBatch(limit: number): OutboxRow<Message>[];
  deleteRows(upToPosition: number): void;
  /** Throws when the batch was not taken; it is then given again, whole. */
  process(messages: Message[]): Promise<void>;
  onError(error: unknown, attempt: number): void;
}

const batchSize = 50;
const backOffMs = [1_000, 2_000, 5_000, 15_000, 60_000, 300_000] as const;

/** Empties a table of messages into a queue: at least once, in order, one drain at a time, retried by alarm. */
export class Outbox<Message> {
  readonly #source: OutboxSource<Message>;
  #draining: Promise<void> | null = null;
  #failures = 0;
  #retryMs: number | null = null;
  #waiting = false;

  constructor(source: OutboxSource<Message>) {
    this.#source = source;
  }

  /** At wake-up: whether rows are left from before. */
  load(): void {
    this.#waiting = this.#source.getBatch(1).length > 0;
  }

  /** Says that rows were added. */
  added(): void {
    this.#waiting = true;
  }

  /** When to call `drain` next; `nowMs` as long as rows wait and nothing failed. */
  nextDueMs(nowMs: number): number | null {
    if (!this.#waiting) return null;
    return this.#retryMs ?? nowMs;
  }

  drain(nowMs: number): Promise<void> {
    this.#draining ??= this.#run(nowMs).finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  async #run(nowMs: number): Promise<void> {
    for (;;) {
      const batch = this.#source.getBatch(batchSize);
      const last = batch.at(-1);
      if (!last) {
        this.#waiting = false;
        return;
      }
      try {
        await this.#source.process(batch.map((row) => row.message));
      } catch (error) {
        this.#failures++;
        const pause = backOffMs[Math.min(this.#failures, backOffMs.length) - 1] ?? 300_000;
        this.#retryMs = nowMs + pause;
        this.#source.onError(error, this.#failures);
        return;
      }
      this.#source.deleteRows(last.position);
      this.#failures = 0;
      this.#retryMs = null;
    }
  }
}
