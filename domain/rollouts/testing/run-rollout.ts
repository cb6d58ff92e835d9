import type { Labels } from "../../fleets/agent-state.ts";
import type { AgentId } from "../../ids.ts";
import { advance, applyStep } from "../advance.ts";
import { defaultGates } from "../defaults.ts";
import { type AgentFacts, createRollout, planRollout, type RolloutTerms } from "../plan.ts";
import type { AgentProgress, StoredProgress } from "../progress.ts";
import { mustStore, restoreRollout, toStored } from "../restore.ts";
import type {
  AgentEffect,
  Effect,
  Gates,
  Observation,
  Rollout,
  RolloutHeader,
  Step,
  Strategy,
} from "../rollout.ts";
import type { RolloutAgentState } from "../states.ts";

export const agentId = (n: number): AgentId => `agt_${String(n).padStart(26, "0")}`;

const gates: Gates = {
  ...defaultGates,
  soakSeconds: 10,
  maxFailures: 0,
  applyTimeoutSeconds: 60,
  progressDeadlineSeconds: 300,
};

export type TestAgent = Partial<AgentFacts & { running: string; latchedError: string; labels: Labels }>;
export type TestTerms = Partial<Omit<RolloutTerms, "id" | "gates">> & { gates?: Partial<Gates> };

/**
 * A rollout of the release "new", started at time 0, with its rows beside it. Agents are numbered in the order of the
 * plan; `agents` are in the order of their ids. Times are in seconds.
 */
export function start(agents: TestAgent[], terms: TestTerms = {}) {
  const strategy: Strategy = terms.strategy ?? { kind: "all-at-once" };
  const candidates = agents.map((agent, n) => ({
    id: agentId(n),
    labels: agent.labels ?? {},
    target: "new",
    running: agent.running ?? "old",
    runningReleaseId: null,
    latchedError: agent.latchedError ?? null,
  }));
  const order = planRollout(candidates, { kind: "all-at-once" })
    .flat()
    .map((agent) => agent.id);
  const firstFacts = (id: AgentId): AgentFacts => {
    const {
      connected = true,
      healthy = true,
      revoked = false,
      deleted = false,
    } = agents[Number(id.slice(4))] ?? {};
    const { canStage = false, report = null } = agents[Number(id.slice(4))] ?? {};
    return { connected, healthy, revoked, deleted, canStage, report };
  };
  const plan = planRollout(candidates, strategy);
  const id = "rol_00000000000000000000000000";
  const created = createRollout(
    { autoRevert: true, ...terms, id, strategy, gates: { ...gates, ...terms.gates } },
    plan,
    firstFacts,
    0,
  );
  let map = new Map<AgentId, AgentProgress>(created.agents);
  let rollout: Rollout = { ...created, agents: map };
  let nowMs = 0;
  let storedHeader: RolloutHeader = created.header;
  const rows = new Map<AgentId, StoredProgress>();
  const rowsWritten = new Map<AgentId, number>();

  const store = (step: Step) => {
    if (step.header.revision !== storedHeader.revision) storedHeader = step.header;
    for (const [agent, progress] of step.changes) {
      if (progress.deleted) {
        rows.delete(agent);
      } else if (mustStore(progress, rows.get(agent) ?? null)) {
        const row = toStored(id, progress);
        if (JSON.stringify(row) === JSON.stringify(rows.get(agent))) continue;
        rows.set(agent, row);
        rowsWritten.set(agent, (rowsWritten.get(agent) ?? 0) + 1);
      }
    }
  };
  const see = (observation: Observation): Step => {
    const step = advance(rollout, observation, nowMs);
    applyStep(map, step);
    store(step);
    rollout = { ...rollout, header: step.header };
    return step;
  };
  const agent = (n: number) => order[n] as AgentId;
  const first = see({ kind: "start" });
  return {
    first,
    see,
    agent,
    agents: order,
    say: (n: number, status: "applying" | "applied" | "failed", hash = "new") =>
      see({ kind: "status", agent: agent(n), hash, status, error: "line 3" }),
    stage: (n: number, error: string | null = null, hash = "new") =>
      see({ kind: "staged", agent: agent(n), hash, error }),
    offline: (n: number) => see({ kind: "offline", agent: agent(n) }),
    online: (n: number) => see({ kind: "online", agent: agent(n), healthy: true }),
    order: (kind: "pause" | "resume" | "promote" | "abort") => see({ kind, actor: "usr_a", name: "Ada" }),
    wait(seconds: number) {
      nowMs += seconds * 1000;
      return see({ kind: "tick" });
    },
    pass(seconds: number) {
      nowMs += seconds * 1000;
    },
    /** Each tick when it is due, until nothing is or the time is over; answers the steps. */
    runFor(seconds: number): Step[] {
      const endMs = nowMs + seconds * 1000;
      const steps: Step[] = [];
      for (let due = rollout.header.dueAt; due !== null && due <= endMs; due = rollout.header.dueAt) {
        nowMs = Math.max(nowMs, due);
        steps.push(see({ kind: "tick" }));
        if (steps.length > 5_000) throw new Error("the rollout is due without end");
      }
      nowMs = endMs;
      return steps;
    },
    /** Memory is lost: it goes on from rows alone. */
    evict() {
      const known = map;
      const restored = restoreRollout(
        JSON.parse(JSON.stringify(storedHeader)),
        plan,
        (one) => known.get(one) ?? firstFacts(one),
        (one) => rows.get(one) ?? null,
        nowMs,
      );
      map = new Map(restored.agents);
      rollout = { ...restored, agents: map };
    },
    get header() {
      return rollout.header;
    },
    get nowMs() {
      return nowMs;
    },
    rowsWritten: (n: number) => rowsWritten.get(agent(n)) ?? 0,
    states: (): RolloutAgentState[] => order.map((one) => (map.get(one) as AgentProgress).state),
    progress: (n: number) => map.get(agent(n)) as AgentProgress,
  };
}

export const moved = (step: Step, kind: AgentEffect["kind"]) =>
  step.effects.flatMap((effect) => (effect.kind === kind ? effect.agents : []));
export const events = (step: Step) =>
  step.effects.flatMap((effect) => (effect.kind === "event" ? [effect.type] : []));
export const confirms = (step: Step) =>
  step.effects.filter((effect): effect is Extract<Effect, { kind: "confirm" }> => effect.kind === "confirm");
