import type { DriftPolicy } from "../../domain/fleets/drift.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { Tx } from "./parts.ts";

/** A repair that was asked of the outside: its rollout comes under this id, or not at all. */
export interface RepairOrder {
  rolloutId: RolloutId;
  policy: Exclude<DriftPolicy, "tell">;
  agents: AgentId[];
  /** Epoch ms. */
  at: number;
}

export interface KnownDriftPolicy {
  policy: DriftPolicy;
  /** -1 = nobody has said any yet. */
  revision: number;
  order: RepairOrder | null;
  /** Why the last order was refused, when, and whom it was for; null = it was not. */
  refused: { text: string; at: number; agents: AgentId[] } | null;
  /** Orders that were refused one after another. */
  refusals: number;
}

const unknown: KnownDriftPolicy = { policy: "tell", revision: -1, order: null, refused: null, refusals: 0 };

/** What the fleet does about drift, and is doing now, kept in `settings`. */
export class DriftPolicyStore {
  readonly #sql: SqlStorage;
  #known: KnownDriftPolicy | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  forget(): void {
    this.#known = undefined;
  }

  get(): KnownDriftPolicy {
    if (!this.#known) {
      const row = this.#sql
        .exec<{ value: string }>("SELECT value FROM settings WHERE key = 'drift'")
        .toArray()[0];
      // Written by `set`; the oldest count no refusals.
      this.#known = { ...unknown, ...(row && (JSON.parse(row.value) as Partial<KnownDriftPolicy>)) };
    }
    return this.#known;
  }

  set(tx: Tx, change: Partial<KnownDriftPolicy>): void {
    this.#known = { ...this.get(), ...change };
    tx.sql.exec(
      "INSERT INTO settings (key, value) VALUES ('drift', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      JSON.stringify(this.#known),
    );
  }
}
