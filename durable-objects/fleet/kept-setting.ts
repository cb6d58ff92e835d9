import type { Tx } from "./parts.ts";

/** What the fleet's object keeps under one key of `settings`, as JSON, and in memory once it was read. */
export class KeptSetting<T extends object> {
  readonly #sql: SqlStorage;
  readonly #key: string;
  readonly #unsaid: T;
  #known: T | undefined;

  /** `unsaid`: while nobody has said anything; and what an older version of it did not say. */
  constructor(sql: SqlStorage, key: string, unsaid: T) {
    this.#sql = sql;
    this.#key = key;
    this.#unsaid = unsaid;
  }

  forget(): void {
    this.#known = undefined;
  }

  get(): T {
    if (!this.#known) {
      const [row] = this.#sql
        .exec<{ value: string }>("SELECT value FROM settings WHERE key = ?", this.#key)
        .toArray();
      // Written by `set`.
      this.#known = { ...this.#unsaid, ...(row && (JSON.parse(row.value) as Partial<T>)) };
    }
    return this.#known;
  }

  set(tx: Tx, change: Partial<T>): void {
    this.#known = { ...this.get(), ...change };
    tx.sql.exec(
      "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      this.#key,
      JSON.stringify(this.#known),
    );
  }
}

/** One that is told from outside with a revision, -1 = nobody has told any yet. */
export class ToldSetting<T extends { revision: number }> extends KeptSetting<T> {
  /** False when one of this revision or a newer one is known: then nothing changes. */
  learn(tx: Tx, change: Partial<T> & { revision: number }): boolean {
    if (change.revision <= this.get().revision) return false;
    this.set(tx, change);
    return true;
  }
}
