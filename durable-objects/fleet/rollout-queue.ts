import { DomainError, refuse } from "../../domain/errors.ts";
import type { Reapply } from "../../domain/fleets/drift.ts";
import type { EventType } from "../../domain/fleets/events.ts";
import type { ReleaseId, RolloutId } from "../../domain/ids.ts";
import { plural } from "../../domain/plural.ts";
import { type Admission, admit, type PendingRollout } from "../../domain/rollouts/admission.ts";
import type { ApprovalFacts } from "../../domain/rollouts/approval.ts";
import { agents } from "../../domain/rollouts/gates.ts";
import { createPending, type Plan, type RolloutTerms } from "../../domain/rollouts/plan.ts";
import { openPolicy, type Policy } from "../../domain/rollouts/policy.ts";
import type { Decision, Observation, RolloutHeader, Strategy } from "../../domain/rollouts/rollout.ts";
import type { RolloutState } from "../../domain/rollouts/states.ts";
import type { RolloutOrder } from "../../protocol/rpc/fleet.ts";
import { ToldSetting } from "./kept-setting.ts";
import type { OpenRelease } from "./open-release.ts";
import type { FleetContext, Tx } from "./parts.ts";
import type { Releases } from "./releases.ts";
import { basisOf, refuseIfUndoing } from "./rollout-basis.ts";
import { dropUnused } from "./rollout-end.ts";
import { type PlannedRelease, planRelease } from "./rollout-plan.ts";
import { planReapply } from "./rollout-reapply.ts";
import { planRevert } from "./rollout-revert.ts";
import type { RolloutFacts, RolloutRow, RolloutRows } from "./rollout-rows.ts";
import { type StartTerms, startingBefore, waitsUntilMs } from "./rollout-start-times.ts";
import { rolloutView } from "./rollout-view.ts";

export const maxPending = 20;

/** What carries a rollout out once it may start. */
export interface Starter {
  active(): RolloutRow | null;
  begin(tx: Tx, row: RolloutRow, terms: RolloutTerms, plan: Plan, release: OpenRelease): void;
  command(
    tx: Tx,
    id: RolloutId,
    observation: Extract<Observation, { actor: string } | { kind: "policy" | "confirmation" }>,
  ): void;
}

export interface Planned extends PlannedRelease {
  release: OpenRelease;
}

/** Rollouts that wait for a person, their time or another rollout. `domain/rollouts/admission.ts` says who may start. */
export class RolloutQueue {
  readonly #fleet: FleetContext;
  readonly #rows: RolloutRows;
  readonly #releases: Releases;
  readonly #starter: Starter;
  /** In the order in which they were taken. */
  #pending: Map<RolloutId, RolloutRow> | undefined;
  /** What the fleet's environment asks of every rollout. */
  readonly #policy: ToldSetting<{ policy: Policy; revision: number }>;
  /** When the next of them may start, as of the last look; null = not looked since memory was lost. */
  #due: { lookedAtMs: number; atMs: number | null } | null = null;
  #isAdmitting = false;

  constructor(fleet: FleetContext, sql: SqlStorage, rows: RolloutRows, releases: Releases, starter: Starter) {
    this.#fleet = fleet;
    this.#policy = new ToldSetting(sql, "policy", { policy: openPolicy, revision: -1 });
    this.#rows = rows;
    this.#releases = releases;
    this.#starter = starter;
  }

  forget(): void {
    this.#pending = undefined;
    this.#policy.forget();
    this.#due = null;
  }

  /** With the reason why it still waits. */
  find(id: RolloutId): RolloutRow | null {
    const row = this.#load().get(id);
    if (!row) return null;
    return { ...row, header: { ...row.header, reason: this.#admission(Date.now()).reasonOf(id) } };
  }

  /** What it waits on, and until when at least; null = it waits on nothing, or not here. */
  waitOf(id: RolloutId, nowMs: number): { reason: string; untilMs: number | null } | null {
    const row = this.#load().get(id);
    const reason = row ? this.#admission(nowMs).reasonOf(id) : null;
    if (!row || reason === null) return null;
    const startsAtMs = waitsUntilMs(nowMs, row.facts, this.#policy.get().policy);
    return { reason, untilMs: startsAtMs !== null && startsAtMs > nowMs ? startsAtMs : null };
  }

  get size(): number {
    return this.#load().size;
  }

  ids(): RolloutId[] {
    return [...this.#load().keys()];
  }

  /**
   * What was not startable when it was looked at last does not become so by the same due time. What became so while
   * memory was lost is due at once.
   */
  nextDueMs(): number | null {
    if (this.size === 0) return null;
    if (!this.#due) {
      const nowMs = Date.now();
      const { start, dueAtMs } = this.#admission(nowMs);
      this.#due = { lookedAtMs: 0, atMs: start === null ? dueAtMs : nowMs };
    }
    const { lookedAtMs, atMs } = this.#due;
    return atMs !== null && atMs > lookedAtMs ? atMs : null;
  }

  /** What the environment asks from now on. One of a revision that is known, or of a lower one, changes nothing. */
  setPolicy(tx: Tx, policy: Policy, revision: number): void {
    if (!this.#policy.learn(tx, { policy, revision })) return;
    const active = this.#starter.active();
    if (active) this.#starter.command(tx, active.header.id, { kind: "policy", policy });
    this.admit(tx);
  }

  /** One that waits, and would start before or with a new one of these terms. */
  startingBefore(nowMs: number, terms: StartTerms): RolloutId | null {
    return startingBefore(this.#load().values(), nowMs, terms);
  }

  /**
   * The plan for the fleet as it is.
   * @throws DomainError
   */
  plan(
    release: OpenRelease,
    { revertOf, reapply }: { revertOf: RolloutId | null; reapply: Reapply | null },
    strategy: Strategy,
  ): Planned {
    const { agents: records } = this.#fleet;
    if (reapply) return { release, ...planReapply(reapply, release, this.#releases, records, strategy) };
    if (revertOf === null) {
      return { release, ...planRelease(release, this.#releases, records.values(), strategy) };
    }
    const active = this.#starter.active();
    const reverted =
      active?.header.id === revertOf ? active : (this.#load().get(revertOf) ?? this.#rows.find(revertOf));
    if (!reverted) refuse("not_found", `There is no rollout ${revertOf} in this fleet any more`);
    return { release, ...planRevert(reverted, this.#rows, this.#releases, records, strategy) };
  }

  /** Takes the order, and starts it at once if it may. `planned`: for the fleet as it is. */
  add(tx: Tx, order: RolloutOrder, approval: ApprovalFacts | null, planned: Planned): void {
    this.#releases.keep(tx, order.release);
    const facts: RolloutFacts = {
      releaseId: order.release.id,
      releaseNumber: order.release.number,
      message: order.message,
      author: order.author,
      actor: order.actor,
      person: order.person,
      createdAt: tx.nowMs,
      revertOf: order.revertOf,
      reapply: order.reapply ?? null,
      schedule: order.schedule,
      onActive: order.onActive,
      approval,
      freezeOverride:
        order.overrideFreeze === null
          ? null
          : { actor: order.actor, by: order.author, reason: order.overrideFreeze, at: tx.nowMs },
      begun: null,
      ordered: { agents: planned.plan.flat().length, waves: planned.plan.length },
      basis: order.revertOf === null ? basisOf(this.#releases.current()) : null,
      previousReleaseId: null,
      madeCurrent: null,
      previousHashes: [],
      relabelled: [],
    };
    const state = approval?.required ? "awaiting_approval" : "scheduled";
    const { header } = createPending(this.#termsOf(order.id, order, facts), state, tx.nowMs);
    const row: RolloutRow = { facts, header };
    this.#rows.insert(tx, row);
    this.#load().set(order.id, row);
    if (facts.freezeOverride) this.#decide(tx, order.id, overrideDecision(facts.freezeOverride));
    this.admit(tx, { id: order.id, planned });
    const waiting = this.find(order.id);
    if (!waiting) return;
    this.#tell(
      tx,
      waiting,
      "rollout.scheduled",
      `Taken: ${waiting.header.reason ?? "it starts in its turn"}`,
    );
  }

  /** An approval or the override of a freeze: kept, told, and acted upon at once. */
  change(
    tx: Tx,
    id: RolloutId,
    change: { facts: Partial<RolloutFacts>; state?: RolloutState },
    told: { type: EventType; summary: string; actor: string },
    decision: Decision,
  ): void {
    const row = this.#load().get(id);
    if (!row) return;
    const { header } = row;
    const next: RolloutRow = {
      facts: { ...row.facts, ...change.facts },
      header: { ...header, state: change.state ?? header.state, revision: header.revision + 1 },
    };
    this.#load().set(id, next);
    this.#rows.save(tx, next);
    this.#decide(tx, id, decision);
    this.#tell(tx, next, told.type, told.summary, told.actor);
    this.admit(tx);
  }

  /** It ends without having started. */
  end(
    tx: Tx,
    id: RolloutId,
    state: "cancelled" | "failed",
    told: { reason: string; actor?: string; facts?: Partial<RolloutFacts> },
    decision: Decision,
  ): void {
    const row = this.#load().get(id);
    if (!row) return;
    this.#load().delete(id);
    const header: RolloutHeader = {
      ...row.header,
      state,
      reason: told.reason,
      aborted: state === "cancelled",
      endedAt: tx.nowMs,
      dueAt: null,
      revision: row.header.revision + 1,
    };
    const ended: RolloutRow = { facts: { ...row.facts, ...told.facts }, header };
    this.#rows.close(tx, ended, []);
    this.#decide(tx, id, decision);
    this.#tell(
      tx,
      ended,
      state === "failed" ? "rollout.failed" : "rollout.cancelled",
      told.reason,
      told.actor,
    );
    dropUnused(tx, this.#fleet, this.#rows, this.#releases);
  }

  /** Starts whoever may start now. Cheap when nobody waits. `fresh`: a plan that was made in this very block. */
  admit(tx: Tx, fresh?: { id: RolloutId; planned: Planned }): void {
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    try {
      while (this.size > 0) {
        const { start, stopActive, dueAtMs } = this.#admission(tx.nowMs);
        this.#due = { lookedAtMs: tx.nowMs, atMs: dueAtMs };
        if (stopActive !== null) {
          this.#supersede(tx, stopActive, start);
          if (this.#starter.active() !== null) return;
        } else if (start === null) {
          return;
        } else {
          this.#start(tx, start, fresh?.id === start ? fresh.planned : null);
        }
      }
    } finally {
      this.#isAdmitting = false;
    }
  }

  #start(tx: Tx, id: RolloutId, fresh: Planned | null): void {
    const row = this.#load().get(id);
    if (!row) return;
    const { facts, header } = row;
    let planned: Planned;
    try {
      if (!fresh) refuseIfUndoing(facts, this.#releases);
      planned = fresh ?? this.plan(this.#releaseOf(facts.releaseId), facts, header.strategy);
      if (planned.refusal) throw new DomainError(planned.refusal);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const reason = `It could not start: ${error.refusal.detail}`;
      this.end(tx, id, "failed", { reason }, planDecision(tx, "fail", reason, {}));
      return;
    }
    this.#load().delete(id);
    const now = { agents: planned.plan.flat().length, waves: planned.plan.length };
    if (now.agents !== facts.ordered.agents || now.waves !== facts.ordered.waves) {
      const text = `The plan was made anew: ${sizeText(now)} at the start, ${sizeText(facts.ordered)} when it was ordered`;
      this.#decide(
        tx,
        id,
        planDecision(tx, "info", text, {
          ...now,
          agentsThen: facts.ordered.agents,
          wavesThen: facts.ordered.waves,
        }),
      );
    }
    const begun = { ...row, facts: { ...facts, basis: null } };
    this.#starter.begin(tx, begun, this.#termsOf(id, header, facts), planned.plan, planned.release);
  }

  #supersede(tx: Tx, id: RolloutId, by: RolloutId | null): void {
    const row = by === null ? undefined : this.#load().get(by);
    if (row) this.#starter.command(tx, id, { kind: "supersede", actor: row.facts.actor, by: row.header.id });
  }

  #admission(nowMs: number): Admission {
    const active = this.#starter.active();
    const pending = [...this.#load().values()].map(
      ({ facts, header }): PendingRollout => ({
        id: header.id,
        state: header.state === "awaiting_approval" ? "awaiting_approval" : "scheduled",
        schedule: facts.schedule,
        onActive: facts.onActive,
        freezeOverridden: facts.freezeOverride !== null,
      }),
    );
    return admit({
      pending,
      active: active && { id: active.header.id, state: active.header.state },
      policy: this.#policy.get().policy,
      nowMs,
    });
  }

  #termsOf(
    id: RolloutId,
    { strategy, gates, autoRevert }: Pick<RolloutHeader, "strategy" | "gates" | "autoRevert">,
    { schedule, freezeOverride }: RolloutFacts,
  ): RolloutTerms {
    const { policy } = this.#policy.get();
    const override = freezeOverride && { actor: freezeOverride.actor, reason: freezeOverride.reason };
    return { id, strategy, gates, autoRevert, schedule, policy, freezeOverride: override };
  }

  #releaseOf(id: ReleaseId): OpenRelease {
    const kept = this.#releases.find(id);
    if (!kept) throw new Error(`The release ${id} of a pending rollout is not held`);
    return this.#releases.open(kept);
  }

  #decide(tx: Tx, id: RolloutId, decision: Decision): void {
    this.#rows.appendDecisions(tx, id, [decision]);
  }

  #tell(tx: Tx, row: RolloutRow, type: EventType, summary: string, actor?: string): void {
    const rollout = rolloutView(row, this.#fleet.scope());
    tx.event({
      type,
      rolloutId: row.header.id,
      summary,
      rollout,
      ...(actor === undefined ? {} : { actor }),
    });
    tx.publishRollout(rollout);
  }

  #load(): Map<RolloutId, RolloutRow> {
    this.#pending ??= new Map(this.#rows.findPending().map((row) => [row.header.id, row]));
    return this.#pending;
  }
}

const sizeText = ({ agents: count, waves }: { agents: number; waves: number }) =>
  `${agents(count)} in ${plural(waves, "wave")}`;

function planDecision(
  tx: Tx,
  verdict: Decision["verdict"],
  text: string,
  inputs: Decision["inputs"],
): Decision {
  return { atMs: tx.nowMs, wave: null, verdict, gate: "plan", text, inputs };
}

export function overrideDecision({ by, reason, at }: NonNullable<RolloutFacts["freezeOverride"]>): Decision {
  const text = `${by} let the rollout go on in a freeze: ${reason}`;
  return { atMs: at, wave: null, verdict: "pass", gate: "freeze", text, inputs: { by, reason } };
}
