import type { Reapply } from "../../domain/fleets/drift.ts";
import type { AgentId, ReleaseId, RolloutId, UserId } from "../../domain/ids.ts";
import type { ApprovalFacts } from "../../domain/rollouts/approval.ts";
import type { AgentFacts, Plan, PlannedAgent, RolloutTerms } from "../../domain/rollouts/plan.ts";
import { type ActiveChoice, noSchedule, type Schedule } from "../../domain/rollouts/policy.ts";
import type { Decision, RolloutHeader } from "../../domain/rollouts/rollout.ts";
import type { RolloutAgentState } from "../../domain/rollouts/states.ts";
import type { PlacedVersion } from "../../domain/rollouts/succession.ts";
import type { Tx } from "./parts.ts";
import { chunksOf } from "./row-chunks.ts";

/** What the rules do not need to know of a rollout, but people do. */
export interface RolloutFacts {
  releaseId: ReleaseId;
  releaseNumber: number;
  message: string | null;
  author: string;
  actor: string;
  person: UserId | null;
  createdAt: number;
  revertOf: RolloutId | null;
  /** It gives drifted agents anew what they run. */
  reapply: Reapply | null;
  schedule: Schedule;
  onActive: ActiveChoice;
  approval: ApprovalFacts | null;
  freezeOverride: { actor: string; by: string; reason: string; at: number } | null;
  /** The terms under which the plan was made, when, and how many decisions there were before; null = not yet. */
  begun: { terms: RolloutTerms; at: number; decisionsBefore: number } | null;
  /** What the plan was when the order was taken; the one that is carried out is made at the start. */
  ordered: { agents: number; waves: number };
  /** While it waits: what the current release held when it was ordered; null = nothing to compare with. */
  basis: PlacedVersion[] | null;
  /** The current release when it started; null = none. */
  previousReleaseId: ReleaseId | null;
  /** What its success made current; null = nothing. Counts only where it has succeeded. */
  madeCurrent: ReleaseId | null;
  /** What its agents ran before, each hash once: their files are kept for a revert. */
  previousHashes: string[];
  /** Agents whose labels changed while it ran: looked at again when it ends. */
  relabelled: AgentId[];
}

/** What rows of older rollouts do not say. */
const factsOnceMissing = {
  person: null,
  revertOf: null,
  reapply: null,
  schedule: noSchedule,
  onActive: "refuse",
  approval: null,
  freezeOverride: null,
  begun: null,
  ordered: { agents: 0, waves: 0 },
  basis: null,
  previousReleaseId: null,
  previousHashes: [],
} satisfies Partial<RolloutFacts>;

export interface RolloutRow {
  facts: RolloutFacts;
  header: RolloutHeader;
}

/** An agent in the plan, and what the fleet knew of it when the rollout started. */
export type StartedAgent = [wave: number, planned: PlannedAgent, facts: AgentFacts];

/** An agent in the plan of a rollout that has ended. */
export interface FinalAgent {
  id: AgentId;
  wave: number;
  state: RolloutAgentState;
  target: string;
  previous: string;
  /** The release of `previous`; missing in old rows. */
  previousReleaseId?: ReleaseId | null;
  error: string | null;
}

/** What must be kept for the rollouts that are. */
export interface Kept {
  releaseIds: Set<string>;
  /** Releases that may have to be rendered again. */
  renderable: Set<string>;
  hashes: Set<string>;
}

const rolloutsKept = 100;
/** Ended rollouts that can be exported. */
export const logsKept = 20;
/** Rollouts that can be reverted: their agents' earlier files are kept. */
export const revertible = 10;

/** Rows of rollouts: one row each, its start and its end by agent in chunks, decisions by step. */
export class RolloutRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  findActive(): RolloutRow | null {
    return this.#rows("active = 1")[0] ?? null;
  }

  /** Those that wait for their start, in the order in which they were taken. */
  findPending(): RolloutRow[] {
    return this.#rows("pending = 1");
  }

  find(id: RolloutId): RolloutRow | null {
    return this.#rows("id = ?", id)[0] ?? null;
  }

  #rows(where: "active = 1" | "pending = 1" | "id = ?", ...values: string[]): RolloutRow[] {
    return this.#sql
      .exec<{ body: string }>(`SELECT body FROM rollouts WHERE ${where} ORDER BY position`, ...values)
      .toArray()
      .map(({ body }) => parseRow(body));
  }

  /** It waits for its start. */
  insert(tx: Tx, row: RolloutRow): void {
    tx.sql.exec(
      `INSERT INTO rollouts (id, position, active, pending, body)
       VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM rollouts), 0, 1, ?)`,
      row.header.id,
      JSON.stringify(row),
    );
  }

  /** It starts, with this plan and what is known of its agents. */
  begin(tx: Tx, row: RolloutRow, agents: readonly StartedAgent[]): void {
    tx.sql.exec(
      "UPDATE rollouts SET active = 1, pending = 0, body = ? WHERE id = ?",
      JSON.stringify(row),
      row.header.id,
    );
    this.#writeChunks(tx, "rollout_starts", row.header.id, agents);
  }

  save(tx: Tx, row: RolloutRow): void {
    tx.sql.exec("UPDATE rollouts SET body = ? WHERE id = ?", JSON.stringify(row), row.header.id);
  }

  /** Keeps how each agent ended. */
  close(tx: Tx, row: RolloutRow, agents: readonly FinalAgent[]): void {
    tx.sql.exec(
      "UPDATE rollouts SET active = 0, pending = 0, body = ? WHERE id = ?",
      JSON.stringify(row),
      row.header.id,
    );
    this.#writeChunks(tx, "rollout_plans", row.header.id, agents);
  }

  #writeChunks(
    tx: Tx,
    table: "rollout_plans" | "rollout_starts",
    id: RolloutId,
    items: readonly unknown[],
  ): void {
    let chunk = 0;
    for (const { text } of chunksOf(items.map((item) => JSON.stringify(item)))) {
      tx.sql.exec(
        `INSERT INTO ${table} (rollout_id, chunk, agents) VALUES (?, ?, ?)
         ON CONFLICT (rollout_id, chunk) DO UPDATE SET agents = excluded.agents`,
        id,
        chunk++,
        text,
      );
    }
    tx.sql.exec(`DELETE FROM ${table} WHERE rollout_id = ? AND chunk >= ?`, id, chunk);
  }

  #readChunks<T>(table: "rollout_plans" | "rollout_starts", id: RolloutId): T[] {
    return this.#sql
      .exec<{ agents: string }>(`SELECT agents FROM ${table} WHERE rollout_id = ? ORDER BY chunk`, id)
      .toArray()
      .flatMap((row) => JSON.parse(row.agents) as T[]);
  }

  /** In the order of the plan; empty once the log of an old rollout is forgotten. */
  started(id: RolloutId): StartedAgent[] {
    return this.#readChunks<StartedAgent>("rollout_starts", id);
  }

  plan(header: RolloutHeader): Plan {
    const waves: PlannedAgent[][] = header.waves.map(() => []);
    const started = this.started(header.id);
    // A rollout that began before starts were kept has its plan in the place of its end.
    const agents: Iterable<readonly [number, PlannedAgent, ...unknown[]]> =
      started.length > 0 ? started : this.#readChunks<[number, PlannedAgent]>("rollout_plans", header.id);
    for (const [wave, agent] of agents) waves[wave]?.push(agent);
    return waves;
  }

  finalAgents(id: RolloutId): FinalAgent[] {
    return this.#readChunks<FinalAgent>("rollout_plans", id);
  }

  /** How one agent ended; null = it was not in the plan. */
  finalAgent(id: RolloutId, agentId: AgentId): FinalAgent | null {
    const rows = this.#sql.exec<{ agents: string }>(
      "SELECT agents FROM rollout_plans WHERE rollout_id = ? AND instr(agents, ?) > 0",
      id,
      agentId,
    );
    for (const row of rows) {
      const found = (JSON.parse(row.agents) as FinalAgent[]).find((agent) => agent.id === agentId);
      if (found) return found;
    }
    return null;
  }

  appendDecisions(tx: Tx, id: RolloutId, decisions: readonly Decision[]): void {
    if (decisions.length === 0) return;
    tx.sql.exec(
      `INSERT INTO rollout_decisions (rollout_id, sequence, decisions)
       VALUES (?, (SELECT coalesce(max(sequence), 0) + 1 FROM rollout_decisions WHERE rollout_id = ?), ?)`,
      id,
      id,
      JSON.stringify(decisions),
    );
  }

  decisions(id: RolloutId): Decision[] {
    return this.#sql
      .exec<{ decisions: string }>(
        "SELECT decisions FROM rollout_decisions WHERE rollout_id = ? ORDER BY sequence",
        id,
      )
      .toArray()
      .flatMap((row) => JSON.parse(row.decisions) as Decision[]);
  }

  /**
   * Forgets all but the newest rollouts, and the logs of all but the newest few; answers what the kept ones need. Those
   * that ended without having started are counted by themselves: they keep nobody from reverting an earlier one.
   */
  dropOld(tx: Tx): Kept {
    const kept: Kept = { releaseIds: new Set(), renderable: new Set(), hashes: new Set() };
    const rows = tx.sql
      .exec<{ id: string; pending: number; active: number; body: string }>(
        "SELECT id, pending, active, body FROM rollouts ORDER BY position DESC",
      )
      .toArray();
    const ended = { started: 0, unstarted: 0 };
    for (const { id, pending, active, body } of rows) {
      const { facts, header } = parseRow(body);
      const isEnded = pending === 0 && active === 0;
      const place = isEnded ? ++ended[header.startedAt === null ? "unstarted" : "started"] : 0;
      if (place > logsKept) {
        tx.sql.exec("DELETE FROM rollout_logs WHERE rollout_id = ?", id);
        tx.sql.exec("DELETE FROM rollout_starts WHERE rollout_id = ?", id);
      }
      if (place > rolloutsKept) {
        tx.sql.exec("DELETE FROM rollouts WHERE id = ?", id);
        tx.sql.exec("DELETE FROM rollout_plans WHERE rollout_id = ?", id);
        tx.sql.exec("DELETE FROM rollout_decisions WHERE rollout_id = ?", id);
        continue;
      }
      const { releaseId, previousReleaseId, previousHashes } = facts;
      kept.releaseIds.add(releaseId);
      if (previousReleaseId) kept.releaseIds.add(previousReleaseId);
      if (!isEnded) kept.renderable.add(releaseId);
      if (place > revertible) continue;
      if (previousReleaseId) kept.renderable.add(previousReleaseId);
      for (const hash of previousHashes) kept.hashes.add(hash);
    }
    return kept;
  }
}

function parseRow(body: string): RolloutRow {
  // Written by `insert`, `begin`, `save` and `close` from a RolloutRow; older ones lack some facts.
  const { header, facts } = JSON.parse(body) as { header: RolloutHeader; facts: RolloutFacts };
  const missing = { ...factsOnceMissing, madeCurrent: facts.releaseId };
  return { header, facts: Object.assign(missing, facts) };
}
