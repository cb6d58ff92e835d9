/** What the Fleet object answers about orders for many agents. */
import type { Outcome } from "../../domain/errors.ts";
import type { LabelChange } from "../../domain/fleets/operator-labels.ts";
import type { AgentId, RestartId } from "../../domain/ids.ts";
import type { LabelFilter, PartialReach } from "../../domain/tenancy/label-filter.ts";
import type { AgentActionPlan, AgentRestart } from "../api/agent-actions.ts";
import type { Agent } from "../api/agents.ts";
import type { FleetScope } from "./fleet.ts";

/** Agents by one of the two. `visible`: only those whose labels let the caller do that with them. */
export interface AgentChoice {
  selector?: string;
  agents?: AgentId[];
  visible?: LabelFilter;
}

export interface RelabelOrder {
  choice: AgentChoice;
  change: LabelChange;
  /** What whoever orders may do to some agents only: no agent is labelled into it. */
  reaches: PartialReach[];
  /** What the one agent's labels and name were; refused when they are not any more. */
  etag?: string;
}

export interface RestartOrder {
  choice: AgentChoice;
  /** A count, or a share such as `10%`. */
  maxUnavailable: number | string;
  timeoutSeconds: number;
}

/** To end agents for good. */
export type EndOrder = { choice: AgentChoice } & (
  | { action: "revoke" }
  | { action: "decommission"; reason: string; keepRunning: boolean }
);

/** Who orders, by id and by the name that people read. */
export interface Orderer {
  actor: string;
  name: string;
}

/** A plan with the ids of all agents that something happens to. */
export interface PlannedActions extends AgentActionPlan {
  ids: AgentId[];
}

/** Of somebody who may act on some agents of the fleet only: restarts of these alone, and their own. */
export interface RestartSight {
  actor: string;
  visible: LabelFilter;
}

export interface FleetActionRpc {
  planRelabel(scope: FleetScope, order: RelabelOrder): Promise<Outcome<PlannedActions>>;
  /** At once. Refused with `plan_outdated` when `planToken` is not that of the plan as it is now. */
  relabelAgents(
    scope: FleetScope,
    order: RelabelOrder & { planToken: string },
    by: Orderer,
  ): Promise<Outcome<Agent[]>>;
  /** null = again as the agent reports. Refused where people call it something else than `was` by now; left out = whatever it is. */
  renameAgent(
    scope: FleetScope,
    agentId: AgentId,
    name: string | null,
    by: Orderer,
    was?: string | null,
  ): Promise<Outcome<Agent>>;
  /** For good; the row stays with the reason. Again changes nothing. */
  decommissionAgent(
    scope: FleetScope,
    agentId: AgentId,
    how: { reason: string; keepRunning: boolean },
    by: Orderer,
  ): Promise<Outcome<Agent>>;
  planEnd(scope: FleetScope, order: EndOrder): Promise<Outcome<PlannedActions>>;
  /** Refused with `plan_outdated` when `planToken` is not that of the plan as it is now. */
  endAgents(scope: FleetScope, order: EndOrder & { planToken: string }, by: Orderer): Promise<Outcome<null>>;
  planRestart(scope: FleetScope, order: RestartOrder): Promise<Outcome<PlannedActions>>;
  /** Idempotent by `id`. */
  startRestart(
    scope: FleetScope,
    order: RestartOrder & { id: RestartId; planToken: string },
    by: Orderer,
  ): Promise<Outcome<AgentRestart>>;
  /** The newest first. */
  listRestarts(scope: FleetScope, sight?: RestartSight): Promise<Outcome<AgentRestart[]>>;
  getRestart(scope: FleetScope, id: RestartId, sight?: RestartSight): Promise<Outcome<AgentRestart>>;
  /** Agents that restart now are not called back; no further one is told to. */
  cancelRestart(
    scope: FleetScope,
    id: RestartId,
    by: Orderer,
    sight?: RestartSight,
  ): Promise<Outcome<AgentRestart>>;
}
