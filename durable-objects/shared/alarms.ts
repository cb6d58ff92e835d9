/** The object's one physical alarm. `DurableObjectStorage` fits; a test needs three lines. */
export interface AlarmStorage {
  getAlarm(): Promise<number | null>;
  setAlarm(dueMs: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

/**
 * One reason to wake up. `nextDueMs` follows from the object's own rows, so that a logical alarm costs no row
 * and cannot be lost apart from the state it belongs to.
 */
export interface LogicalAlarm {
  readonly name: string;
  nextDueMs(): number | null;
  /** Early, late and doubled calls must be harmless. */
  onDue(nowMs: number): void | Promise<void>;
}

const backOffMs = [1_000, 5_000, 30_000, 120_000, 600_000] as const;

/** Many logical alarms on one physical alarm. */
export class Alarms {
  readonly #storage: AlarmStorage;
  readonly #onError: (name: string, error: unknown) => void;
  readonly #sources: readonly LogicalAlarm[];
  readonly #failures = new Map<string, { count: number; retryMs: number }>();
  /** null = none set; undefined = not known yet. */
  #armedMs: number | null | undefined;

  constructor(
    storage: AlarmStorage,
    sources: readonly LogicalAlarm[],
    onError: (name: string, error: unknown) => void,
  ) {
    this.#storage = storage;
    this.#sources = sources;
    this.#onError = onError;
  }

  /**
   * Sets the physical alarm if something is due before it. One that is too early stays: it fires, finds nothing
   * and is set anew, which is cheaper than moving it at each change.
   */
  async arm(): Promise<void> {
    const due = this.#nextDueMs();
    if (due === null) return;
    if (this.#armedMs === undefined) this.#armedMs = await this.#storage.getAlarm();
    if (this.#armedMs !== null && this.#armedMs !== undefined && this.#armedMs <= due) return;
    this.#armedMs = due;
    try {
      await this.#storage.setAlarm(due);
    } catch (error) {
      this.#armedMs = undefined;
      throw error;
    }
  }

  /**
   * Calls every source that is due. A source that throws is tried again with back-off and stops no other one. It
   * never throws itself: the platform gives up an alarm after some failures, and a fleet must not lose its own.
   */
  async fire(nowMs: number): Promise<void> {
    this.#armedMs = null;
    for (const source of this.#sources) {
      const due = this.#dueMs(source);
      if (due === null || due > nowMs) continue;
      try {
        await source.onDue(nowMs);
        this.#failures.delete(source.name);
      } catch (error) {
        const count = (this.#failures.get(source.name)?.count ?? 0) + 1;
        const pause = backOffMs[Math.min(count, backOffMs.length) - 1] ?? 600_000;
        this.#failures.set(source.name, { count, retryMs: nowMs + pause });
        this.#onError(source.name, error);
      }
    }
    await this.arm();
  }

  #dueMs(source: LogicalAlarm): number | null {
    const due = source.nextDueMs();
    const retry = this.#failures.get(source.name)?.retryMs;
    return due === null || retry === undefined ? due : Math.max(due, retry);
  }

  #nextDueMs(): number | null {
    let next: number | null = null;
    for (const source of this.#sources) {
      const due = this.#dueMs(source);
      if (due !== null && (next === null || due < next)) next = due;
    }
    return next;
  }
}
