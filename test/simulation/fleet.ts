/**
 * A small fleet around the pure rollout engine: agents that fail, hang, fall silent, sicken, drop and return; a wire that
 * keeps the order of one connection and loses what is under way when it breaks. The fleet's side does what the Fleet
 * object does: it keeps what each agent wants, reported and was offered, latches failures, and offers what is wanted
 * to an agent that returns with something else.
 */
import { emptyConfigHash } from "../../domain/configs/render.ts";
import type { AgentId } from "../../domain/ids.ts";
import { advance, applyStep } from "../../domain/rollouts/advance.ts";
import {
  type AgentFacts,
  type Candidate,
  createRollout,
  type Plan,
  planRollout,
} from "../../domain/rollouts/plan.ts";
import {
  type AgentProgress,
  type ConfigReport,
  returnHash,
  type StoredProgress,
} from "../../domain/rollouts/progress.ts";
import { mustStore, restoreRollout, toStored } from "../../domain/rollouts/restore.ts";
import type {
  Effect,
  Gates,
  Observation,
  Rollout,
  RolloutHeader,
  Step,
  Strategy,
} from "../../domain/rollouts/rollout.ts";

export const target = "hash-of-the-candidate";
export const before = "hash-of-what-ran-before";

export type Behaviour =
  | "applies"
  | "fails"
  | "hangs"
  | "is-silent"
  | "sickens"
  | "restores-itself"
  | "refuses-return";

export interface SimulatedAgent {
  id: AgentId;
  behaviour: Behaviour;
  connected: boolean;
  revoked: boolean;
  healthy: boolean;
  /** What the process really runs. */
  running: string;
  said: ConfigReport | null;
  /** Config offers on their way to it, then what it says, in order; both are lost when the connection breaks. */
  inbox: string[];
  outbox: ({ status: ConfigReport } | { healthy: boolean })[];
}

/** The agent's row in the fleet. */
interface Row {
  wanted: string | null;
  offered: string | null;
  reported: ConfigReport | null;
  latched: Set<string>;
  progress: StoredProgress | null;
}

export interface Setup {
  agents: { behaviour: Behaviour; connected: boolean; first: boolean; latched: boolean; current: boolean }[];
  strategy: Strategy;
  gates: Gates;
  autoRevert: boolean;
}

export class SimulatedFleet {
  nowMs = 1_000_000;
  tickSeconds: number | null = null;
  rollout: Rollout;
  readonly agents: SimulatedAgent[];
  readonly rows = new Map<AgentId, Row>();
  readonly steps: { observation: Observation; before: RolloutHeader; step: Step }[] = [];
  /** Every candidate frame sent, with the time; the proof of law 7 is read off here. */
  readonly candidateFrames: { agent: AgentId; afterAbort: boolean }[] = [];
  readonly original = new Map<AgentId, string>();
  abortAcknowledged = false;
  #map: Map<AgentId, AgentProgress>;
  readonly #plan: Plan;
  #storedHeader: RolloutHeader;
  readonly #onStep: (fleet: SimulatedFleet, observation: Observation, before: Rollout, step: Step) => void;

  constructor(
    setup: Setup,
    onStep: (fleet: SimulatedFleet, observation: Observation, before: Rollout, step: Step) => void,
  ) {
    this.#onStep = onStep;
    this.agents = setup.agents.map((agent, index) => {
      const running = agent.current ? target : agent.first ? "" : before;
      const id: AgentId = `agt_${String(index).padStart(26, "0")}`;
      this.original.set(id, running);
      const said: ConfigReport | null = running === "" ? null : { hash: running, status: "applied" };
      this.rows.set(id, {
        wanted: running || null,
        offered: running || null,
        reported: said,
        latched: new Set(agent.latched && !agent.current ? [target] : []),
        progress: null,
      });
      return {
        id,
        behaviour: agent.behaviour,
        connected: agent.connected,
        revoked: false,
        healthy: true,
        running,
        said,
        inbox: [],
        outbox: [],
      };
    });
    const candidates: Candidate[] = this.agents.map((agent) => ({
      id: agent.id,
      target,
      running: agent.running,
      runningReleaseId: null,
      latchedError: this.row(agent.id).latched.has(target) ? "failed before" : null,
    }));
    this.#plan = planRollout(candidates, setup.strategy);
    const created = createRollout(
      { id: "rol_00000000000000000000000000", ...setup },
      this.#plan,
      (id) => this.#facts(id),
      this.nowMs,
    );
    this.#storedHeader = created.header;
    this.#map = new Map(created.agents);
    this.rollout = { ...created, agents: this.#map };
  }

  #facts(id: AgentId): AgentFacts {
    const { connected, revoked } = this.agent(id);
    const known = this.#map?.get(id);
    return { connected, revoked, healthy: known ? known.healthy : true, report: this.row(id).reported };
  }

  /** Memory is lost: the rollout is read back from the rows that the engine asked to keep. */
  evict(): void {
    const restored = restoreRollout(
      this.#storedHeader,
      this.#plan,
      (id) => this.#facts(id),
      (id) => this.row(id).progress,
      this.nowMs,
    );
    this.#map = new Map(restored.agents);
    this.rollout = { ...restored, agents: this.#map };
  }

  #store(step: Step): void {
    if (step.header.revision !== this.#storedHeader.revision) this.#storedHeader = step.header;
    for (const [id, progress] of step.changes) {
      const row = this.row(id);
      if (mustStore(progress, row.progress)) row.progress = toStored(step.header.id, progress);
    }
  }

  agent(id: AgentId): SimulatedAgent {
    const agent = this.agents.find((one) => one.id === id);
    if (!agent) throw new Error(`no agent ${id}`);
    return agent;
  }

  row(id: AgentId): Row {
    const row = this.rows.get(id);
    if (!row) throw new Error(`no row of ${id}`);
    return row;
  }

  observe(observation: Observation): void {
    const before: Rollout = { ...this.rollout, agents: new Map(this.#map) };
    const step = advance(this.rollout, observation, this.nowMs);
    applyStep(this.#map, step);
    this.#store(step);
    this.rollout = { ...this.rollout, header: step.header };
    this.steps.push({ observation, before: before.header, step });
    if (observation.kind === "abort" && step.header.aborted) this.abortAcknowledged = true;
    for (const effect of step.effects) this.#perform(effect);
    this.#onStep(this, observation, before, step);
  }

  #perform(effect: Effect): void {
    if (effect.kind === "event" || effect.kind === "done" || effect.kind === "confirm") return;
    for (const id of effect.agents) {
      const row = this.row(id);
      const progress = this.#map.get(id);
      if (!progress) throw new Error(`an effect names ${id}, which is not in the plan`);
      switch (effect.kind) {
        case "offer":
          row.wanted = progress.target;
          break;
        case "return":
        case "restored":
          row.wanted = returnHash(progress);
          break;
        case "release":
          row.wanted = null;
      }
      if (effect.kind === "offer" || effect.kind === "return") this.#offer(id);
    }
  }

  /** As `Tx.offer`. */
  #offer(id: AgentId): void {
    const agent = this.agent(id);
    const row = this.row(id);
    if (!agent.connected || agent.revoked || row.wanted === null || row.latched.has(row.wanted)) return;
    if (row.offered === row.wanted && row.reported?.hash === row.wanted) return;
    row.offered = row.wanted;
    if (row.wanted === target) this.candidateFrames.push({ agent: id, afterAbort: this.abortAcknowledged });
    agent.inbox.push(row.wanted);
  }

  /** The agent takes the next frame from the wire and does as it is. */
  deliverFrame(agent: SimulatedAgent): void {
    const hash = agent.inbox.shift();
    if (hash === undefined || !agent.connected) return;
    const say = (report: ConfigReport) => {
      agent.said = report;
      agent.outbox.push({ status: report });
    };
    const take = () => {
      agent.running = hash === emptyConfigHash ? "" : hash;
      say({ hash, status: "applied" });
    };
    if (hash !== target) {
      if (agent.behaviour === "refuses-return") {
        say({ hash, status: "failed" });
        return;
      }
      take();
      if (!agent.healthy) {
        agent.healthy = true;
        agent.outbox.push({ healthy: true });
      }
      return;
    }
    switch (agent.behaviour) {
      case "applies":
      case "refuses-return":
        say({ hash, status: "applying" });
        take();
        return;
      case "sickens":
        take();
        agent.healthy = false;
        agent.outbox.push({ healthy: false });
        return;
      case "fails":
        say({ hash, status: "applying" });
        say({ hash, status: "failed" });
        return;
      case "restores-itself":
        say({ hash, status: "applying" });
        say({ hash, status: "failed" });
        if (agent.running !== "") say({ hash: agent.running, status: "applied" });
        return;
      case "hangs":
        say({ hash, status: "applying" });
        return;
      case "is-silent":
        return;
    }
  }

  /** The fleet takes the next thing that the agent said. `copies` > 1: the network or the agent repeats itself. */
  deliverWord(agent: SimulatedAgent, copies = 1): void {
    const word = agent.outbox.shift();
    if (!word || !agent.connected) return;
    for (let i = 0; i < copies; i++) {
      if ("status" in word) this.#hear(agent.id, word.status);
      else this.observe({ kind: "health", agent: agent.id, healthy: word.healthy });
    }
  }

  #hear(id: AgentId, report: ConfigReport): void {
    const row = this.row(id);
    row.reported = report;
    if (report.status === "failed") row.latched.add(report.hash);
    if (report.status === "applied") row.latched.delete(report.hash);
    this.observe({ kind: "status", agent: id, ...report, error: "it broke" });
  }

  drop(agent: SimulatedAgent): void {
    if (!agent.connected) return;
    agent.connected = false;
    agent.inbox = [];
    agent.outbox = [];
    this.observe({ kind: "offline", agent: agent.id });
  }

  return(agent: SimulatedAgent): void {
    if (agent.connected || agent.revoked) return;
    agent.connected = true;
    this.observe({ kind: "online", agent: agent.id, healthy: agent.healthy });
    if (agent.said) this.#hear(agent.id, agent.said);
    const { wanted, reported } = this.row(agent.id);
    if (wanted !== null && (reported?.hash !== wanted || reported.status !== "applied"))
      this.#offer(agent.id);
  }

  revoke(agent: SimulatedAgent): void {
    agent.revoked = true;
    agent.connected = false;
    agent.inbox = [];
    agent.outbox = [];
    this.observe({ kind: "revoked", agent: agent.id });
  }

  /** Time passes to the next due time, or by `tickSeconds` when runs with different due times are to be compared. */
  tick(): void {
    this.nowMs =
      this.tickSeconds === null
        ? Math.max(this.nowMs, this.rollout.header.dueAt ?? 0)
        : this.nowMs + this.tickSeconds * 1000;
    this.observe({ kind: "tick" });
  }

  passTime(seconds: number): void {
    this.nowMs += seconds * 1000;
  }
}
