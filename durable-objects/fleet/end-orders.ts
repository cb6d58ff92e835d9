import { sha256Hex } from "../../domain/configs/hash.ts";
import { refuse } from "../../domain/errors.ts";
import { fitting, plural } from "../../domain/plural.ts";
import type { AgentActionPlan } from "../../protocol/api/agent-actions.ts";
import type { EndOrder, Orderer, PlannedActions } from "../../protocol/rpc/agent-actions.ts";
import { chooseAgents } from "./agent-choice.ts";
import { decommission, revokeAgent } from "./agent-orders.ts";
import type { FleetParts } from "./assembly.ts";
import { plannedShown, refuseMoved } from "./relabel.ts";
import type { StoredAgent } from "./store.ts";

/** As many as one order ends: each is a row and an event of one block. */
const maxAgents = 5_000;

/** Whom a revocation or a decommission would reach. Writes nothing. */
export function planEnd({ store }: Pick<FleetParts, "store">, order: EndOrder): PlannedActions {
  const chosen = chooseAgents(store, order.choice);
  const acting = chosen.filter(({ revokedAt }) => revokedAt === null);
  if (acting.length > maxAgents) {
    refuse("validation_failed", `${acting.length} agents are more than one order ends.`, [
      { path: "selector", message: `choose at most ${maxAgents} agents` },
    ]);
  }
  const others = chosen.filter(({ revokedAt }) => revokedAt !== null);
  const ids = acting.map(({ id }) => id);
  const { choice: _, ...how } = order;
  return {
    total: acting.length,
    nothing: others.length,
    runsOther: 0,
    byRollout: false,
    maxUnavailable: null,
    agents: [...acting, ...others].slice(0, plannedShown).map((agent) => planned(agent, order)),
    warnings: warningsOf(acting, order),
    planToken: sha256Hex(JSON.stringify([ids, how])),
    ids,
  };
}

function planned(agent: StoredAgent, order: EndOrder): AgentActionPlan["agents"][number] {
  const { id: agentId, name, revokedAt, decommissioned } = agent;
  const common = { agentId, name, runs: "same", before: {}, after: {} } as const;
  if (revokedAt !== null) {
    return {
      ...common,
      does: "nothing",
      text: `It was ${decommissioned ? "decommissioned" : "revoked"} before`,
    };
  }
  const text =
    order.action === "revoke"
      ? "Its connection and its credential end"
      : order.keepRunning
        ? "It leaves for good; what it runs goes on"
        : "It leaves for good, and stops what it runs";
  return { ...common, does: order.action, text };
}

function warningsOf(agents: readonly StoredAgent[], order: EndOrder): string[] {
  if (order.action === "revoke" || order.keepRunning) return [];
  const untold = agents.filter(({ own, connectedAt }) => !own || connectedAt === null).length;
  if (untold === 0) return [];
  const they = fitting(
    untold,
    "goes on running what it runs: it is",
    "go on running what they run: they are",
  );
  return [`${plural(untold, "agent")} ${they} offline, or no agent of Muster's own.`];
}

/** All of them in one block. */
export function endAgents(
  parts: FleetParts,
  order: EndOrder & { planToken: string },
  { actor, name }: Orderer,
): void {
  const { planToken, ...rest } = order;
  const plan = planEnd(parts, rest);
  refuseMoved(plan, planToken);
  parts.commits.commit((tx) => {
    for (const id of plan.ids) {
      const agent = parts.store.agents.get(id);
      if (!agent) continue;
      if (order.action === "revoke") revokeAgent(tx, parts, agent, actor);
      else {
        const { reason, keepRunning } = order;
        decommission(tx, parts, agent, { reason, by: name, actor, tell: { keepRunning } });
      }
    }
  });
}
