import {
  type Drift,
  type DriftedFile,
  type DriftPolicy,
  nextRepairMs,
  repairsLeft,
  worstSeverity,
} from "../../domain/fleets/drift.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import { plural } from "../../domain/plural.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { ConfigFile } from "../../protocol/opamp/config-map.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { type Compared, DriftComparer } from "./drift-comparison.ts";
import { type KnownDriftPolicy, keptDriftPolicy, type RepairOrder } from "./drift-policy.ts";
import { type Drifted, orderRepair, repairable, whyNotRepaired } from "./drift-repairs.ts";
import type { ToldSetting } from "./kept-setting.ts";
import type { DriftPart, Tx } from "./parts.ts";
import type { RolloutRunner } from "./rollout-runner.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

/** An order whose rollout has not come after so long was lost, or could not be carried out. */
const orderLostMs = 10 * 60_000;
/** What was refused for one agent is likely refused for the next: a minute, then twice as long, up to an hour. */
const refusedPauseMs = 60_000;
const longestPauseMs = 3_600_000;

/** Who runs other files than it was given, and what the fleet's policy does about it. */
export class DriftKeeper implements DriftPart {
  readonly #store: FleetStore;
  readonly #rollouts: RolloutRunner;
  readonly #scope: () => FleetScope;
  readonly #policy: ToldSetting<KnownDriftPolicy>;
  readonly #comparer: DriftComparer;
  #drifted: Set<AgentId> | undefined;
  /** When to look at the drifted agents next; null = they must be looked at to tell. */
  #lookAtMs: number | null = null;

  constructor(
    store: FleetStore,
    rollouts: RolloutRunner,
    sql: SqlStorage,
    scope: () => FleetScope,
    mask: (text: string) => string,
  ) {
    this.#store = store;
    this.#scope = scope;
    this.#rollouts = rollouts;
    this.#policy = keptDriftPolicy(sql);
    this.#comparer = new DriftComparer(store, (hash) => rollouts.expected(hash), mask);
  }

  forget(): void {
    this.#drifted = undefined;
    this.#lookAtMs = null;
    this.#policy.forget();
    this.#comparer.forget();
  }

  get known(): KnownDriftPolicy {
    return this.#policy.get();
  }

  get count(): number {
    return this.#load().size;
  }

  /** The longest drifted first. */
  agents(): StoredAgent[] {
    return [...this.#load()]
      .flatMap((id) => this.#store.agents.get(id) ?? [])
      .sort((a, b) => (a.drift?.since ?? 0) - (b.drift?.since ?? 0) || (a.id < b.id ? -1 : 1));
  }

  compare(agent: StoredAgent): Compared {
    return this.#comparer.compare(agent);
  }

  isSilent(agent: StoredAgent): boolean {
    return this.#comparer.isSilent(agent);
  }

  /** Its effective config; null = it has not said any. */
  reported({ effectiveHash }: StoredAgent): ConfigFile[] | null {
    return effectiveHash === null ? null : this.#comparer.reported(effectiveHash);
  }

  /** After a message in which it spoke of its config. `reported`: it told its effective config. */
  observe(tx: Tx, agent: StoredAgent, reported: boolean): void {
    const { runningHash, effectiveHash } = agent;
    if (agent.reportedStatus === "applying") return;
    const isNew = runningHash !== "" && agent.shown?.hash !== runningHash;
    if (reported && isNew && effectiveHash !== null && !this.#comparer.isHidden(effectiveHash)) {
      agent.shown = { hash: runningHash, first: effectiveHash };
      tx.saveAgent(agent);
    }
    const { comparison, files } = this.#comparer.compare(agent);
    // While secrets cannot be opened nothing can be told, and what is known stays.
    if (comparison === "none" && agent.drift?.expected === runningHash) return;
    if (files.length === 0) this.#end(tx, agent);
    else this.#note(tx, agent, files);
  }

  /** It is revoked or about to be deleted. */
  onGone(tx: Tx, agent: StoredAgent): void {
    if (!agent.drift) return;
    agent.drift = null;
    this.#left(tx, agent);
  }

  /** It is back: what its policy owes it is looked at again. */
  onOnline(tx: Tx, agent: StoredAgent): void {
    if (agent.drift) this.#lookBy(tx.nowMs);
  }

  #lookBy(atMs: number): void {
    if (this.#lookAtMs !== null) this.#lookAtMs = Math.min(this.#lookAtMs, atMs);
  }

  #note(tx: Tx, agent: StoredAgent, files: DriftedFile[]): void {
    const { drift: before = null, runningHash, effectiveHash } = agent;
    if (before?.expected === runningHash && before.effective === effectiveHash) return;
    const severity = worstSeverity(files);
    const drift: Drift = {
      since: before?.since ?? tx.nowMs,
      severity,
      files,
      expected: runningHash,
      effective: effectiveHash ?? "",
    };
    const isSame = before !== null && JSON.stringify(before.files) === JSON.stringify(files);
    agent.drift = drift;
    if (!before) agent.repairs = repairsLeft(agent.repairs ?? null, tx.nowMs);
    tx.saveAgent(agent);
    const dueMs = nextRepairMs(drift.since, agent.repairs ?? null);
    if (dueMs !== null) this.#lookBy(dueMs);
    if (isSame) return;
    const changes = files.map(
      ({ name, change }) => `${name} ${change === "missing" ? "is missing" : "changed"}`,
    );
    tx.event({
      type: "agent.drifted",
      agentId: agent.id,
      summary: `${agent.name} runs other files than it was given: ${changes.join(", ")}`.slice(0, 500),
      data: { severity, files, since: new Date(drift.since).toISOString() },
    });
    if (before) return;
    const drifted = this.#load();
    if (drifted.size === 0) {
      tx.event({
        type: "fleet.drifted",
        agentId: agent.id,
        summary: `${agent.name} is the first agent to run other files than it was given`,
        data: { severity, policy: this.known.policy },
      });
    }
    drifted.add(agent.id);
    if (dueMs === null && this.known.policy !== "tell") this.#tellGivenUp(tx, agent);
  }

  #tellGivenUp(tx: Tx, agent: StoredAgent): void {
    const times = plural(agent.repairs?.count ?? 0, "repair");
    tx.event({
      type: "agent.drift_given_up",
      agentId: agent.id,
      summary: `${agent.name} drifted again after ${times}: its files are left alone from now on`,
      data: { repairs: agent.repairs?.count ?? 0 },
    });
  }

  #end(tx: Tx, agent: StoredAgent): void {
    const { drift } = agent;
    if (!drift) return;
    agent.drift = null;
    tx.saveAgent(agent);
    tx.event({
      type: "agent.drift_ended",
      agentId: agent.id,
      summary:
        drift.expected === agent.runningHash
          ? `${agent.name} runs the files that it was given again`
          : `${agent.name} was given files again: what it had changed before counts no more`,
      data: { since: new Date(drift.since).toISOString() },
    });
    this.#left(tx, agent);
  }

  #left(tx: Tx, agent: StoredAgent): void {
    const drifted = this.#load();
    drifted.delete(agent.id);
    // Another may have waited for it, since both had changed one file.
    if (this.known.policy === "accept") this.#lookAtMs = null;
    if (drifted.size > 0) return;
    tx.event({
      type: "fleet.drift_ended",
      agentId: agent.id,
      summary: "Every agent runs the files that it was given again",
    });
  }

  /** One of a lower or the same revision changes nothing. A new policy begins to count anew. */
  setPolicy(tx: Tx, policy: DriftPolicy, revision: number): void {
    if (!this.#policy.learn(tx, { policy, revision, refused: null, refusals: 0 })) return;
    for (const agent of this.#store.agents.values()) {
      if (!agent.repairs) continue;
      agent.repairs = null;
      tx.saveAgent(agent);
    }
    this.#lookAtMs = null;
  }

  /** The order's rollout cannot be, for this reason. */
  refuseOrder(tx: Tx, rolloutId: RolloutId, text: string): void {
    const { order, refusals } = this.known;
    if (order?.rolloutId !== rolloutId) return;
    const refused = { text, at: tx.nowMs, agents: order.agents };
    this.#policy.set(tx, { order: null, refused, refusals: refusals + 1 });
  }

  drifted(): Drifted {
    const sorted = () => this.agents();
    let agents: StoredAgent[] | undefined;
    return {
      rollouts: this.#rollouts,
      compare: (agent) => this.compare(agent),
      get agents() {
        agents ??= sorted();
        return agents;
      },
    };
  }

  /** Why the policy cannot repair this agent now; null = it can. */
  whyNot(agent: StoredAgent): string | null {
    const { policy } = this.known;
    return policy === "tell" ? null : whyNotRepaired(this.drifted(), agent, policy);
  }

  nextDueMs(): number | null {
    const { policy, order } = this.known;
    if (this.count === 0 && !order) return null;
    if (order && this.#rollouts.find(order.rolloutId) === null) return order.at + orderLostMs;
    if (policy === "tell") return null;
    if (this.#isBusy()) {
      // What the other rollout leaves behind is looked at anew.
      this.#lookAtMs = null;
      return null;
    }
    this.#lookAtMs ??= this.#nextLookMs(policy, Date.now());
    return Number.isFinite(this.#lookAtMs) ? Math.max(this.#lookAtMs, this.#pausedUntilMs()) : null;
  }

  #pausedUntilMs(): number {
    const { refused, refusals } = this.known;
    return refused ? refused.at + Math.min(refusedPauseMs * 2 ** (refusals - 1), longestPauseMs) : 0;
  }

  #nextLookMs(policy: RepairOrder["policy"], nowMs: number): number {
    const { due, laterMs } = repairable(this.drifted(), policy, nowMs);
    return due.length > 0 ? nowMs : laterMs;
  }

  onDue(tx: Tx): void {
    const { order, policy } = this.known;
    if (order && !this.#isSettled(order.rolloutId, order.at, tx.nowMs)) return;
    if (order)
      this.#policy.set(tx, { order: null, ...(this.#rollouts.find(order.rolloutId) && { refusals: 0 }) });
    if (policy === "tell" || this.#isBusy() || tx.nowMs < this.#pausedUntilMs()) return;
    const { due, laterMs } = repairable(this.drifted(), policy, tx.nowMs);
    this.#lookAtMs = laterMs;
    if (due.length === 0) return;
    const placed = orderRepair(tx, this.#scope(), policy, due);
    this.#policy.set(tx, { order: placed, refused: null });
    this.#lookAtMs = null;
  }

  #isSettled(rolloutId: RolloutId, orderedMs: number, nowMs: number): boolean {
    const row = this.#rollouts.find(rolloutId);
    return row ? isTerminal(row.header.state) : nowMs >= orderedMs + orderLostMs;
  }

  /** Its rollout may still come, or has not ended. */
  isUnderWay({ rolloutId, at }: RepairOrder): boolean {
    return !this.#isSettled(rolloutId, at, Date.now());
  }

  /** Another rollout comes first. */
  #isBusy(): boolean {
    return this.#rollouts.activeId() !== null || this.#rollouts.queue.size > 0;
  }

  #load(): Set<AgentId> {
    if (!this.#drifted) {
      this.#drifted = new Set();
      for (const agent of this.#store.agents.values()) if (agent.drift) this.#drifted.add(agent.id);
    }
    return this.#drifted;
  }
}
