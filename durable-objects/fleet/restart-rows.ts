import type { AgentId, RestartId } from "../../domain/ids.ts";
import type { restartStates } from "../../protocol/api/agent-actions.ts";
import type { Tx } from "./parts.ts";

/** What never changes of a restart of many agents, in the order in which they restart. */
export interface RestartPlan {
  agents: AgentId[];
  maxUnavailable: number;
  timeoutMs: number;
  actor: string;
  name: string;
  createdAt: number;
}

/** Where it stands: a row of its own, so that a change of it does not write the plan again. */
export interface RestartProgress {
  state: (typeof restartStates)[number];
  reason: string | null;
  /** Index of the next agent to be told. */
  next: number;
  /** `started`: of the program, as the agent last said before it was told; null = it had not. */
  underWay: Record<AgentId, { at: number; started: string | null }>;
  restarted: number;
  left: { agentId: AgentId; reason: string }[];
  endedAt: number | null;
}

export interface Restart {
  id: RestartId;
  plan: RestartPlan;
  progress: RestartProgress;
}

const kept = 20;

/** Restarts ↔ rows; at most one runs. */
export class RestartRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(tx: Tx, { id, plan, progress }: Restart): void {
    tx.sql.exec(
      "INSERT INTO restarts (id, plan, progress, running) VALUES (?, ?, ?, 1)",
      id,
      JSON.stringify(plan),
      JSON.stringify(progress),
    );
    tx.sql.exec(
      "DELETE FROM restarts WHERE id NOT IN (SELECT id FROM restarts ORDER BY id DESC LIMIT ?)",
      kept,
    );
  }

  save(tx: Tx, { id, progress }: Restart): void {
    tx.sql.exec(
      "UPDATE restarts SET progress = ?, running = ? WHERE id = ?",
      JSON.stringify(progress),
      progress.state === "running" ? 1 : 0,
      id,
    );
  }

  running(): Restart | null {
    return this.#read("WHERE running = 1 LIMIT 1")[0] ?? null;
  }

  find(id: RestartId): Restart | null {
    return this.#read("WHERE id = ?", id)[0] ?? null;
  }

  /** The newest first. */
  list(): Restart[] {
    return this.#read("ORDER BY id DESC");
  }

  #read(where: string, ...values: string[]): Restart[] {
    const rows = this.#sql.exec<{ id: string; plan: string; progress: string }>(
      `SELECT id, plan, progress FROM restarts ${where}`,
      ...values,
    );
    // Written by `add` and `save`.
    return [...rows].map(({ id, plan, progress }) => ({
      id: id as RestartId,
      plan: JSON.parse(plan) as RestartPlan,
      progress: JSON.parse(progress) as RestartProgress,
    }));
  }
}
