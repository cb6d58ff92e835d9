import { awayText } from "../../domain/fleets/offline.ts";
import type { AgentId } from "../../domain/ids.ts";
import { ToldSetting } from "./kept-setting.ts";
import type { AgentRecord, Tx } from "./parts.ts";
import type { Sessions } from "./sessions.ts";

interface KnownThreshold {
  /** null = nobody is told. */
  afterSeconds: number | null;
  revision: number;
}

interface Parts {
  sql: SqlStorage;
  agents: ReadonlyMap<AgentId, AgentRecord>;
  sessions: Sessions;
}

/**
 * Tells of agents that have been away for longer than the fleet allows, once for each absence, and of their return.
 * Without a threshold it does nothing. With one, each absence costs one write of the agent's row and two events; and
 * while agents of our own are here, whose silence nobody else notices, the object wakes once per threshold to look.
 */
export class OfflineWatch {
  readonly #parts: Parts;
  readonly #known: ToldSetting<KnownThreshold>;
  /** Not later than the next agent is due; null = none is; undefined = they must be looked at to tell. */
  #dueMs: number | null | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#known = new ToldSetting(parts.sql, "offline", { afterSeconds: null, revision: -1 });
  }

  get afterSeconds(): number | null {
    return this.#known.get().afterSeconds;
  }

  forget(): void {
    this.#known.forget();
    this.#dueMs = undefined;
  }

  /** A revision that is not higher than the known one changes nothing. */
  set(tx: Tx, afterSeconds: number | null, revision: number): void {
    if (this.#known.learn(tx, { afterSeconds, revision })) this.#dueMs = undefined;
  }

  /** It is here now. The caller saves its row. */
  onOnline(tx: Tx, agent: AgentRecord): void {
    if (this.afterSeconds !== null) this.#notLaterThan(tx.nowMs + this.afterSeconds * 1000);
    if (!agent.awayTold) return;
    delete agent.awayTold;
    const seconds = Math.max(0, (tx.nowMs - (agent.disconnectedAt ?? tx.nowMs)) / 1000);
    tx.event({
      type: "agent.back",
      agentId: agent.id,
      summary: `${agent.name} is back after ${awayText(seconds)}`,
      data: { awaySeconds: Math.round(seconds) },
    });
  }

  /** It is gone since `disconnectedAt`. */
  onOffline(agent: AgentRecord): void {
    const dueMs = this.#dueOf(agent);
    if (dueMs !== null) this.#notLaterThan(dueMs);
  }

  nextDueMs(): number | null {
    if (this.afterSeconds === null) return null;
    this.#dueMs ??= this.#nextMs();
    return this.#dueMs;
  }

  /** Silent agents were swept before. */
  onDue(tx: Tx): void {
    const { afterSeconds } = this;
    if (afterSeconds === null) return;
    for (const agent of this.#parts.agents.values()) {
      const dueMs = this.#dueOf(agent);
      if (dueMs === null || dueMs > tx.nowMs) continue;
      agent.awayTold = true;
      tx.saveAgent(agent);
      tx.event({
        type: "agent.offline",
        agentId: agent.id,
        summary: `${agent.name} has been away for ${awayText(afterSeconds)}`,
        data: { since: new Date(agent.disconnectedAt ?? tx.nowMs).toISOString(), afterSeconds },
      });
    }
    this.#dueMs = undefined;
  }

  #notLaterThan(ms: number): void {
    if (this.#dueMs === undefined) return;
    this.#dueMs = this.#dueMs === null ? ms : Math.min(this.#dueMs, ms);
  }

  /** When this absence is to be told; null = the agent is here, told of, gone for good, or nobody wants to know. */
  #dueOf({ connectedAt, disconnectedAt, revokedAt, awayTold }: AgentRecord): number | null {
    const { afterSeconds } = this;
    if (afterSeconds === null || connectedAt !== null || disconnectedAt === null) return null;
    return revokedAt !== null || awayTold ? null : disconnectedAt + afterSeconds * 1000;
  }

  /** Of those that are away, and of our own agents that would be if they have fallen silent. */
  #nextMs(): number | null {
    const { agents, sessions } = this.#parts;
    const silenceMs = (this.afterSeconds ?? 0) * 1000;
    let next: number | null = null;
    const earlier = (ms: number) => {
      if (next === null || ms < next) next = ms;
    };
    for (const agent of agents.values()) {
      const dueMs = this.#dueOf(agent);
      if (dueMs !== null) earlier(dueMs);
    }
    for (const session of sessions.all()) {
      if (session.socket === null || !session.own) continue;
      earlier(Math.max(sessions.lastSeenMs(session) + silenceMs, sessions.goneAtMs(session)));
    }
    return next;
  }
}
