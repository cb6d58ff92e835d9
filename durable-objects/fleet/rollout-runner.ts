import type { AgentId, RolloutId } from "../../domain/ids.ts";
import { advance, applyStep } from "../../domain/rollouts/advance.ts";
import { createRollout, type Plan } from "../../domain/rollouts/plan.ts";
import { type AgentProgress, returnHash, type StoredProgress } from "../../domain/rollouts/progress.ts";
import { mustStore, restoreRollout, toStored } from "../../domain/rollouts/restore.ts";
import type {
  AgentEffect,
  Decision,
  Effect,
  Observation,
  Rollout,
  Step,
} from "../../domain/rollouts/rollout.ts";
import type { RolloutOrder } from "../../protocol/rpc/fleet.ts";
import type { AgentRecord, Bundle, FleetContext, RenderedFile, RolloutPart, Tx } from "./parts.ts";
import { type OpenRelease, openRelease, Releases } from "./releases.ts";
import { factsOf } from "./rollout-plan.ts";
import { type FinalAgent, type RolloutFacts, type RolloutRow, RolloutRows } from "./rollout-rows.ts";
import { rolloutView } from "./rollout-view.ts";
import { keepRender, renderFor, want } from "./wanted.ts";

/** The one rollout that has not ended, held in memory; every part of it is found again from rows. */
interface Active {
  facts: RolloutFacts;
  rollout: Rollout;
  agents: Map<AgentId, AgentProgress>;
  release: OpenRelease;
  /** Who said APPLYING since `checkpointAt` was set: memory alone knows it. */
  applying: Set<AgentId>;
  checkpointAt: number | null;
}

/** What `explainAgent` needs to know of an agent besides its row. */
export interface Standing {
  /** The release that its wanted config comes from; the current one, where that gives the same. */
  release: OpenRelease | null;
  current: OpenRelease | null;
  /** The running rollout, or the last one that reached it, and its place in it. */
  row: RolloutRow | null;
  progress: AgentProgress | StoredProgress | null;
  /** The last judgement on its wave; before there is one, that on the wave before it. */
  gate: Decision | null;
}

/** APPLYING costs a row only where it lasts: longer than this, and an eviction must not forget it. */
const checkpointMs = 5_000;

/** Runs rollouts: load, `advance`, commit rows, perform effects. The rules are in `domain/rollouts`. */
export class RolloutRunner implements RolloutPart {
  readonly #fleet: FleetContext;
  readonly #rows: RolloutRows;
  readonly #releases: Releases;
  #active: Active | null | undefined;

  constructor(fleet: FleetContext, sql: SqlStorage) {
    this.#fleet = fleet;
    this.#rows = new RolloutRows(sql);
    this.#releases = new Releases(sql);
  }

  /** The running rollout or one of the kept ones, as it now is. */
  find(id: RolloutId): RolloutRow | null {
    const active = this.#load();
    return active?.rollout.header.id === id ? rowOf(active) : this.#rows.find(id);
  }

  decisions(id: RolloutId): Decision[] {
    return this.#rows.decisions(id);
  }

  /** In the order of the plan. */
  agentsOf(id: RolloutId): { id: AgentId; agent: AgentProgress | FinalAgent }[] {
    const active = this.#load();
    if (active?.rollout.header.id !== id) {
      return this.#rows.finalAgents(id).map((agent) => ({ id: agent.id, agent }));
    }
    return [...active.agents].map(([one, agent]) => ({ id: one, agent }));
  }

  /** Keeps all that the rollout needs and starts it. The caller has checked that none is active. */
  begin(tx: Tx, order: RolloutOrder, plan: Plan, release: OpenRelease): void {
    const rollout = createRollout(order, plan, (id) => factsOf(this.#fleet.agents.get(id)), tx.nowMs);
    const facts: RolloutFacts = {
      releaseId: release.id,
      releaseNumber: release.number,
      message: order.message,
      author: order.author,
      actor: order.actor,
      createdAt: tx.nowMs,
      relabelled: [],
    };
    this.#releases.keep(tx, order.release);
    for (const id of rollout.agents.keys()) {
      const record = this.#fleet.agents.get(id);
      if (record) keepRender(tx, this.#releases, release, record);
    }
    this.#rows.insert(tx, { facts, header: rollout.header }, plan);
    this.#advance(tx, this.#hold(facts, rollout, release), { kind: "start" });
  }

  command(tx: Tx, id: RolloutId, observation: Extract<Observation, { actor: string }>): void {
    const active = this.#load();
    if (active?.rollout.header.id === id) this.#advance(tx, active, observation);
  }

  activeId(): RolloutId | null {
    return this.#load()?.rollout.header.id ?? null;
  }

  currentRelease(): OpenRelease | null {
    return this.#releases.current();
  }

  standing(agent: AgentRecord): Standing {
    const active = this.#load();
    const present = active?.agents.get(agent.id);
    const row =
      active && present ? rowOf(active) : agent.progress ? this.find(agent.progress.rolloutId) : null;
    const progress = row ? (present ?? this.#endOf(agent)) : null;
    const gates = row && progress ? this.#rows.decisions(row.header.id) : [];
    const judgement = (wave: number) =>
      gates.findLast((one) => one.wave === wave && one.verdict !== "info") ?? null;
    return {
      release: this.#releaseOf(agent),
      current: this.#releases.current(),
      row,
      progress,
      gate: progress ? (judgement(progress.wave) ?? judgement(progress.wave - 1)) : null,
    };
  }

  /** An agent's row need not have the last step of a rollout that has ended: the rollout itself has. */
  #endOf({ id, progress }: AgentRecord): StoredProgress | null {
    const end = progress && this.#rows.finalAgent(progress.rolloutId, id);
    return end ? { ...progress, state: end.state, error: end.error } : progress;
  }

  /** An agent that a newer release leaves as it is keeps the older one's name in its row. */
  #releaseOf(agent: AgentRecord): OpenRelease | null {
    const current = this.#releases.current();
    if (agent.wantedHash === null) return null;
    if (current && renderFor(current, agent)?.hash === agent.wantedHash) return current;
    const kept = agent.wantedReleaseId === null ? null : this.#releases.find(agent.wantedReleaseId);
    return kept ? openRelease(kept) : null;
  }

  onConfigStatus(tx: Tx, agent: AgentRecord): void {
    const { reportedHash: hash, reportedStatus: status } = agent;
    if (hash === null || status === null) return;
    const active = this.#load();
    if (active?.agents.has(agent.id)) {
      const error = agent.reportedError === null ? {} : { error: agent.reportedError };
      this.#advance(tx, active, { kind: "status", agent: agent.id, hash, status, ...error });
    } else if (status === "applied" && agent.wantedHash === null) {
      if (agent.progress?.target === hash) this.#accept(tx, agent, agent.progress);
    } else if (status === "applied" && agent.wantedHash !== hash) {
      // It finished something that was under way when the rollout ended: it is told again what is wanted.
      tx.offer(agent.id);
    }
  }

  /** It finished the offer of a rollout that was stopped without return: what it runs is what it keeps. */
  #accept(tx: Tx, agent: AgentRecord, progress: StoredProgress): void {
    agent.wantedHash = progress.target;
    agent.wantedReleaseId = this.find(progress.rolloutId)?.facts.releaseId ?? null;
    tx.saveAgent(agent);
  }

  onHealth(tx: Tx, agent: AgentRecord): void {
    this.#observe(tx, { kind: "health", agent: agent.id, healthy: agent.healthy });
  }

  onOnline(tx: Tx, agent: AgentRecord): void {
    this.#observe(tx, { kind: "online", agent: agent.id, healthy: agent.healthy });
  }

  onOffline(tx: Tx, agent: AgentRecord): void {
    this.#observe(tx, { kind: "offline", agent: agent.id });
  }

  onRevoked(tx: Tx, agent: AgentRecord): void {
    this.#observe(tx, { kind: "revoked", agent: agent.id });
  }

  onDeleted(tx: Tx, agent: AgentRecord): void {
    this.#observe(tx, { kind: "deleted", agent: agent.id });
  }

  /** The message carries the hash of the files alone; the rules know the whole target. */
  onStaged(tx: Tx, agent: AgentRecord, hash: string, error: string | null): void {
    const target = this.#load()?.agents.get(agent.id)?.target;
    if (target === undefined || this.bundle(target)?.configHash !== hash) return;
    this.#observe(tx, { kind: "staged", agent: agent.id, hash: target, error });
  }

  onReading(tx: Tx, agent: AgentRecord, values: Record<number, number>): void {
    this.#observe(tx, { kind: "metrics", agent: agent.id, values });
  }

  /** The plan of a running rollout is frozen: labels that change meanwhile take effect when it has ended. */
  onLabelsChanged(tx: Tx, agent: AgentRecord): void {
    const active = this.#load();
    if (!active?.agents.has(agent.id)) {
      want(tx, this.#releases, agent);
    } else if (!active.facts.relabelled.includes(agent.id)) {
      active.facts = { ...active.facts, relabelled: [...active.facts.relabelled, agent.id] };
      this.#rows.save(tx, rowOf(active));
    }
  }

  onDue(tx: Tx): void {
    const active = this.#load();
    if (!active) return;
    if (active.checkpointAt !== null && tx.nowMs >= active.checkpointAt) this.#checkpoint(tx, active);
    this.#advance(tx, active, { kind: "tick" });
  }

  nextDueMs(): number | null {
    const active = this.#load();
    if (!active) return null;
    const { dueAt } = active.rollout.header;
    if (dueAt === null || active.checkpointAt === null) return dueAt ?? active.checkpointAt;
    return Math.min(dueAt, active.checkpointAt);
  }

  /** For one of whom nothing is wanted yet; in a running rollout's plan, the rollout decides. */
  assignCurrent(tx: Tx, agent: AgentRecord): void {
    if (agent.wantedHash !== null || this.#load()?.agents.has(agent.id)) return;
    want(tx, this.#releases, agent);
  }

  files(hash: string): RenderedFile[] | null {
    return this.#releases.files(hash);
  }

  bundle(hash: string): Bundle | null {
    return this.#releases.bundle(hash);
  }

  /** Reads back at once: what an agent said before must be known before its record takes up what it says next. */
  forget(): void {
    this.#active = undefined;
    this.#releases.forget();
    this.#load();
  }

  #observe(tx: Tx, observation: Extract<Observation, { agent: AgentId }>): void {
    const active = this.#load();
    if (active?.agents.has(observation.agent)) this.#advance(tx, active, observation);
  }

  #advance(tx: Tx, active: Active, observation: Observation): void {
    const { revision } = active.rollout.header;
    const step = advance(active.rollout, observation, tx.nowMs);
    applyStep(active.agents, step);
    active.rollout = { ...active.rollout, header: step.header };
    this.#store(tx, active, step);
    const ends = step.effects.some((effect) => effect.kind === "done");
    for (const effect of step.effects) this.#perform(tx, active, effect);
    this.#rows.appendDecisions(tx, step.header.id, step.decisions);
    if (ends) this.#finish(tx, active);
    else if (step.header.revision !== revision) this.#rows.save(tx, rowOf(active));
    if (step.changes.size > 0 || step.header.revision !== revision) {
      tx.publishRollout(this.#view(active));
    }
  }

  #store(tx: Tx, active: Active, step: Step): void {
    for (const [id, progress] of step.changes) {
      const record = this.#fleet.agents.get(id);
      if (!record) continue;
      if (progress.state === "applying") {
        active.applying.add(id);
        active.checkpointAt ??= tx.nowMs + checkpointMs;
      }
      if (mustStore(progress, storedOf(record, step.header.id)))
        keepProgress(tx, record, step.header.id, progress);
    }
  }

  #checkpoint(tx: Tx, active: Active): void {
    for (const id of active.applying) {
      const record = this.#fleet.agents.get(id);
      const progress = active.agents.get(id);
      if (record && progress?.state === "applying")
        keepProgress(tx, record, active.rollout.header.id, progress);
    }
    active.applying.clear();
    active.checkpointAt = null;
  }

  #perform(tx: Tx, active: Active, effect: Effect): void {
    switch (effect.kind) {
      case "done":
      case "confirm":
        return;
      case "event": {
        const { kind: _, actor, ...event } = effect;
        const by = actor ?? (event.type === "rollout.started" ? active.facts.actor : undefined);
        tx.event({
          ...event,
          rolloutId: active.rollout.header.id,
          rollout: this.#view(active),
          ...(by === undefined ? {} : { actor: by }),
        });
        return;
      }
      default:
        for (const id of effect.agents) this.#move(tx, active, id, effect.kind);
    }
  }

  #move(tx: Tx, active: Active, id: AgentId, kind: AgentEffect["kind"]): void {
    const record = this.#fleet.agents.get(id);
    const progress = active.agents.get(id);
    if (!record || !progress) return;
    switch (kind) {
      case "offer":
        record.wantedHash = progress.target;
        record.wantedReleaseId = active.facts.releaseId;
        break;
      case "return":
      case "restored":
        record.wantedHash = returnHash(progress);
        record.wantedReleaseId = progress.previousReleaseId;
        break;
      case "release":
        record.wantedHash = null;
        record.wantedReleaseId = null;
    }
    tx.saveAgent(record);
    if (kind === "offer" || kind === "return") tx.offer(id);
  }

  #finish(tx: Tx, active: Active): void {
    const { rollout, release, facts } = active;
    const final = rollout.waves.flat().map((id) => {
      const { wave, state, target, previous, error } = active.agents.get(id) as AgentProgress;
      return { id, wave, state, target, previous, error };
    });
    this.#rows.close(tx, rowOf(active), final);
    this.#active = null;
    const brought: Iterable<AgentRecord> =
      rollout.header.state === "succeeded"
        ? this.#fleet.agents.values()
        : facts.relabelled.flatMap((id) => this.#fleet.agents.get(id) ?? []);
    if (rollout.header.state === "succeeded") this.#releases.setCurrent(tx, release);
    for (const record of brought) {
      if (want(tx, this.#releases, record)) tx.offer(record.id);
    }
    this.#dropUnused(tx);
  }

  #dropUnused(tx: Tx): void {
    const hashes = new Set<string>();
    const releaseIds: Set<string> = this.#rows.dropOld(tx);
    for (const agent of this.#fleet.agents.values()) {
      for (const hash of [agent.wantedHash, agent.offeredHash, agent.runningHash]) if (hash) hashes.add(hash);
      for (const id of [agent.wantedReleaseId, agent.runningReleaseId]) if (id) releaseIds.add(id);
    }
    this.#releases.dropUnused(tx, hashes, releaseIds);
  }

  #load(): Active | null {
    if (this.#active !== undefined) return this.#active;
    this.#active = null;
    const row = this.#rows.findActive();
    if (!row) return null;
    const { facts, header } = row;
    const release = this.#releases.find(facts.releaseId);
    if (!release) throw new Error(`The release ${facts.releaseId} of the running rollout is not held`);
    const rollout = restoreRollout(
      header,
      this.#rows.plan(header),
      (id) => factsOf(this.#fleet.agents.get(id)),
      (id) => storedOf(this.#fleet.agents.get(id), header.id),
      Date.now(),
    );
    return this.#hold(facts, rollout, openRelease(release));
  }

  #hold(facts: RolloutFacts, rollout: Rollout, release: OpenRelease): Active {
    const agents = new Map(rollout.agents);
    const active = {
      facts,
      rollout: { ...rollout, agents },
      agents,
      release,
      applying: new Set<AgentId>(),
      checkpointAt: null,
    };
    this.#active = active;
    return active;
  }

  #view(active: Active) {
    return rolloutView(rowOf(active), this.#fleet.scope());
  }
}

const rowOf = ({ facts, rollout }: Active): RolloutRow => ({ facts, header: rollout.header });

function storedOf(record: AgentRecord | undefined, id: RolloutId): StoredProgress | null {
  return record?.progress?.rolloutId === id ? record.progress : null;
}

function keepProgress(tx: Tx, record: AgentRecord, id: RolloutId, progress: AgentProgress): void {
  const stored = toStored(id, progress);
  if (JSON.stringify(stored) === JSON.stringify(record.progress)) return;
  record.progress = stored;
  tx.saveAgent(record);
}
