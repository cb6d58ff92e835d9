import { eventTypes } from "../../domain/fleets/events.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { MetricQuery } from "../../protocol/custom/metrics.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { ConfirmationRequest } from "../../protocol/rpc/confirmations.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { OutboxMessage } from "../../protocol/rpc/outbox.ts";
import type { EventLog } from "./events.ts";
import type { AgentRecord, FleetContext, NewEvent, Tx } from "./parts.ts";
import type { Sessions } from "./sessions.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

/** A Tx as the wire's own code sees it. */
export interface FleetTx extends Tx {
  /** Performed after the block has committed, in order; dropped when it throws. */
  after(effect: () => void): void;
  /** Queues the agent for the live feed without writing its row: for what memory alone knows. */
  touch(agent: AgentRecord): void;
  /** Forgets the agent with the block, whatever else the block writes of it. */
  deleteAgent(agent: StoredAgent): void;
}

/** What one block changed, for those who watch. */
export interface Committed {
  nowMs: number;
  events: FleetEvent[];
  agents: ReadonlySet<AgentId>;
  rollouts: ReadonlyMap<RolloutId, Rollout>;
  outboxed: boolean;
  /** Requests to outside systems were put on their way. */
  asked: boolean;
}

export interface CommitHooks {
  /** What `all_packages_hash` an offer of `hash` brings to an agent that takes packages. */
  packagesFor(agent: StoredAgent, hash: string): string | null;
  sendOffer(agent: StoredAgent): void;
  sendStage(agent: StoredAgent, hash: string): void;
  sendWatch(agents: readonly StoredAgent[], queries: readonly MetricQuery[]): void;
  /** After every block; effects have been performed. */
  committed(change: Committed): void;
  effectFailed(error: unknown): void;
  /** Rows were rolled back: drop what was derived from them. */
  rolledBack(): void;
}

/** The one way to change a fleet: a synchronous block in a storage transaction, then its effects. */
export class Commits implements FleetContext {
  readonly #storage: DurableObjectStorage;
  readonly #store: FleetStore;
  readonly #events: EventLog;
  readonly #sessions: Sessions;
  readonly #hooks: CommitHooks;
  #open = false;
  #clockMs = 0;
  #changes = 0;

  constructor(
    storage: DurableObjectStorage,
    store: FleetStore,
    events: EventLog,
    sessions: Sessions,
    hooks: CommitHooks,
  ) {
    this.#storage = storage;
    this.#store = store;
    this.#events = events;
    this.#sessions = sessions;
    this.#hooks = hooks;
  }

  get agents(): ReadonlyMap<AgentId, StoredAgent> {
    return this.#store.agents;
  }

  get changes(): number {
    return this.#changes;
  }

  scope(): FleetScope {
    if (!this.#store.scope) throw new Error("The fleet has not been configured");
    return this.#store.scope;
  }

  /** The fleet's clock: never goes back while the object lives. */
  nowMs(): number {
    this.#clockMs = Math.max(this.#clockMs, Date.now());
    return this.#clockMs;
  }

  commit<T>(block: (tx: FleetTx) => T): T {
    if (this.#open) throw new Error("A block is already open: pass its tx on instead");
    const tx = new OpenTx(
      this.nowMs(),
      this.#storage.sql,
      this.scope(),
      this.#store,
      this.#events,
      this.#sessions,
      this.#hooks,
    );
    this.#open = true;
    this.#sessions.begin();
    let result: T;
    try {
      result = this.#storage.transactionSync(() => {
        const value = block(tx);
        tx.write();
        return value;
      });
    } catch (error) {
      this.#open = false;
      this.#sessions.undo();
      this.#store.load();
      this.#events.load();
      this.#hooks.rolledBack();
      throw error;
    }
    this.#open = false;
    if (tx.hasWritten) this.#changes++;
    this.#sessions.keep();
    for (const effect of tx.effects) this.#perform(effect);
    for (const agentId of tx.offers) {
      const agent = this.#store.agents.get(agentId);
      if (agent) this.#perform(() => this.#hooks.sendOffer(agent));
    }
    for (const [agentId, hash] of tx.stages) {
      const agent = this.#store.agents.get(agentId);
      if (agent) this.#perform(() => this.#hooks.sendStage(agent, hash));
    }
    for (const { agentIds, queries } of tx.watches) {
      const agents = agentIds.flatMap((id) => this.#store.agents.get(id) ?? []);
      this.#perform(() => this.#hooks.sendWatch(agents, queries));
    }
    this.#perform(() => this.#hooks.committed(tx));
    return result;
  }

  /** What is committed stays, whatever becomes of one effect; the others are still performed. */
  #perform(effect: () => void): void {
    try {
      effect();
    } catch (error) {
      this.#hooks.effectFailed(error);
    }
  }
}

class OpenTx implements FleetTx, Committed {
  readonly nowMs: number;
  readonly sql: SqlStorage;
  readonly events: FleetEvent[] = [];
  readonly agents = new Set<AgentId>();
  readonly rollouts = new Map<RolloutId, Rollout>();
  readonly effects: (() => void)[] = [];
  readonly offers = new Set<AgentId>();
  readonly stages = new Map<AgentId, string>();
  readonly watches: { agentIds: readonly AgentId[]; queries: readonly MetricQuery[] }[] = [];
  readonly #scope: FleetScope;
  readonly #store: FleetStore;
  readonly #log: EventLog;
  readonly #sessions: Sessions;
  readonly #hooks: Pick<CommitHooks, "packagesFor">;
  readonly #dirty = new Set<AgentRecord>();
  readonly #deleted = new Set<StoredAgent>();
  readonly #messages: OutboxMessage[] = [];
  readonly #confirmations: ConfirmationRequest[] = [];
  readonly #last: (() => void)[] = [];

  constructor(
    nowMs: number,
    sql: SqlStorage,
    scope: FleetScope,
    store: FleetStore,
    log: EventLog,
    sessions: Sessions,
    hooks: Pick<CommitHooks, "packagesFor">,
  ) {
    this.nowMs = nowMs;
    this.sql = sql;
    this.#scope = scope;
    this.#store = store;
    this.#log = log;
    this.#sessions = sessions;
    this.#hooks = hooks;
  }

  get outboxed(): boolean {
    return this.#messages.length > 0;
  }

  get asked(): boolean {
    return this.#confirmations.length > 0;
  }

  get hasWritten(): boolean {
    return (
      this.#dirty.size > 0 || this.#deleted.size > 0 || this.events.length > 0 || this.outboxed || this.asked
    );
  }

  saveAgent(agent: AgentRecord): void {
    this.#dirty.add(agent);
    this.agents.add(agent.id);
  }

  touch(agent: AgentRecord): void {
    this.agents.add(agent.id);
  }

  deleteAgent(agent: StoredAgent): void {
    this.#deleted.add(agent);
  }

  event(event: NewEvent): FleetEvent {
    const made = this.#log.make(event, this.#scope, this.nowMs);
    this.events.push(made);
    if (eventTypes[made.type] === "history") {
      const { rollout, currentReleaseId } = event;
      this.outbox({
        kind: "event",
        key: made.id,
        event: made,
        ...(rollout && { rollout }),
        ...(currentReleaseId !== undefined && { currentReleaseId }),
      });
    }
    return made;
  }

  outbox(message: OutboxMessage): void {
    this.#messages.push(message);
  }

  offer(agentId: AgentId): void {
    const agent = this.#store.agents.get(agentId);
    const session = this.#sessions.of(agentId);
    if (!agent || agent.wantedHash === null || agent.revokedAt !== null || this.offers.has(agentId)) return;
    if (!session || (session.socket === null && session.poll === null)) return;
    if (!hasCapability(agent.capabilities, "AcceptsRemoteConfig")) return;
    const hash = agent.wantedHash;
    if (agent.latched.some((latch) => latch.hash === hash)) return;
    if (agent.offeredHash === hash && agent.reportedHash === hash) return;
    agent.offeredHash = hash;
    agent.offeredAt = this.nowMs;
    agent.offerOpen = true;
    if (hasCapability(agent.capabilities, "AcceptsPackages")) {
      const packages = this.#hooks.packagesFor(agent, hash);
      if (packages !== null) agent.packagesOffered = packages;
    }
    this.saveAgent(agent);
    this.offers.add(agentId);
    this.event({
      type: "agent.config_offered",
      agentId,
      summary: `Offered config ${hash.slice(0, 12)} to ${agent.name}`,
      data: { hash, releaseId: agent.wantedReleaseId },
    });
  }

  stage(agentId: AgentId, hash: string): void {
    this.stages.set(agentId, hash);
  }

  watch(agentIds: readonly AgentId[], queries: readonly MetricQuery[]): void {
    if (agentIds.length > 0) this.watches.push({ agentIds, queries });
  }

  confirm(request: ConfirmationRequest): void {
    this.#confirmations.push(request);
  }

  publishRollout(rollout: Rollout): void {
    // Rollout ids come from the runner, which keeps them as ids.
    this.rollouts.set(rollout.id as RolloutId, rollout);
  }

  beforeWrite(work: () => void): void {
    this.#last.push(work);
  }

  after(effect: () => void): void {
    this.effects.push(effect);
  }

  write(): void {
    for (const work of this.#last) work();
    for (const agent of this.#deleted) {
      this.#dirty.delete(agent);
      this.#store.remove(agent);
    }
    this.#store.writeAgents(this.#dirty);
    this.#log.write(this.events);
    for (const message of this.#messages) {
      this.sql.exec("INSERT INTO outbox (message) VALUES (?)", JSON.stringify(message));
    }
    for (const request of this.#confirmations) {
      this.sql.exec("INSERT INTO confirmations (message) VALUES (?)", JSON.stringify(request));
    }
    if (this.hasWritten && this.#sessions.hasAny()) this.#store.noteAlive(this.nowMs);
  }
}
