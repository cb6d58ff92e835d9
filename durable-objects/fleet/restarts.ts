import { refuse } from "../../domain/errors.ts";
import type { AgentId, RestartId } from "../../domain/ids.ts";
import { plural } from "../../domain/plural.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { Orderer } from "../../protocol/rpc/agent-actions.ts";
import type { FleetTx } from "./commits.ts";
import type { HealthNode } from "./describe.ts";
import type { AgentRecord } from "./parts.ts";
import { type Restart, type RestartPlan, RestartRows } from "./restart-rows.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

export interface RestartParts {
  store: FleetStore;
  sql: SqlStorage;
  /** Tells the agent to restart, after the block has committed. */
  send(tx: FleetTx, agent: StoredAgent): void;
}

/** One that does not say when it started counts as back after so long. */
const settleMs = 10_000;

/** Restarts many agents, so many at the same time; the next is told when one is back and healthy. */
export class Restarts {
  readonly #parts: RestartParts;
  readonly #rows: RestartRows;
  /** undefined = not read yet. */
  #running: Restart | null | undefined;

  constructor(parts: RestartParts) {
    this.#parts = parts;
    this.#rows = new RestartRows(parts.sql);
  }

  /** After a failed block and at wake-up. */
  forget(): void {
    this.#running = undefined;
  }

  list(): Restart[] {
    return this.#rows.list();
  }

  find(id: RestartId): Restart | null {
    return this.#rows.find(id);
  }

  /** @throws DomainError `conflict`: another one is under way */
  start(tx: FleetTx, id: RestartId, plan: RestartPlan): void {
    const running = this.#load();
    if (running) {
      refuse(
        "conflict",
        `Restart ${running.id} is under way in this fleet. Wait for its end, or cancel it: muster agents restarts cancel ${running.id}`,
      );
    }
    const restart: Restart = {
      id,
      plan,
      progress: {
        state: "running",
        reason: null,
        next: 0,
        underWay: {},
        restarted: 0,
        left: [],
        endedAt: null,
      },
    };
    this.#rows.add(tx, restart);
    this.#running = restart;
    tx.event({
      type: "restart.started",
      actor: plan.actor,
      summary: `${plan.name} restarts ${plural(plan.agents.length, "agent")}, ${plan.maxUnavailable} at the same time`,
      data: { restartId: id, agents: plan.agents.length, maxUnavailable: plan.maxUnavailable },
    });
    this.#goOn(tx, restart);
  }

  cancel(tx: FleetTx, id: RestartId, by: Orderer): void {
    const restart = this.#load();
    if (restart?.id !== id) {
      refuse("conflict", `Restart ${id} has ended: there is nothing to cancel.`);
    }
    this.#end(tx, restart, "cancelled", `cancelled by ${by.name}`);
  }

  /** It said how it is. */
  onHealth(tx: FleetTx, agent: AgentRecord, { healthy, startTime }: HealthNode): void {
    const restart = this.#load();
    const told = restart?.progress.underWay[agent.id];
    if (!restart || !told || !healthy || startTime === null || startTime === told.started) return;
    this.#isBack(tx, restart, agent.id);
  }

  /** It is gone for good. */
  onGone(tx: FleetTx, agent: AgentRecord): void {
    const restart = this.#load();
    if (!restart?.progress.underWay[agent.id]) return;
    delete restart.progress.underWay[agent.id];
    restart.progress.left.push({ agentId: agent.id, reason: "it left the fleet meanwhile" });
    this.#goOn(tx, restart);
  }

  onDue(tx: FleetTx): void {
    const restart = this.#load();
    if (!restart) return;
    const { plan, progress } = restart;
    for (const [id, told] of Object.entries(progress.underWay) as [AgentId, Told][]) {
      const { at } = told;
      const agent = this.#parts.store.agents.get(id);
      if (agent && settles(agent, told) && tx.nowMs - at >= settleMs) {
        this.#isBack(tx, restart, id);
      } else if (tx.nowMs - at >= plan.timeoutMs) {
        const seconds = plan.timeoutMs / 1000;
        progress.left.push({ agentId: id, reason: `not back and healthy within ${seconds} s` });
        delete progress.underWay[id];
        const name = agent?.name ?? id;
        this.#end(tx, restart, "failed", `${name} was not back and healthy within ${seconds} s`);
      }
      if (progress.state !== "running") return;
    }
  }

  nextDueMs(): number | null {
    const restart = this.#load();
    if (!restart) return null;
    const dues = Object.entries(restart.progress.underWay).map(([id, told]) => {
      const agent = this.#parts.store.agents.get(id as AgentId);
      return told.at + (agent && settles(agent, told) ? settleMs : restart.plan.timeoutMs);
    });
    return dues.length === 0 ? null : Math.min(...dues);
  }

  #load(): Restart | null {
    if (this.#running === undefined) this.#running = this.#rows.running();
    return this.#running;
  }

  #isBack(tx: FleetTx, restart: Restart, id: AgentId): void {
    delete restart.progress.underWay[id];
    restart.progress.restarted++;
    const name = this.#parts.store.agents.get(id)?.name ?? id;
    tx.event({
      type: "agent.restarted",
      agentId: id,
      actor: restart.plan.actor,
      summary: `${name} has restarted and is well`,
      data: { restartId: restart.id },
    });
    this.#goOn(tx, restart);
  }

  /** Tells as many further agents as may restart at the same time. */
  #goOn(tx: FleetTx, restart: Restart): void {
    const { plan, progress } = restart;
    while (Object.keys(progress.underWay).length < plan.maxUnavailable) {
      const id = plan.agents[progress.next];
      if (id === undefined) break;
      progress.next++;
      const agent = this.#parts.store.agents.get(id);
      const reason = agent ? whyNot(agent) : "it left the fleet meanwhile";
      if (reason !== null || !agent) {
        progress.left.push({ agentId: id, reason: reason ?? "" });
        continue;
      }
      const report = this.#parts.store.report(id, "health");
      const started = report === null ? null : (JSON.parse(report) as HealthNode).startTime;
      progress.underWay[id] = { at: tx.nowMs, started };
      this.#parts.send(tx, agent);
    }
    if (Object.keys(progress.underWay).length === 0 && progress.next >= plan.agents.length) {
      const nobody = progress.restarted === 0;
      this.#end(
        tx,
        restart,
        nobody ? "failed" : "succeeded",
        nobody ? "none of them could be restarted" : null,
      );
    } else {
      this.#rows.save(tx, restart);
    }
  }

  #end(
    tx: FleetTx,
    restart: Restart,
    state: "succeeded" | "failed" | "cancelled",
    reason: string | null,
  ): void {
    const { plan, progress } = restart;
    Object.assign(progress, { state, reason, endedAt: tx.nowMs });
    this.#rows.save(tx, restart);
    this.#running = null;
    const of = `${progress.restarted} of ${plural(plan.agents.length, "agent")}`;
    tx.event({
      type: "restart.ended",
      actor: plan.actor,
      summary: `The restart of ${plan.name} ${state}: ${of} restarted${reason ? `; ${reason}` : ""}`,
      data: { restartId: restart.id, state, restarted: progress.restarted, left: progress.left.length },
    });
  }
}

type Told = Restart["progress"]["underWay"][AgentId];

/** It is here and nothing says that it is unwell, but it does not tell when it started: time alone shows that it is back. */
const settles = ({ capabilities, connectedAt, healthy }: AgentRecord, { started }: Told) =>
  connectedAt !== null &&
  (!hasCapability(capabilities, "ReportsHealth") || (started === null && healthy === true));

/** Why the agent cannot be told to restart now; null = it can. */
export function whyNot(agent: AgentRecord): string | null {
  if (agent.revokedAt !== null) return "it was revoked";
  if (agent.connectedAt === null) return "it is offline";
  if (!hasCapability(agent.capabilities, "AcceptsRestartCommand")) return "it does not take restart commands";
  return null;
}
