import { sha256Hex } from "../../domain/configs/hash.ts";
import { refuse } from "../../domain/errors.ts";
import type { AgentId, RestartId } from "../../domain/ids.ts";
import { parsePercent } from "../../domain/rollouts/gates.ts";
import { labelMatcher } from "../../domain/tenancy/label-filter.ts";
import type { AgentActionPlan, AgentRestart } from "../../protocol/api/agent-actions.ts";
import type {
  Orderer,
  PlannedActions,
  RestartOrder,
  RestartSight,
} from "../../protocol/rpc/agent-actions.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { chooseAgents } from "./agent-choice.ts";
import type { FleetParts } from "./assembly.ts";
import { plannedShown, refuseMoved } from "./relabel.ts";
import type { Restart } from "./restart-rows.ts";
import { whyNot } from "./restarts.ts";

type Parts = Pick<FleetParts, "commits" | "restarts" | "store">;

/** As many as one restart takes on: its plan is one row. */
const maxAgents = 5_000;

/** Whom a restart would reach. Writes nothing. */
export function planRestart({ store }: Parts, order: RestartOrder): PlannedActions {
  const planned = chooseAgents(store, order.choice).map((agent): AgentActionPlan["agents"][number] => {
    const reason = whyNot(agent);
    return {
      agentId: agent.id,
      name: agent.name,
      does: reason === null ? "restart" : "nothing",
      text: reason === null ? "It is told to restart what it runs" : `It is left alone: ${reason}`,
      runs: "same",
      before: {},
      after: {},
    };
  });
  const acting = planned.filter(({ does }) => does === "restart");
  if (acting.length > maxAgents) {
    refuse("validation_failed", `${acting.length} agents are more than one restart takes on.`, [
      { path: "selector", message: `choose at most ${maxAgents} agents` },
    ]);
  }
  const others = planned.filter(({ does }) => does === "nothing");
  const atOnce = countOf(order.maxUnavailable, acting.length);
  // These ids are the store's own.
  const ids = acting.map(({ agentId }) => agentId) as PlannedActions["ids"];
  return {
    total: acting.length,
    nothing: others.length,
    runsOther: 0,
    byRollout: false,
    maxUnavailable: atOnce,
    agents: [...acting, ...others].slice(0, plannedShown),
    warnings: atOnce >= acting.length && atOnce > 1 ? ["All of them restart at the same time."] : [],
    planToken: sha256Hex(JSON.stringify([ids, atOnce, order.timeoutSeconds])),
    ids,
  };
}

const countOf = (limit: number | string, agents: number): number =>
  typeof limit === "number" ? limit : Math.max(1, Math.ceil((agents * parsePercent(limit)) / 100));

/** Idempotent by `id`. */
export function startRestart(
  parts: Parts,
  scope: FleetScope,
  order: RestartOrder & { id: RestartId; planToken: string },
  { actor, name }: Orderer,
): AgentRestart {
  const known = parts.restarts.find(order.id);
  if (known) return restartView(parts, scope, known);
  const plan = planRestart(parts, order);
  refuseMoved(plan, order.planToken);
  if (plan.ids.length === 0) {
    refuse(
      "conflict",
      "None of these agents can be told to restart now: they are offline, revoked, or take no such command.",
    );
  }
  parts.commits.commit((tx) =>
    parts.restarts.start(tx, order.id, {
      agents: plan.ids,
      maxUnavailable: plan.maxUnavailable ?? 1,
      timeoutMs: order.timeoutSeconds * 1000,
      actor,
      name,
      createdAt: tx.nowMs,
    }),
  );
  return findRestart(parts, scope, order.id);
}

/** The newest first. */
export function listRestarts(parts: Parts, scope: FleetScope, sight?: RestartSight): AgentRestart[] {
  const sees = sightTest(parts, sight);
  return parts.restarts
    .list()
    .filter(sees)
    .map((restart) => restartView(parts, scope, restart));
}

/** Their own restarts, and those of agents that they may all reach now. */
function sightTest({ store }: Pick<Parts, "store">, sight?: RestartSight): (restart: Restart) => boolean {
  if (!sight) return () => true;
  const reaches = labelMatcher(sight.visible);
  return ({ plan }) =>
    plan.actor === sight.actor ||
    plan.agents.every((id) => {
      const agent = store.agents.get(id);
      return agent !== undefined && reaches(agent.labels);
    });
}

export function findRestart(
  parts: Parts,
  scope: FleetScope,
  id: RestartId,
  sight?: RestartSight,
): AgentRestart {
  const restart = parts.restarts.find(id);
  if (!restart || !sightTest(parts, sight)(restart)) {
    return refuse("not_found", `There is no restart ${id} in this fleet: the newest 20 are kept`);
  }
  return restartView(parts, scope, restart);
}

export function restartView(
  { store }: Pick<Parts, "store">,
  scope: FleetScope,
  { id, plan, progress }: Restart,
): AgentRestart {
  const nameOf = (agentId: AgentId) => store.agents.get(agentId)?.name ?? agentId;
  // Its keys are ids, which the language only knows as texts.
  const underWay = Object.entries(progress.underWay) as [AgentId, { at: number }][];
  return {
    id,
    fleetId: scope.fleetId,
    state: progress.state,
    reason: progress.reason,
    total: plan.agents.length,
    restarted: progress.restarted,
    waiting: plan.agents.length - progress.next,
    maxUnavailable: plan.maxUnavailable,
    restarting: underWay.map(([agentId, { at }]) => ({
      agentId,
      name: nameOf(agentId),
      since: new Date(at).toISOString(),
    })),
    left: progress.left.map(({ agentId, reason }) => ({ agentId, name: nameOf(agentId), reason })),
    startedBy: plan.name,
    createdAt: new Date(plan.createdAt).toISOString(),
    endedAt: progress.endedAt === null ? null : new Date(progress.endedAt).toISOString(),
  };
}
