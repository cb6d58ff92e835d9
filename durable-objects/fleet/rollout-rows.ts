import type { AgentId, ReleaseId, RolloutId } from "../../domain/ids.ts";
import type { Plan, PlannedAgent } from "../../domain/rollouts/plan.ts";
import type { Decision, RolloutHeader } from "../../domain/rollouts/rollout.ts";
import type { RolloutAgentState } from "../../domain/rollouts/states.ts";
import type { Tx } from "./parts.ts";

/** What the rules do not need to know of a rollout, but people do. */
export interface RolloutFacts {
  releaseId: ReleaseId;
  releaseNumber: number;
  message: string | null;
  author: string;
  actor: string;
  createdAt: number;
  /** Agents whose labels changed while it ran: looked at again when it ends. */
  relabelled: AgentId[];
}

export interface RolloutRow {
  facts: RolloutFacts;
  header: RolloutHeader;
}

/** An agent in the plan of a rollout that has ended. */
export interface FinalAgent {
  id: AgentId;
  wave: number;
  state: RolloutAgentState;
  target: string;
  previous: string;
  error: string | null;
}

/** At most 3 bytes each in UTF-8: under the 2 MB that the platform allows a row, however long agents' errors are. */
const charsPerChunk = 600_000;
const rolloutsKept = 100;

/** Rows of rollouts: one row each, the plan in chunks (well under the platform's 2 MB a row), decisions by step. */
export class RolloutRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  findActive(): RolloutRow | null {
    return this.#parse(
      this.#sql.exec<{ body: string }>("SELECT body FROM rollouts WHERE active = 1").toArray()[0],
    );
  }

  find(id: RolloutId): RolloutRow | null {
    return this.#parse(
      this.#sql.exec<{ body: string }>("SELECT body FROM rollouts WHERE id = ?", id).toArray()[0],
    );
  }

  #parse(row: { body: string } | undefined): RolloutRow | null {
    // Written by `insert` and `save` from a RolloutRow.
    return row ? (JSON.parse(row.body) as RolloutRow) : null;
  }

  insert(tx: Tx, row: RolloutRow, plan: Plan): void {
    tx.sql.exec(
      "INSERT INTO rollouts (id, position, active, body) VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM rollouts), 1, ?)",
      row.header.id,
      JSON.stringify(row),
    );
    const flat = plan.flatMap((wave, index) => wave.map((agent): [number, PlannedAgent] => [index, agent]));
    this.#writeChunks(tx, row.header.id, flat);
  }

  save(tx: Tx, row: RolloutRow): void {
    tx.sql.exec("UPDATE rollouts SET body = ? WHERE id = ?", JSON.stringify(row), row.header.id);
  }

  /** Puts how each agent ended in the place of the plan. */
  close(tx: Tx, row: RolloutRow, agents: readonly FinalAgent[]): void {
    tx.sql.exec("UPDATE rollouts SET active = 0, body = ? WHERE id = ?", JSON.stringify(row), row.header.id);
    this.#writeChunks(tx, row.header.id, agents);
  }

  #writeChunks(tx: Tx, id: RolloutId, items: readonly unknown[]): void {
    let chunk = 0;
    for (const agents of chunksOf(items)) {
      tx.sql.exec(
        `INSERT INTO rollout_plans (rollout_id, chunk, agents) VALUES (?, ?, ?)
         ON CONFLICT (rollout_id, chunk) DO UPDATE SET agents = excluded.agents`,
        id,
        chunk++,
        agents,
      );
    }
    tx.sql.exec("DELETE FROM rollout_plans WHERE rollout_id = ? AND chunk >= ?", id, chunk);
  }

  #readChunks<T>(id: RolloutId): T[] {
    return this.#sql
      .exec<{ agents: string }>("SELECT agents FROM rollout_plans WHERE rollout_id = ? ORDER BY chunk", id)
      .toArray()
      .flatMap((row) => JSON.parse(row.agents) as T[]);
  }

  plan(header: RolloutHeader): Plan {
    const waves: PlannedAgent[][] = header.waves.map(() => []);
    for (const [wave, agent] of this.#readChunks<[number, PlannedAgent]>(header.id)) waves[wave]?.push(agent);
    return waves;
  }

  finalAgents(id: RolloutId): FinalAgent[] {
    return this.#readChunks<FinalAgent>(id);
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

  /** Forgets all but the newest rollouts; answers the releases that the kept ones name. */
  dropOld(tx: Tx): Set<string> {
    const releases = new Set<string>();
    const rows = tx.sql
      .exec<{ id: string; body: string }>("SELECT id, body FROM rollouts ORDER BY position DESC")
      .toArray();
    rows.forEach(({ id, body }, index) => {
      if (index < rolloutsKept) {
        releases.add((JSON.parse(body) as RolloutRow).facts.releaseId);
        return;
      }
      tx.sql.exec("DELETE FROM rollouts WHERE id = ?", id);
      tx.sql.exec("DELETE FROM rollout_plans WHERE rollout_id = ?", id);
      tx.sql.exec("DELETE FROM rollout_decisions WHERE rollout_id = ?", id);
    });
    return releases;
  }
}

/** JSON arrays of the items, in order. */
function* chunksOf(items: readonly unknown[]): Iterable<string> {
  let texts: string[] = [];
  let chars = 0;
  for (const item of items) {
    const text = JSON.stringify(item);
    if (texts.length > 0 && chars + text.length >= charsPerChunk) {
      yield `[${texts.join()}]`;
      texts = [];
      chars = 0;
    }
    texts.push(text);
    chars += text.length + 1;
  }
  if (texts.length > 0) yield `[${texts.join()}]`;
}
