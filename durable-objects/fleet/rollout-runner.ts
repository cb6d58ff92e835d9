import { refuse } from "../../domain/errors.ts";
import type { AgentId, ReleaseId, RolloutId } from "../../domain/ids.ts";
import { advance, applyStep } from "../../domain/rollouts/advance.ts";
import { createRollout, type Plan, type RolloutTerms } from "../../domain/rollouts/plan.ts";
import type { StoredProgress } from "../../domain/rollouts/progress.ts";
import { mustStore } from "../../domain/rollouts/restore.ts";
import type { Observation, RolloutHeader, Step } from "../../domain/rollouts/rollout.ts";
import type { ReleaseBundle } from "../../protocol/rpc/fleet.ts";
import {
  type Active,
  type Held,
  holdRollout,
  keepProgress,
  loadRollout,
  rowOf,
  snapshotNow,
  sourceOf,
  storedOf,
} from "./active-rollout.ts";
import type { KeptAssignment, OpenRelease } from "./open-release.ts";
import type { AgentRecord, Bundle, FleetContext, RenderedFile, RolloutPart, Tx } from "./parts.ts";
import { Releases } from "./releases.ts";
import { performEffect } from "./rollout-effects.ts";
import { dropUnused, endRollout } from "./rollout-end.ts";
import { canStage, factsOf } from "./rollout-plan.ts";
import { RolloutQueue } from "./rollout-queue.ts";
import { RolloutReader } from "./rollout-reader.ts";
import { changeLabels } from "./rollout-relabel.ts";
import { type RolloutFacts, type RolloutRow, RolloutRows, type StartedAgent } from "./rollout-rows.ts";
import { rolloutView } from "./rollout-view.ts";
import type { FleetSecrets } from "./secrets.ts";
import { keepRender, losesFiles, renderFor, want } from "./wanted.ts";

/** APPLYING costs a row only where it lasts: longer than this, and an eviction must not forget it. */
const checkpointMs = 5_000;

/** Runs rollouts: load, `advance`, commit rows, perform effects. The rules are in `domain/rollouts`. */
export class RolloutRunner implements RolloutPart {
  readonly queue: RolloutQueue;
  readonly #fleet: FleetContext;
  readonly #sql: SqlStorage;
  readonly #rows: RolloutRows;
  readonly #releases: Releases;
  #active: Active | null | undefined;

  get #held(): Held {
    return { sql: this.#sql, rows: this.#rows, releases: this.#releases };
  }

  constructor(fleet: FleetContext, sql: SqlStorage, secrets: FleetSecrets) {
    this.#fleet = fleet;
    this.#sql = sql;
    this.#rows = new RolloutRows(sql);
    this.#releases = new Releases(sql, secrets);
    this.queue = new RolloutQueue(fleet, sql, this.#rows, this.#releases, this);
  }

  /** The running rollout or one of the kept ones, as it now is. */
  find(id: RolloutId): RolloutRow | null {
    const active = this.#load();
    return active?.rollout.header.id === id ? rowOf(active) : (this.queue.find(id) ?? this.#rows.find(id));
  }

  mustFind(id: RolloutId): RolloutRow {
    return (
      this.find(id) ??
      refuse("not_found", `There is no rollout ${id} in this fleet: list the fleet's rollouts`)
    );
  }

  /** A pending rollout starts. The caller has checked that none is active. */
  begin(tx: Tx, { facts, header }: RolloutRow, terms: RolloutTerms, plan: Plan, release: OpenRelease): void {
    changeLabels(tx, facts, this.#fleet.agents);
    const started = plan.flatMap((wave, index) =>
      wave.map((agent): StartedAgent => [index, agent, factsOf(this.#fleet.agents.get(agent.id))]),
    );
    const known = new Map(started.map(([, { id }, agentFacts]) => [id, agentFacts]));
    const rollout = createRollout(terms, plan, (id) => known.get(id) ?? factsOf(undefined), tx.nowMs);
    for (const [, { id, previous }] of started) {
      const record = facts.revertOf === null ? this.#fleet.agents.get(id) : undefined;
      if (facts.reapply && !facts.reapply.relabel)
        this.#releases.keepReapplied(tx, previous, facts.reapply.salt);
      else if (record) keepRender(tx, this.#releases, release, record);
    }
    const begun: RolloutFacts = {
      ...facts,
      begun: { terms, at: tx.nowMs, decisionsBefore: this.#rows.decisions(header.id).length },
      previousReleaseId: this.#releases.current()?.id ?? null,
      previousHashes: [...new Set(started.map(([, { previous }]) => previous).filter((hash) => hash !== ""))],
    };
    const revision = header.revision + 1;
    const held = { ...rollout, header: { ...rollout.header, revision } };
    this.#rows.begin(tx, { facts: begun, header: held.header }, started);
    this.#active = holdRollout(this.#held, begun, held, release);
    this.#advance(tx, this.#active, { kind: "start" });
  }

  command(
    tx: Tx,
    id: RolloutId,
    observation: Extract<Observation, { actor: string } | { kind: "policy" | "confirmation" }>,
  ): void {
    const active = this.#load();
    if (active?.rollout.header.id === id) this.#advance(tx, active, observation);
  }

  /** For what people are told beside the rules. */
  changeFacts(tx: Tx, id: RolloutId, change: Partial<RolloutFacts>): void {
    const active = this.#load();
    if (active?.rollout.header.id !== id) return;
    active.facts = { ...active.facts, ...change };
    this.#rows.save(tx, rowOf(active));
  }

  activeId(): RolloutId | null {
    return this.#load()?.rollout.header.id ?? null;
  }

  active(): RolloutRow | null {
    const active = this.#load();
    return active && rowOf(active);
  }

  /** How the rollouts that there are and were can be read. */
  get reader(): RolloutReader {
    return new RolloutReader(
      this.#held,
      () => this.#load(),
      (id) => this.find(id),
    );
  }

  currentRelease(): OpenRelease | null {
    return this.#releases.current();
  }

  /** Whether the current release gives the agent something else than is wanted of it. */
  wouldGet(agent: AgentRecord): boolean {
    const hash = this.currentHash(agent);
    return hash !== null && (agent.wantedHash === null || hash !== this.#releases.baseOf(agent.wantedHash));
  }

  /** What agents get next by the rollouts that run or wait. */
  comingReleases(): OpenRelease[] {
    const active = this.#load();
    const waiting = this.queue.ids().flatMap((id) => this.queue.find(id)?.facts.releaseId ?? []);
    const current = this.#releases.current();
    const other = [...new Set(waiting)].filter((id) => id !== current?.id && id !== active?.release.id);
    const held = other.flatMap((id) => {
      const kept = this.#releases.find(id);
      return kept && this.#releases.isWhole(id) ? this.#releases.open(kept) : [];
    });
    return active && active.release.id !== current?.id ? [active.release, ...held] : held;
  }

  /** Whether the release has packages for the agent, and would take its files: it keeps what it runs. */
  keepsFiles(release: OpenRelease, agent: AgentRecord): boolean {
    const rendered = renderFor(release, agent);
    return rendered !== null && losesFiles(this.#releases, rendered, agent);
  }

  /** What the current release gives the agent; null = nothing. */
  currentHash(agent: AgentRecord): string | null {
    const current = this.#releases.current();
    const rendered = current && renderFor(current, agent);
    return rendered && !losesFiles(this.#releases, rendered, agent) ? rendered.hash : null;
  }

  /** `hash`: what the current release gives it. */
  runsCurrent(agent: AgentRecord, hash = this.currentHash(agent)): boolean {
    return hash !== null && this.#releases.baseOf(agent.runningHash) === hash;
  }

  /** Answers what a release gives an agent, for many agents; none when the release is not held any more. */
  matcher(): (id: ReleaseId | null, agent: AgentRecord) => KeptAssignment[] {
    const current = this.#releases.current();
    const opened = new Map<ReleaseId, OpenRelease | null>(current ? [[current.id, current]] : []);
    return (id, agent) => {
      if (id === null) return [];
      let release = opened.get(id);
      if (release === undefined) {
        const kept = this.#releases.find(id);
        release = kept && this.#releases.isWhole(id) ? this.#releases.open(kept) : null;
        opened.set(id, release);
      }
      return (release && renderFor(release, agent)?.matched) ?? [];
    };
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
    const row = this.find(progress.rolloutId);
    agent.wantedReleaseId = row && sourceOf(this.#rows, row.facts, agent.id);
    tx.saveAgent(agent);
  }

  onHealth(tx: Tx, agent: AgentRecord): void {
    this.#observe(tx, { kind: "health", agent: agent.id, healthy: agent.healthy });
  }

  onOnline(tx: Tx, agent: AgentRecord, { renewed }: { renewed: boolean }): void {
    const { id, healthy } = agent;
    const again = renewed ? { renewed } : {};
    this.#observe(tx, { kind: "online", agent: id, healthy, canStage: canStage(agent), ...again });
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
    if (active) {
      if (active.checkpointAt !== null && tx.nowMs >= active.checkpointAt) this.#checkpoint(tx, active);
      this.#advance(tx, active, { kind: "tick" });
    }
    this.queue.admit(tx);
  }

  nextDueMs(): number | null {
    const active = this.#load();
    const dues = [active?.rollout.header.dueAt, active?.checkpointAt, this.queue.nextDueMs()];
    const times = dues.filter((due) => typeof due === "number");
    return times.length === 0 ? null : Math.min(...times);
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

  expected(hash: string): Bundle | null {
    return this.#releases.expected(hash);
  }

  dropUnused(tx: Tx): void {
    dropUnused(tx, this.#fleet, this.#rows, this.#releases);
  }

  openOrdered(bundle: ReleaseBundle): OpenRelease {
    return this.#releases.openOrdered(bundle);
  }

  sendable(hash: string): Bundle | null {
    return this.#releases.sendable(hash);
  }

  /** Reads back at once: what an agent said before must be known before its record takes up what it says next. */
  forget(): void {
    this.#active = undefined;
    this.#releases.forget();
    this.queue.forget();
    this.#load();
  }

  #observe(tx: Tx, observation: Extract<Observation, { agent: AgentId }>): void {
    const active = this.#load();
    if (active?.agents.has(observation.agent)) this.#advance(tx, active, observation);
  }

  #advance(tx: Tx, active: Active, observation: Observation): void {
    const before = active.rollout.header;
    if (active.log.hasGap) active.log.restored(tx, snapshotNow(active, this.#rows));
    const step = advance(active.rollout, observation, tx.nowMs);
    if (changesAnything(before, step)) active.log.observed(tx, observation);
    applyStep(active.agents, step);
    active.rollout = { ...active.rollout, header: step.header };
    this.#store(tx, active, step, observation);
    if (active.log.isDirty) active.checkpointAt ??= tx.nowMs + checkpointMs;
    const parts = { fleet: this.#fleet, rows: this.#rows, releases: this.#releases };
    for (const effect of step.effects) performEffect(tx, parts, active, effect);
    this.#rows.appendDecisions(tx, step.header.id, step.decisions);
    const ends = step.effects.some((effect) => effect.kind === "done");
    if (!ends && step.header.revision !== before.revision) this.#rows.save(tx, rowOf(active));
    if (step.changes.size > 0 || step.header.revision !== before.revision) {
      tx.publishRollout(rolloutView(rowOf(active), this.#fleet.scope()));
    }
    if (ends) this.#finish(tx, active);
  }

  #store(tx: Tx, active: Active, step: Step, observation: Observation): void {
    const leaving = observation.kind === "deleted" ? observation.agent : null;
    for (const [id, progress] of step.changes) {
      const record = this.#fleet.agents.get(id);
      if (!record || id === leaving) continue;
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
    if (active.rollout.header.gates.metrics.length > 0) this.#rows.save(tx, rowOf(active));
    active.log.flush(tx);
    active.checkpointAt = null;
  }

  #finish(tx: Tx, active: Active): void {
    this.#active = null;
    endRollout(tx, this.#fleet, this.#rows, this.#releases, active);
    this.queue.admit(tx);
  }

  #load(): Active | null {
    if (this.#active === undefined) {
      this.#active = null;
      this.#active = loadRollout(this.#held, this.#fleet.agents);
    }
    return this.#active;
  }
}

/** An observation that changed nothing need not be kept. */
function changesAnything(before: RolloutHeader, { header, changes, effects, decisions }: Step): boolean {
  if (changes.size + effects.length + decisions.length > 0) return true;
  const keys = Object.keys(header) as (keyof RolloutHeader)[];
  return keys.some((key) => header[key] !== before[key]);
}
