import { openPolicy, type Policy } from "../../domain/rollouts/policy.ts";
import type { Tx } from "./parts.ts";

export interface KnownPolicy {
  policy: Policy;
  /** -1 = nobody has said any yet. */
  revision: number;
}

/** What the fleet's environment asks of every rollout, kept in `settings`. */
export class FleetPolicy {
  readonly #sql: SqlStorage;
  #known: KnownPolicy | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  forget(): void {
    this.#known = undefined;
  }

  get(): KnownPolicy {
    if (!this.#known) {
      const row = this.#sql
        .exec<{ value: string }>("SELECT value FROM settings WHERE key = 'policy'")
        .toArray()[0];
      // Written by `learn`.
      this.#known = row ? (JSON.parse(row.value) as KnownPolicy) : { policy: openPolicy, revision: -1 };
    }
    return this.#known;
  }

  /** False when one of this revision or a newer one is known. */
  learn(tx: Tx, policy: Policy, revision: number): boolean {
    if (revision <= this.get().revision) return false;
    this.#known = { policy, revision };
    tx.sql.exec(
      "INSERT INTO settings (key, value) VALUES ('policy', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      JSON.stringify(this.#known),
    );
    return true;
  }
}
