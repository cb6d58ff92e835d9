import { type DriftPolicy, nextRepairMs } from "../../domain/fleets/drift.ts";
import { makeId } from "../../domain/ids.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { Compared } from "./drift-comparison.ts";
import type { RepairOrder } from "./drift-policy.ts";
import type { Tx } from "./parts.ts";
import type { RolloutRunner } from "./rollout-runner.ts";
import type { StoredAgent } from "./store.ts";

type RepairPolicy = Exclude<DriftPolicy, "tell">;

/** As many as one order names. */
const agentsAtOnce = 1_000;

export interface Drifted {
  rollouts: Pick<RolloutRunner, "runsCurrent">;
  compare: (agent: StoredAgent) => Compared;
  /** All that drifted, the longest first. */
  agents: readonly StoredAgent[];
}

/** Why this agent can not be given its files anew; null = it can. */
export function whyNotReapplied({ rollouts }: Pick<Drifted, "rollouts">, agent: StoredAgent): string | null {
  if (!agent.drift) return "it runs the files that it was given";
  if (agent.connectedAt === null) return "it is offline";
  if (!hasCapability(agent.capabilities, "AcceptsRemoteConfig")) return "it does not accept remote config";
  if (agent.wantedHash !== agent.runningHash) return "another config is on its way to it";
  return rollouts.runsCurrent(agent)
    ? null
    : "it runs something other than the current release gives it: roll that release out first";
}

/** Why what this agent has can not become a version; null = it can. */
export function whyNotAccepted(drifted: Drifted, agent: StoredAgent): string | null {
  const reason = whyNotReapplied(drifted, agent);
  if (reason !== null) return reason;
  const missing = agent.drift?.files.find(({ change }) => change === "missing");
  if (missing) return `${missing.name} is missing, and no version can be made of that`;
  return drifted.compare(agent).comparison === "own_form"
    ? "it reports its config in a form of its own, which is no version of what it was given"
    : null;
}

/** As `whyNotAccepted`; by itself, the fleet also does not choose between agents that disagree. */
export function whyNotRepaired(drifted: Drifted, agent: StoredAgent, policy: RepairPolicy): string | null {
  if (policy === "reapply") return whyNotReapplied(drifted, agent);
  const reason = whyNotAccepted(drifted, agent);
  if (reason !== null) return reason;
  const names = new Set(agent.drift?.files.map(({ name }) => name));
  const isOther = drifted.agents.some(
    (one) =>
      one.id !== agent.id &&
      one.drift?.effective !== agent.drift?.effective &&
      one.drift?.files.some(({ name }) => names.has(name)),
  );
  // Not by its name: who may see this agent need not see that one.
  return isOther ? "another agent has the same file in another form: accept one of them yourself" : null;
}

/** Whom the policy repairs now, and when it should look again; never = nobody is left whom it may repair. */
export function repairable(
  drifted: Drifted,
  policy: RepairPolicy,
  nowMs: number,
): { due: StoredAgent[]; laterMs: number } {
  const due: StoredAgent[] = [];
  let laterMs = Number.POSITIVE_INFINITY;
  for (const agent of drifted.agents) {
    const atMs = agent.drift ? nextRepairMs(agent.drift.since, agent.repairs ?? null) : null;
    if (atMs === null) continue;
    const isFull = due.length === (policy === "accept" ? 1 : agentsAtOnce);
    if (atMs > nowMs || isFull) laterMs = Math.min(laterMs, atMs);
    else if (whyNotRepaired(drifted, agent, policy) === null) due.push(agent);
  }
  return { due, laterMs };
}

/** Asks the outside for the rollout. Each order counts as a repair, whatever becomes of it. */
export function orderRepair(
  tx: Tx,
  scope: FleetScope,
  policy: RepairPolicy,
  agents: readonly StoredAgent[],
): RepairOrder {
  const rolloutId = makeId("rollout", tx.nowMs, crypto.getRandomValues(new Uint8Array(10)));
  for (const agent of agents) {
    agent.repairs = { count: (agent.repairs?.count ?? 0) + 1, lastAt: tx.nowMs };
    tx.saveAgent(agent);
  }
  const order = { rolloutId, policy, agents: agents.map(({ id }) => id), at: tx.nowMs };
  tx.outbox({ kind: "drift", key: rolloutId, scope, rolloutId, policy, agents: order.agents });
  return order;
}
