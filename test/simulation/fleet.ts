/**
 * The fleet's side, as the Fleet object does it around the pure rules: rows that outlive memory, blocks that commit or
 * leave nothing, effects performed after the commit, what each agent wants, said and was offered, latched failures.
 */
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { AgentFacts } from "../../domain/rollouts/plan.ts";
import { type AgentProgress, type ConfigReport, returnHash } from "../../domain/rollouts/progress.ts";
import type { AgentEffect, Effect, Observation, Rollout, Step } from "../../domain/rollouts/rollout.ts";
import { addAgent, cut, type Frame, type SimulatedAgent } from "./agents.ts";
import type { Engine } from "./engine.ts";
import { admitPending, finish } from "./orders.ts";
import { type Kept, newWitness, type Release, type Row, type Rows } from "./rows.ts";
import { type AgentSetup, hashBefore, type Setup, startMs, targetOf } from "./setup.ts";
import { type Sent, witnessObservation } from "./witness.ts";

/** What the checks of the laws look at after each step. `before.agents` is a copy. */
export interface Seen {
  fleet: SimulatedFleet;
  kept: Kept;
  observation: Observation;
  before: Rollout;
  after: Rollout;
  step: Step;
}

export interface Watch {
  stepped(seen: Seen): void;
  /** A rollout has been let start, by its id; nothing has been observed of it yet. */
  started(fleet: SimulatedFleet, kept: Kept): void;
  /** A config leaves for an agent, within the block that sends it. */
  sends(fleet: SimulatedFleet, sent: Sent): void;
}

/** What an outside system was asked. */
export interface Request {
  rollout: RolloutId;
  id: string;
  attempt: number;
}

export class SimulatedFleet {
  readonly engine: Engine;
  readonly setup: Setup;
  readonly watch: Watch;
  readonly agents: SimulatedAgent[] = [];
  /** Answered ones stay, since an answer may come twice. */
  readonly requests: Request[] = [];
  rows: Rows;
  rollout: Rollout | null = null;
  /** The world's time. The fleet's clock follows it, and never back while memory lasts. */
  wallMs = startMs;
  #clockMs = startMs;
  /** When a pending order may start, as of the last look. */
  admission: { lookedAtMs: number; atMs: number | null } = { lookedAtMs: 0, atMs: null };
  /** So many blocks from now on will fail. */
  failing = 0;
  /** How many blocks were tried. */
  block = 0;
  isAdmitting = false;
  /** The object dies after the next block: what was to be sent is lost, and so is every connection. */
  crashing = false;
  /** Configs that left, in order. */
  readonly sent: Sent[] = [];
  #map = new Map<AgentId, AgentProgress>();
  #queued: (() => void)[] = [];

  constructor(engine: Engine, setup: Setup, watch: Watch) {
    this.engine = engine;
    this.setup = setup;
    this.watch = watch;
    const policy = setup.policies[0] ?? { protected: false, windows: [], freezes: [] };
    const witness = newWitness(new Map());
    this.rows = {
      agents: new Map(),
      pending: [],
      rollouts: [],
      active: null,
      current: null,
      policy,
      ordered: 0,
      witness,
    };
    for (const agent of setup.agents) this.#add(agent);
  }

  #add(setup: AgentSetup): SimulatedAgent {
    const running = setup.current ? targetOf(0) : setup.first ? "" : hashBefore;
    const agent = addAgent(this.agents, setup, running);
    if (setup.connected) this.rows.witness.wellSince.set(agent.id, this.nowMs);
    this.rows.agents.set(agent.id, {
      connected: setup.connected,
      revoked: false,
      healthy: true,
      label: setup.label,
      canStage: setup.canStage,
      wanted: running || null,
      offered: running || null,
      offerOpen: false,
      reported: agent.said,
      running,
      latched: setup.latched && !setup.current ? [targetOf(0)] : [],
      lifted: [],
      progress: null,
      ran: running === "" ? [] : [running],
    });
    return agent;
  }

  get active(): Kept | null {
    return this.rows.active === null ? null : (this.rows.rollouts[this.rows.active] ?? null);
  }

  get nowMs(): number {
    this.#clockMs = Math.max(this.#clockMs, this.wallMs);
    return this.#clockMs;
  }

  /** When the alarm is set for; null = for never. */
  get dueAtMs(): number | null {
    const dues = [this.rollout?.header.dueAt ?? null];
    const { lookedAtMs, atMs } = this.admission;
    if (this.rows.pending.length > 0 && atMs !== null && atMs > lookedAtMs) dues.push(atMs);
    const known = dues.filter((due) => due !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  row(id: AgentId): Row {
    const row = this.rows.agents.get(id);
    if (!row) throw new Error(`no row of ${id}`);
    return row;
  }

  progressOf(id: AgentId): AgentProgress | undefined {
    return this.#map.get(id);
  }

  /** A transaction: all of it is kept and what it queued is then done, or nothing is. False = it failed. */
  commit(block: () => void): boolean {
    const saved = this.failing > 0 ? structuredClone(this.rows) : null;
    this.#queued = [];
    this.block++;
    block();
    const queued = this.#queued;
    this.#queued = [];
    if (saved) {
      this.failing--;
      this.rows = saved;
      this.evict();
      return false;
    }
    if (this.crashing) {
      this.crashing = false;
      for (const agent of this.agents) cut(agent);
      this.evict();
      for (const [agent, row] of this.rows.agents) {
        if (row.connected) this.commit(() => this.heardLeaving(agent));
      }
      return true;
    }
    for (const effect of queued) effect();
    return true;
  }

  /** Memory is lost: what runs is read back from the rows that the engine asked to keep. */
  evict(): void {
    this.#clockMs = this.wallMs;
    // Where the clock has gone back, what was noted by the old one began no later than now.
    for (const times of [this.rows.witness.wellSince, this.rows.witness.appliedAt]) {
      for (const [id, sinceMs] of times) times.set(id, Math.min(sinceMs, this.nowMs));
    }
    this.admission = { lookedAtMs: 0, atMs: this.nowMs };
    const kept = this.active;
    if (!kept) {
      this.hold(null);
      return;
    }
    const stored = (id: AgentId) => {
      const progress = this.rows.agents.get(id)?.progress;
      return progress?.rolloutId === kept.id ? progress : null;
    };
    const facts = (id: AgentId) => this.factsOf(id);
    this.hold(this.engine.restoreRollout(kept.header, kept.plan, facts, stored, this.nowMs));
    if (!this.rollout) return;
    kept.log.push([this.nowMs, { restored: this.engine.snapshotOf(this.rollout, kept.created) }]);
    this.rows.witness.lostReadings = true;
  }

  hold(rollout: Rollout | null): void {
    this.#map = new Map(rollout?.agents);
    this.rollout = rollout && { ...rollout, agents: this.#map };
  }

  factsOf(id: AgentId): AgentFacts {
    const row = this.rows.agents.get(id);
    if (!row) {
      return { connected: false, healthy: null, revoked: true, deleted: true, canStage: false, report: null };
    }
    const { connected, healthy, revoked, canStage, reported: report } = row;
    return { connected, healthy, revoked, deleted: false, canStage, report };
  }

  /** Within a block: one step of the running rollout. */
  observe(observation: Observation): void {
    const kept = this.active;
    if (!kept || !this.rollout) return;
    const places = [...this.rollout.agents.keys()];
    const logged = this.engine.toLogged(observation, (id) => {
      const place = places.indexOf(id);
      return place < 0 ? undefined : place;
    });
    if (logged) kept.log.push([this.nowMs, logged]);
    const before: Rollout = { ...this.rollout, agents: new Map(this.#map) };
    witnessObservation(this, kept, before.header, observation);
    const step = this.engine.advance(this.rollout, observation, this.nowMs);
    this.engine.applyStep(this.#map, step);
    const after: Rollout = { ...this.rollout, header: step.header };
    this.rollout = after;
    this.#store(kept, step);
    kept.decisions.push(...step.decisions);
    for (const effect of step.effects) this.#perform(kept, effect);
    this.watch.stepped({ fleet: this, kept, observation, before, after, step });
    if (step.effects.some((effect) => effect.kind === "done")) {
      finish(this, kept, after);
      admitPending(this);
    }
  }

  #store(kept: Kept, step: Step): void {
    if (step.header.revision !== kept.header.revision) kept.header = step.header;
    for (const [id, progress] of step.changes) {
      const row = this.rows.agents.get(id);
      const stored = row?.progress?.rolloutId === kept.id ? row.progress : null;
      if (row && this.engine.mustStore(progress, stored))
        row.progress = this.engine.toStored(kept.id, progress);
    }
  }

  #perform(kept: Kept, effect: Effect): void {
    switch (effect.kind) {
      case "event":
      case "done":
        return;
      case "confirm": {
        const { id, attempt, phase } = effect;
        if (phase === "rollback") return;
        this.#queued.push(() => this.requests.push({ rollout: kept.id, id, attempt }));
        return;
      }
      default:
        for (const id of effect.agents) this.#move(kept, id, effect.kind);
    }
  }

  #move(kept: Kept, id: AgentId, kind: AgentEffect["kind"]): void {
    const row = this.rows.agents.get(id);
    const progress = this.#map.get(id);
    if (!progress) throw new Error(`an effect names ${id}, which is not in the plan`);
    if (!row) return;
    switch (kind) {
      case "offer":
        row.wanted = progress.target;
        this.offer(id);
        return;
      case "latch":
        if (!row.latched.includes(progress.target)) row.latched.push(progress.target);
        return;
      case "return":
      case "restored":
        row.wanted = returnHash(progress);
        row.latched = row.latched.filter((hash) => hash !== row.wanted);
        if (kind === "return") this.offer(id);
        return;
      case "release":
        row.wanted = null;
        return;
      case "stage":
        this.#send(id, { kind: "stage", hash: progress.target });
        return;
      case "watch":
      case "unwatch":
        this.#send(id, { kind: "watch", gates: kind === "watch" ? kept.setup.gates.metrics.length : 0 });
    }
  }

  /** Within a block: sends what is wanted, unless the agent failed with it, has answered it, or is away. */
  offer(id: AgentId): void {
    const row = this.row(id);
    const hash = row.wanted;
    if (!row.connected || row.revoked || hash === null || row.latched.includes(hash)) return;
    if (row.offered === hash && row.reported?.hash === hash) return;
    row.offered = hash;
    row.offerOpen = true;
    const sent = { agent: id, hash };
    this.watch.sends(this, sent);
    this.#queued.push(() => this.sent.push(sent));
    this.#send(id, { kind: "config", hash });
  }

  #send(id: AgentId, frame: Frame): void {
    this.#queued.push(() => {
      const agent = this.agents.find((one) => one.id === id);
      if (agent?.connected) agent.inbox.push(frame);
    });
  }

  /** Within a block: what the current release gives the agent becomes what is wanted of it, and is offered. */
  bringCurrent(id: AgentId): void {
    const row = this.rows.agents.get(id);
    const { current } = this.rows;
    if (!row || row.revoked || !current || !reaches(current, row) || row.wanted === current.target) return;
    row.wanted = current.target;
    this.offer(id);
  }

  /** Within a block: an agent that was not known before. */
  enrol(setup: AgentSetup): void {
    const agent = this.#add({ ...setup, first: true, current: false, latched: false, connected: true });
    this.bringCurrent(agent.id);
  }

  /** Within a block: what an agent says about its config, in a rollout or out of it. */
  heardStatus(id: AgentId, report: ConfigReport): void {
    const row = this.row(id);
    const { hash, status } = report;
    const answers = row.offerOpen && row.offered === hash && status !== "applying";
    const isRepeated = row.reported?.hash === hash && row.reported.status === status;
    if (isRepeated && !answers) return;
    if (answers) row.offerOpen = false;
    row.reported = report;
    if (status === "failed" && !row.latched.includes(hash)) row.latched.push(hash);
    if (status === "applied") {
      row.latched = row.latched.filter((one) => one !== hash);
      row.running = hash;
      if (!row.ran.includes(hash)) row.ran.push(hash);
    }
    if (this.#map.has(id)) this.observe({ kind: "status", agent: id, ...report, error: "it broke" });
    else if (status !== "applied") return;
    else if (row.wanted === null && row.progress?.target === hash) row.wanted = hash;
    else if (row.wanted !== null && row.wanted !== hash) this.offer(id);
  }

  /** Within a block. */
  heardHealth(id: AgentId, healthy: boolean): void {
    const row = this.row(id);
    row.healthy = healthy;
    this.#noteWell(id, row);
    if (this.#map.has(id)) this.observe({ kind: "health", agent: id, healthy });
  }

  /** Within a block. */
  heardLeaving(id: AgentId): void {
    const row = this.row(id);
    row.connected = false;
    this.#noteWell(id, row);
    if (this.#map.has(id)) this.observe({ kind: "offline", agent: id });
  }

  /** Within a block: it dialled, says how it is and what it last made of a config, and gets what is wanted. */
  heardReturning({ id, healthy, said }: SimulatedAgent): void {
    const row = this.row(id);
    row.connected = true;
    row.healthy = healthy;
    this.#noteWell(id, row);
    if (this.#map.has(id)) this.observe({ kind: "online", agent: id, healthy, canStage: row.canStage });
    if (said) this.heardStatus(id, said);
    const { wanted, reported } = row;
    if (wanted !== null && (reported?.hash !== wanted || reported.status !== "applied")) this.offer(id);
  }

  #noteWell(id: AgentId, row: Row): void {
    const { wellSince } = this.rows.witness;
    if (!row.connected || !row.healthy) wellSince.delete(id);
    else if (!wellSince.has(id)) wellSince.set(id, this.nowMs);
  }
}

export function reaches(release: Release, row: Row): boolean {
  return release.whom === "all" || release.whom === row.label;
}
