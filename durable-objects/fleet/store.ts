import type { Labels } from "../../domain/fleets/agent-state.ts";
import type { AgentId, EnrollmentTokenId, ReleaseId } from "../../domain/ids.ts";
import type { ConfigFile } from "../../protocol/opamp/config-map.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { ToldTelemetry } from "./own-telemetry.ts";
import type { AgentRecord } from "./parts.ts";

/** `deleted`: its organization is, and may come back. `erased`: nothing is left but this word. */
export type Closed = "deleted" | "erased";

/** One final answer of an agent on a config. */
export interface ConfigReport {
  hash: string;
  releaseId: ReleaseId | null;
  status: "applied" | "failed";
  error: string | null;
  at: number;
}

/** What an agent said of the files with this hash. */
export interface FilesReport {
  hash: string;
  status: "applied" | "applying" | "failed";
  error: string | null;
}

/** A row of `agents` in full: what the parts share, and what only the wire needs. */
export interface StoredAgent extends AgentRecord {
  /** Labels that its enrolment token gives; they win over what it says of itself. */
  tokenLabels: Labels;
  /** Muster's own agent: it proves that it lives by pings that wake nothing. */
  own: boolean;
  /** Key of `effective_configs`; null = never reported. */
  effectiveHash: string | null;
  /** The last offer has had no final answer yet. */
  offerOpen: boolean;
  /** Newest first, at most `historySize`. */
  history: ConfigReport[];
  /** Hash of the packages that the last offer brought; absent = packages were never offered. */
  packagesOffered?: string;
  /** Of an agent that takes packages: the last RemoteConfigStatus, which is about the files alone. */
  filesReport?: FilesReport | null;
  /** For an agent that polls: goes out with its next answer. */
  restartPending: boolean;
  credentialIssuedAt: number | null;
  /** Where it was last told to tell of itself; absent = it never was. */
  telemetry?: ToldTelemetry;
  /** A poll of one that polls, noted now and then (`pollProofMs`); null = not yet. */
  polledAt: number | null;
}

export const historySize = 10;

/** The object notes at most so often that it is alive. */
const aliveEveryMs = 60_000;

/** The platform allows 100 parameters in a statement. */
const agentsPerStatement = 50;

export type ReportPart = "description" | "health" | "packages";

export interface TokenRow {
  id: EnrollmentTokenId;
  uses: number;
  revokedAt: number | null;
}

/** What a block that failed has added to the record is not kept in its row, and goes. */
function becomes(known: StoredAgent, stored: StoredAgent): StoredAgent {
  for (const key of Object.keys(known)) if (!Object.hasOwn(stored, key)) Reflect.deleteProperty(known, key);
  return Object.assign(known, stored);
}

/** Rows ↔ memory. Agents and tokens are held whole; reports and effective configs are read when somebody asks. */
export class FleetStore {
  readonly #sql: SqlStorage;
  readonly agents = new Map<AgentId, StoredAgent>();
  readonly #idsByUid = new Map<string, AgentId>();
  readonly tokens = new Map<EnrollmentTokenId, TokenRow>();
  #scope: FleetScope | null = null;
  #aliveAtMs = 0;
  #agentLimit = Number.POSITIVE_INFINITY;
  #closed: Closed | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads everything anew; objects that are known stay the same objects. */
  load(): void {
    const scope = this.setting("scope");
    this.#scope = scope === null ? null : (JSON.parse(scope) as FleetScope);
    this.#aliveAtMs = Number(this.setting("aliveAt"));
    this.#agentLimit = Number(this.setting("agentLimit") ?? Number.POSITIVE_INFINITY);
    this.#closed = this.setting("closed") as Closed | null;
    const seen = new Set<AgentId>();
    this.#idsByUid.clear();
    for (const row of this.#sql.exec<{ record: string }>("SELECT record FROM agents")) {
      // Written by `writeAgents` from a StoredAgent.
      const stored = JSON.parse(row.record) as StoredAgent;
      const known = this.agents.get(stored.id);
      this.agents.set(stored.id, known ? becomes(known, stored) : stored);
      this.#idsByUid.set(stored.uid, stored.id);
      seen.add(stored.id);
    }
    for (const id of this.agents.keys()) if (!seen.has(id)) this.agents.delete(id);
    this.tokens.clear();
    const tokens = this.#sql.exec<{ id: string; uses: number; revoked_at: number | null }>(
      "SELECT id, uses, revoked_at FROM enrollment_tokens",
    );
    for (const row of tokens) {
      const id = row.id as EnrollmentTokenId;
      this.tokens.set(id, { id, uses: row.uses, revokedAt: row.revoked_at });
    }
  }

  get scope(): FleetScope | null {
    return this.#scope;
  }

  setScope(scope: FleetScope): void {
    this.#writeSetting("scope", JSON.stringify(scope));
    this.#scope = scope;
  }

  /** When a commit last proved that the object, and so every socket it held, was there; 0 = never. */
  get aliveAtMs(): number {
    return this.#aliveAtMs;
  }

  /** Goes with a block that writes anyway, so that it costs a row a minute at most, and none while nothing happens. */
  noteAlive(nowMs: number): void {
    const ageMs = nowMs - this.#aliveAtMs;
    if (ageMs >= 0 && ageMs < aliveEveryMs) return;
    this.#writeSetting("aliveAt", String(nowMs));
    this.#aliveAtMs = nowMs;
  }

  setting(key: "scope" | "opampEndpoint" | "aliveAt" | "agentLimit" | "closed"): string | null {
    const row = this.#sql
      .exec<{ value: string }>("SELECT value FROM settings WHERE key = ?", key)
      .toArray()[0];
    return row?.value ?? null;
  }

  /** Why nobody is let in; null = everybody is. */
  get closed(): Closed | null {
    return this.#closed;
  }

  setClosed(closed: Closed | null): void {
    if (closed === this.#closed) return;
    if (closed === null) this.#sql.exec("DELETE FROM settings WHERE key = 'closed'");
    else this.#writeSetting("closed", closed);
    this.#closed = closed;
  }

  setEndpoint(endpoint: string): void {
    if (this.setting("opampEndpoint") !== endpoint) this.#writeSetting("opampEndpoint", endpoint);
  }

  /** How many agents the plan allows; no limit until somebody has told one. */
  get agentLimit(): number {
    return this.#agentLimit;
  }

  setAgentLimit(limit: number): void {
    if (limit === this.#agentLimit) return;
    this.#writeSetting("agentLimit", String(limit));
    this.#agentLimit = limit;
  }

  #writeSetting(key: string, value: string): void {
    this.#sql.exec(
      "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key,
      value,
    );
  }

  byUid(uid: string): StoredAgent | undefined {
    const id = this.#idsByUid.get(uid);
    return id === undefined ? undefined : this.agents.get(id);
  }

  /** In memory only; `writeAgents` makes it durable. */
  add(agent: StoredAgent): void {
    this.agents.set(agent.id, agent);
    this.#idsByUid.set(agent.uid, agent.id);
  }

  remove(agent: StoredAgent): void {
    this.agents.delete(agent.id);
    this.#idsByUid.delete(agent.uid);
    this.#sql.exec("DELETE FROM agent_reports WHERE agent_id = ?", agent.id);
    this.#sql.exec("DELETE FROM agents WHERE id = ?", agent.id);
  }

  changeUid(agent: StoredAgent, uid: string): void {
    this.#idsByUid.delete(agent.uid);
    agent.uid = uid;
    this.#idsByUid.set(uid, agent.id);
  }

  /** Many agents share a statement, since a rollout writes all of its agents in few blocks. */
  writeAgents(agents: Iterable<AgentRecord>): void {
    const values: string[] = [];
    const write = () => {
      if (values.length === 0) return;
      const rows = "(?, ?), ".repeat(values.length / 2).slice(0, -2);
      this.#sql.exec(
        `INSERT INTO agents (id, record) VALUES ${rows} ON CONFLICT (id) DO UPDATE SET record = excluded.record`,
        ...values.splice(0),
      );
    };
    for (const agent of agents) {
      values.push(agent.id, JSON.stringify(agent));
      if (values.length === agentsPerStatement * 2) write();
    }
    write();
  }

  token(id: EnrollmentTokenId): TokenRow {
    return this.tokens.get(id) ?? { id, uses: 0, revokedAt: null };
  }

  writeToken(token: TokenRow): void {
    this.tokens.set(token.id, token);
    this.#sql.exec(
      `INSERT INTO enrollment_tokens (id, uses, revoked_at) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET uses = excluded.uses, revoked_at = excluded.revoked_at`,
      token.id,
      token.uses,
      token.revokedAt,
    );
  }

  report(agentId: AgentId, part: ReportPart): string | null {
    const row = this.#sql
      .exec<{ body: string }>("SELECT body FROM agent_reports WHERE agent_id = ? AND part = ?", agentId, part)
      .toArray()[0];
    return row?.body ?? null;
  }

  /** Writes only what differs; true when it did. */
  writeReport(agentId: AgentId, part: ReportPart, body: string): boolean {
    if (this.report(agentId, part) === body) return false;
    this.#sql.exec(
      `INSERT INTO agent_reports (agent_id, part, body) VALUES (?, ?, ?)
       ON CONFLICT (agent_id, part) DO UPDATE SET body = excluded.body`,
      agentId,
      part,
      body,
    );
    return true;
  }

  effectiveConfig(hash: string): ConfigFile[] {
    const row = this.#sql
      .exec<{ files: string }>("SELECT files FROM effective_configs WHERE hash = ?", hash)
      .toArray()[0];
    return row ? (JSON.parse(row.files) as ConfigFile[]) : [];
  }

  /** Kept once per content, however many agents run it; what nobody runs is dropped now and then. */
  writeEffectiveConfig(hash: string, files: string): void {
    const known = this.#sql.exec("SELECT 1 FROM effective_configs WHERE hash = ?", hash).toArray();
    if (known.length > 0) return;
    this.#sql.exec("INSERT INTO effective_configs (hash, files) VALUES (?, ?)", hash, files);
    const rows = this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM effective_configs").one().n;
    if (rows > 2 * this.agents.size + 50) this.#dropUnusedConfigs(hash);
  }

  #dropUnusedConfigs(keep: string): void {
    const used = new Set([keep]);
    for (const { effectiveHash, shown } of this.agents.values()) {
      if (effectiveHash) used.add(effectiveHash);
      if (shown) used.add(shown.first);
    }
    const hashes = this.#sql.exec<{ hash: string }>("SELECT hash FROM effective_configs").toArray();
    for (const { hash } of hashes) {
      if (!used.has(hash)) this.#sql.exec("DELETE FROM effective_configs WHERE hash = ?", hash);
    }
  }
}
