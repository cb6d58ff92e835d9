import type { EventType } from "../fleets/events.ts";
import type { AgentId } from "../ids.ts";
import { moveCount } from "./counts.ts";
import { headerDue } from "./dues.ts";
import { type AgentProgress, isReached, isUnavailable } from "./progress.ts";
import type {
  AgentEffect,
  Confirmation,
  Decision,
  Effect,
  Rollout,
  RolloutHeader,
  Step,
  Wave,
} from "./rollout.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Due times are rounded up to this grid, so that many soaks that end close together are one wake-up. */
const dueGridMs = 250;

/** One step in the making: a working copy of the header, the agents changed so far, and what is to follow. */
export class Draft {
  readonly nowMs: number;
  readonly header: Writable<RolloutHeader>;
  readonly #rollout: Rollout;
  readonly #changes = new Map<AgentId, AgentProgress>();
  readonly #effects: Effect[] = [];
  readonly #decisions: Decision[] = [];
  #waves: Wave[] | null = null;
  /** In the open wave nobody after the position `from` and before `to` waits: the one at `from` set the cursor back. */
  passed: { from: number; to: number } | null = null;

  constructor(rollout: Rollout, nowMs: number) {
    this.#rollout = rollout;
    this.nowMs = nowMs;
    this.header = { ...rollout.header };
  }

  agent(id: AgentId): AgentProgress | undefined {
    return this.#changes.get(id) ?? this.#rollout.agents.get(id);
  }

  /** The agents of one wave, as they now are. */
  *members(wave: number): Iterable<[AgentId, AgentProgress]> {
    for (const id of this.#rollout.waves[wave] ?? []) {
      const progress = this.agent(id);
      if (progress) yield [id, progress];
    }
  }

  /** One agent of a wave by its position. */
  member(wave: number, position: number): [AgentId, AgentProgress] {
    const id = this.#rollout.waves[wave]?.[position];
    const progress = id === undefined ? undefined : this.agent(id);
    if (id === undefined || !progress) throw new RangeError(`wave ${wave} has no agent at ${position}`);
    return [id, progress];
  }

  /** Changes an agent; a change of `state` moves it between the counters and stamps `since`. */
  set(id: AgentId, before: AgentProgress, change: Partial<AgentProgress>): AgentProgress {
    const moved = change.state !== undefined && change.state !== before.state;
    const after = { ...before, ...change, ...(moved ? { since: this.nowMs } : {}) };
    this.#changes.set(id, after);
    const { header } = this;
    header.unavailable += Number(isUnavailable(after)) - Number(isUnavailable(before));
    const reached = Number(isReached(after)) - Number(isReached(before));
    if (moved) {
      header.totals = moveCount(header.totals, before.state, after.state);
      if (after.wave <= header.wave) header.started = moveCount(header.started, before.state, after.state);
    }
    if (moved || reached !== 0) {
      const wave = this.wave(after.wave);
      const counts = moved ? moveCount(wave.counts, before.state, after.state) : wave.counts;
      this.setWave(after.wave, { counts, reached: wave.reached + reached });
    }
    return after;
  }

  wave(index: number): Wave {
    const wave = this.header.waves[index];
    if (!wave) throw new RangeError(`the rollout has no wave ${index}`);
    return wave;
  }

  /** Started and not yet closed. */
  isOpen(index: number): boolean {
    return index === this.header.wave && this.wave(index).endedAt === null;
  }

  /** The list of waves is copied once a step, however many agents move in it. */
  setWave(index: number, change: Partial<Wave>): void {
    const after = { ...this.wave(index), ...change };
    if (!this.#waves) {
      this.#waves = [...this.header.waves];
      this.header.waves = this.#waves;
    }
    this.#waves[index] = after;
  }

  /** A change of the header that must be durable at once. */
  setHeader(change: Partial<RolloutHeader>): void {
    Object.assign(this.header, change, { revision: this.header.revision + 1 });
  }

  /** The running wave or the rollback has moved on: its deadline starts anew. */
  progress(): void {
    this.header.progressAt = this.nowMs;
  }

  wakeAt(atMs: number): void {
    const due = Math.ceil(atMs / dueGridMs) * dueGridMs;
    if (this.header.dueAt === null || due < this.header.dueAt) this.header.dueAt = due;
  }

  act(kind: AgentEffect["kind"], agents: readonly AgentId[]): void {
    if (agents.length > 0) this.#effects.push({ kind, agents });
  }

  confirm({ id, attempt, gate, phase }: Confirmation, wave: number | null): void {
    this.#effects.push({ kind: "confirm", id, attempt, gate, phase, wave });
  }

  event(type: EventType, summary: string, data: Record<string, unknown> = {}, actor?: string): void {
    this.#effects.push({ kind: "event", type, summary, data, ...(actor === undefined ? {} : { actor }) });
  }

  done(): void {
    this.#effects.push({ kind: "done", state: this.header.state });
  }

  decide(
    wave: number | null,
    judgement: Pick<Decision, "verdict" | "gate" | "text"> & Partial<Pick<Decision, "inputs">>,
  ): void {
    const { verdict, gate, text, inputs = {} } = judgement;
    this.#decisions.push({ atMs: this.nowMs, wave, verdict, gate, text, inputs });
  }

  finish(): Step {
    const due = headerDue(this.header);
    if (due !== null) this.wakeAt(due);
    return {
      header: this.header,
      changes: this.#changes,
      effects: this.#effects,
      decisions: this.#decisions,
    };
  }
}
