/** Orders as the Fleet object takes them: they wait for a person, their time or each other, start, end, are taken back. */
import { emptyConfigHash } from "../../domain/configs/render.ts";
import { DomainError } from "../../domain/errors.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import type { Candidate, Plan } from "../../domain/rollouts/plan.ts";
import { returnHash } from "../../domain/rollouts/progress.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { reaches, type SimulatedFleet } from "./fleet.ts";
import { type Kept, newWitness, type Pending, type Release } from "./rows.ts";
import { people, targetOf } from "./setup.ts";

/** Within a block: the setup's next order is taken, or refused as the API would. */
export function takeOrder(fleet: SimulatedFleet): void {
  const { rows, engine, setup: world, nowMs } = fleet;
  const index = rows.ordered;
  const setup = world.orders[index];
  if (!setup) return;
  rows.ordered++;
  const revertOf = setup.kind === "revert" ? rows.rollouts.findLastIndex((one) => one.final !== null) : null;
  if (revertOf === -1) return;
  if (setup.onActive === "refuse" && (rows.active !== null || rows.pending.length > 0)) return;
  const approval = engine.approvalFor({ gates: setup.gates, policy: rows.policy });
  const id: RolloutId = `rol_${String(index).padStart(26, "0")}`;
  const startAtMs = setup.startInSeconds === null ? null : nowMs + setup.startInSeconds * 1000;
  const pending: Pending = {
    id,
    setup,
    release: { target: targetOf(index), whom: setup.whom },
    revertOf,
    state: approval?.required ? "awaiting_approval" : "scheduled",
    schedule: { startAtMs, windows: setup.windows },
    approval,
    author: setup.author === null ? null : (people[setup.author] ?? null),
    freezeOverride: null,
  };
  if (planOf(fleet, pending) === null) return;
  rows.pending.push(pending);
  admitPending(fleet);
}

/** null = impossible for the fleet as it is. */
function planOf(fleet: SimulatedFleet, { setup, release, revertOf }: Pending): Plan | null {
  const candidates =
    revertOf === null ? releaseCandidates(fleet, release) : revertCandidates(fleet, revertOf);
  if (revertOf !== null && candidates.length === 0) return null;
  try {
    return fleet.engine.planRollout(candidates, setup.strategy);
  } catch (error) {
    // An engine from a copy of the rules throws that copy's class.
    if (error instanceof DomainError || (error instanceof Error && error.name === "DomainError")) return null;
    throw error;
  }
}

function releaseCandidates(fleet: SimulatedFleet, release: Release): Candidate[] {
  return [...fleet.rows.agents].flatMap(([id, row]) =>
    row.revoked || !reaches(release, row) ? [] : [candidate(fleet, id, release.target)],
  );
}

/** Those that still run what the rollout brought them go to what they ran before it. */
function revertCandidates(fleet: SimulatedFleet, revertOf: number): Candidate[] {
  const reverted = fleet.rows.rollouts[revertOf];
  if (!reverted) return [];
  return reverted.plan.flat().flatMap(({ id, target, previous, change }) => {
    const back = returnHash({ previous });
    const row = fleet.rows.agents.get(id);
    const left = !row || row.revoked || row.running !== target;
    return change === "unchanged" || back === target || left ? [] : [candidate(fleet, id, back)];
  });
}

function candidate(fleet: SimulatedFleet, id: AgentId, target: string): Candidate {
  const row = fleet.row(id);
  const latchedError = row.latched.includes(target) ? "failed before" : null;
  const running = row.running === emptyConfigHash ? "" : row.running;
  return { id, labels: { role: row.label }, target, running, runningReleaseId: null, latchedError };
}

/** Who may start, and what the others wait on. */
export function admission(fleet: SimulatedFleet): ReturnType<typeof fleet.engine.admit> {
  const { active, rows, nowMs } = fleet;
  return fleet.engine.admit({
    pending: rows.pending.map((one) => ({
      id: one.id,
      state: one.state,
      schedule: one.schedule,
      onActive: one.setup.onActive,
      freezeOverridden: one.freezeOverride !== null,
    })),
    active: active && fleet.rollout && { id: active.id, state: fleet.rollout.header.state },
    policy: rows.policy,
    nowMs,
  });
}

/** Within a block: starts whoever may start now. */
export function admitPending(fleet: SimulatedFleet): void {
  if (fleet.isAdmitting) return;
  fleet.isAdmitting = true;
  try {
    while (admitOne(fleet));
  } finally {
    fleet.isAdmitting = false;
  }
}

function admitOne(fleet: SimulatedFleet): boolean {
  const { rows } = fleet;
  if (rows.pending.length === 0) return false;
  const { start, stopActive, dueAtMs } = admission(fleet);
  fleet.admission = { lookedAtMs: fleet.nowMs, atMs: dueAtMs };
  if (start === null) return false;
  if (stopActive !== null) {
    fleet.observe({ kind: "supersede", actor: "usr_a", by: start });
    return fleet.active === null;
  }
  const pending = rows.pending.find(({ id }) => id === start);
  if (!pending) throw new Error(`who may start does not wait: ${start}`);
  rows.pending = rows.pending.filter((one) => one !== pending);
  const plan = planOf(fleet, pending);
  if (plan) begin(fleet, pending, plan);
  return true;
}

function begin(fleet: SimulatedFleet, pending: Pending, plan: Plan): void {
  const { rows, nowMs } = fleet;
  const { id, setup, schedule, freezeOverride } = pending;
  const { strategy, gates, autoRevert } = setup;
  const terms = { id, strategy, gates, autoRevert, schedule, policy: rows.policy, freezeOverride };
  const created = fleet.engine.createRollout(terms, plan, (one) => fleet.factsOf(one), nowMs);
  const kept: Kept = {
    ...pending,
    header: created.header,
    terms,
    plan,
    createdAtMs: nowMs,
    startedIn: fleet.block,
    facts: plan.flat().map((agent) => fleet.factsOf(agent.id)),
    created: created.agents,
    log: [],
    decisions: [],
    final: null,
    originals: new Map(plan.flat().map((agent) => [agent.id, fleet.row(agent.id).running])),
    previous: rows.current,
    relabelled: [],
  };
  rows.rollouts.push(kept);
  rows.active = rows.rollouts.length - 1;
  rows.witness = newWitness(rows.witness.wellSince);
  for (const agent of plan.flat()) {
    const { reported } = fleet.row(agent.id);
    if (reported?.status === "applied" && reported.hash === agent.target)
      rows.witness.appliedAt.set(agent.id, nowMs);
  }
  fleet.hold(created);
  fleet.watch.started(fleet, kept);
  fleet.observe({ kind: "start" });
}

/** Within a block: the rollout has ended; what is current then is brought to those who should have it. */
export function finish(fleet: SimulatedFleet, kept: Kept, { header, agents }: Rollout): void {
  const { rows } = fleet;
  kept.header = header;
  kept.final = [...agents.values()].map(({ state, error }) => ({ state, error }));
  rows.active = null;
  fleet.hold(null);
  const succeeded = header.state === "succeeded";
  if (succeeded) {
    const reverted = kept.revertOf === null ? null : rows.rollouts[kept.revertOf];
    if (!reverted) rows.current = kept.release;
    else if (rows.current === reverted.release) rows.current = reverted.previous;
  }
  for (const id of succeeded ? [...rows.agents.keys()] : kept.relabelled) {
    if (rows.agents.has(id)) fleet.bringCurrent(id);
  }
}

/** Within a block. */
export function approve(fleet: SimulatedFleet, verdict: "approve" | "reject", person: number): void {
  const pending = fleet.rows.pending.find((one) => one.state === "awaiting_approval");
  const who = people[person % people.length];
  if (!pending || !who) return;
  const { id, state, approval, author } = pending;
  const facts = { approval, author: "an author", person: author };
  let said: ReturnType<typeof fleet.engine.decideApproval>;
  try {
    const word = { verdict, name: "a person", person: who, comment: null };
    said = fleet.engine.decideApproval({ header: { id, state }, facts }, word);
  } catch (error) {
    if (error instanceof Error && error.name === "DomainError") return;
    throw error;
  }
  if (!said) return;
  pending.approval = { ...said, at: fleet.nowMs };
  pending.state = "scheduled";
  if (verdict === "reject") fleet.rows.pending = fleet.rows.pending.filter((one) => one !== pending);
  admitPending(fleet);
}
