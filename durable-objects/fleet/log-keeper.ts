import { refuse } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import { type LogShipping, noShipping } from "../../domain/logs/logs.ts";
import { hourMs, hourOf } from "../../domain/usage/hours.ts";
import { logsCapability } from "../../protocol/custom/agent.ts";
import type { ShipMessage } from "../../protocol/custom/logs.ts";
import type { AgentLogsRpc, ShippedHour } from "../../protocol/rpc/agent-logs.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { FleetTx } from "./commits.ts";
import { customFrame, sendCustom } from "./custom-messages.ts";
import { ToldSetting } from "./kept-setting.ts";
import type { AgentRecord, MeterPart, Tx } from "./parts.ts";
import type { Sessions } from "./sessions.ts";

interface KnownShipping {
  shipping: LogShipping;
  revision: number;
}

/** So many objects are told at once, and so many are erased in one call: a call may make 1,000 requests. */
const toldAtOnce = 50;
const erasedAtOnce = 500;

interface Parts {
  sql: SqlStorage;
  agents: ReadonlyMap<AgentId, AgentRecord>;
  sessions: Sessions;
  meter: Pick<MeterPart, "onLogsShipped">;
  scope: () => FleetScope;
  /** The object that keeps an agent's logs. */
  logs: (agentId: AgentId) => AgentLogsRpc;
  /** What leaves after the commit, and may fail without harm. */
  background: (work: Promise<unknown>) => void;
}

/** What the fleet keeps of its agents' logs, and who is told. The logs themselves never come here. */
export class LogKeeper {
  readonly #parts: Parts;
  readonly #known: ToldSetting<KnownShipping>;
  /** undefined = not read yet. */
  #owes: boolean | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#known = new ToldSetting(parts.sql, "logShipping", { shipping: noShipping, revision: -1 });
  }

  get shipping(): LogShipping {
    return this.#known.get().shipping;
  }

  forget(): void {
    this.#known.forget();
    this.#owes = undefined;
  }

  set(tx: FleetTx, shipping: LogShipping, revision: number): void {
    const was = this.shipping;
    if (!this.#known.learn(tx, { shipping, revision })) return;
    if (!was.enabled && !shipping.enabled) return;
    this.#owe(tx, null);
    tx.after(() => {
      for (const agent of this.#parts.agents.values()) this.#tell(agent);
    });
  }

  /** It has dialled, or says for the first time what it can do. */
  onConnected(tx: FleetTx, agent: AgentRecord): void {
    if (this.shipping.enabled && agent.custom?.includes(logsCapability)) tx.after(() => this.#tell(agent));
  }

  /** Why it may not ship is refused in words. One row, once for each agent. */
  admit(tx: Tx, agent: AgentRecord | undefined, generation: number): LogShipping {
    if (!agent || agent.revokedAt !== null || generation < agent.generation) {
      return refuse("unauthenticated", "The credential counts no more: enrol again");
    }
    const { shipping } = this;
    if (!shipping.enabled) refuse("conflict", "This fleet keeps no logs");
    tx.sql.exec(
      "INSERT OR IGNORE INTO shipping_agents (id, stated_until) VALUES (?, ?)",
      agent.id,
      hourOf(tx.nowMs),
    );
    return shipping;
  }

  /** Each hour once: what was told before is passed over. */
  state(tx: Tx, agentId: AgentId, hours: readonly ShippedHour[]): void {
    const [row] = tx.sql
      .exec<{ stated_until: number }>("SELECT stated_until FROM shipping_agents WHERE id = ?", agentId)
      .toArray();
    const fresh = hours.filter(({ hour }) => row && hour >= row.stated_until);
    const last = fresh.at(-1);
    if (!last) return;
    tx.sql.exec("UPDATE shipping_agents SET stated_until = ? WHERE id = ?", last.hour + hourMs, agentId);
    this.#parts.meter.onLogsShipped(tx, new Map(fresh.map(({ hour, bytes }) => [hour, bytes])));
  }

  /** Whoever ships now asks anew, and is refused. */
  onRevoked(tx: FleetTx, agent: AgentRecord): void {
    this.#owe(tx, agent.id);
  }

  onClosed(tx: FleetTx): void {
    this.#owe(tx, null);
  }

  /** Its logs go with it; what of them was not stated yet is not billed. */
  onDeleted(tx: FleetTx, agent: AgentRecord): void {
    if (!this.#ships(agent.id)) return;
    tx.sql.exec("DELETE FROM shipping_agents WHERE id = ?", agent.id);
    const scope = this.#parts.scope();
    tx.after(() => this.#parts.background(this.#parts.logs(agent.id).erase(scope)));
  }

  /** The fleet is about to be erased. False = there is more: call again. Throws when logs of an agent could not be. */
  async erase(): Promise<boolean> {
    const { sql, logs, scope } = this.#parts;
    const ids = this.#some(`SELECT id FROM shipping_agents LIMIT ${erasedAtOnce}`).map(({ id }) => id);
    for (let at = 0; at < ids.length; at += toldAtOnce) {
      await Promise.all(
        ids.slice(at, at + toldAtOnce).map(async (id) => {
          await logs(id).erase(scope());
          sql.exec("DELETE FROM shipping_agents WHERE id = ?", id);
        }),
      );
    }
    return ids.length < erasedAtOnce;
  }

  /** Whether agents' objects have to be told of a change. */
  get owes(): boolean {
    this.#owes ??= this.#some("SELECT id FROM shipping_agents WHERE owed > 0 LIMIT 1").length > 0;
    return this.#owes;
  }

  /** Tells some of the agents' objects what has changed, in no order: some that keep failing hold up no others. Throws when one did not take it: it is told again. */
  async tellOwed(): Promise<void> {
    const { sql, logs, scope } = this.#parts;
    const rows = this.#some<{ id: AgentId; owed: number }>(
      `SELECT id, owed FROM shipping_agents WHERE owed > 0 ORDER BY random() LIMIT ${toldAtOnce}`,
    );
    const { shipping } = this;
    const told = await Promise.allSettled(rows.map(({ id }) => logs(id).changed(scope(), shipping)));
    for (const [at, { id, owed }] of rows.entries()) {
      if (told[at]?.status !== "fulfilled") continue;
      // Unless it has changed again meanwhile.
      sql.exec("UPDATE shipping_agents SET owed = 0 WHERE id = ? AND owed = ?", id, owed);
    }
    this.#owes = undefined;
    const failed = told.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  /** Of one agent, or null = of all. */
  #owe(tx: Tx, agentId: AgentId | null): void {
    tx.sql.exec("UPDATE shipping_agents SET owed = owed + 1 WHERE ?1 IS NULL OR id = ?1", agentId);
    this.#owes = undefined;
  }

  #ships(agentId: AgentId): boolean {
    return this.#parts.sql.exec("SELECT 1 FROM shipping_agents WHERE id = ?", agentId).toArray().length > 0;
  }

  #some<Row extends { id: AgentId }>(query: string): Row[] {
    return this.#parts.sql.exec<Row & Record<string, SqlStorageValue>>(query).toArray();
  }

  #tell(agent: AgentRecord): void {
    const session = this.#parts.sessions.of(agent.id);
    if (!session || !agent.custom?.includes(logsCapability)) return;
    const { enabled, sources, retentionDays } = this.shipping;
    const message: ShipMessage = { enabled, sources, retentionDays };
    sendCustom(session, customFrame(logsCapability, "ship", message));
  }
}
