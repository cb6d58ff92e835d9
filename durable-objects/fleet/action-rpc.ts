import { refuse } from "../../domain/errors.ts";
import type { AgentId, RestartId } from "../../domain/ids.ts";
import type {
  EndOrder,
  Orderer,
  RelabelOrder,
  RestartOrder,
  RestartSight,
} from "../../protocol/rpc/agent-actions.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { decommission } from "./agent-orders.ts";
import { agentView } from "./agent-view.ts";
import { answer } from "./answer.ts";
import type { FleetParts } from "./assembly.ts";
import { reportedName, type Said } from "./describe.ts";
import { endAgents, planEnd } from "./end-orders.ts";
import { LogRpc } from "./log-rpc.ts";
import { planRelabel, relabelNow, renameAgent } from "./relabel.ts";
import { findRestart, listRestarts, planRestart, startRestart } from "./restart-orders.ts";

/** The Fleet's RPC methods on what people order of many agents: forwarding only. */
export class ActionRpc extends LogRpc {
  async planRelabel(scope: FleetScope, order: RelabelOrder) {
    return answer(this.parts, scope, (parts) => {
      parts.sweep();
      return planRelabel(parts, order);
    });
  }

  async relabelAgents(scope: FleetScope, order: RelabelOrder & { planToken: string }, by: Orderer) {
    return answer(this.parts, scope, (parts) => {
      parts.sweep();
      return relabelNow(parts, order, by).map((agent) => agentView(agent, scope, null));
    });
  }

  async renameAgent(
    scope: FleetScope,
    agentId: AgentId,
    name: string | null,
    by: Orderer,
    was?: string | null,
  ) {
    return answer(this.parts, scope, (parts) => {
      const agent = agentOf(parts, agentId);
      const now = agent.operator?.name ?? null;
      if (was !== undefined && was !== now) {
        refuse(
          "conflict",
          `The agent was renamed meanwhile: people call it ${now ?? "as it reports"}. Read it again, then repeat.`,
        );
      }
      const report = parts.store.report(agentId, "description");
      // Written by `takeDescription`.
      const reported = report === null ? agent.uid : reportedName(JSON.parse(report) as Said, agent.uid);
      renameAgent(parts, agent, name, reported, by);
      return agentView(agent, scope, null);
    });
  }

  async decommissionAgent(
    scope: FleetScope,
    agentId: AgentId,
    { reason, keepRunning }: { reason: string; keepRunning: boolean },
    { actor, name }: Orderer,
  ) {
    return answer(this.parts, scope, (parts) => {
      const agent = agentOf(parts, agentId);
      parts.commits.commit((tx) =>
        decommission(tx, parts, agent, { reason, by: name, actor, tell: { keepRunning } }),
      );
      return agentView(agent, scope, null);
    });
  }

  async setOfflineAfter(scope: FleetScope, afterSeconds: number | null, revision: number) {
    return answer(this.parts, scope, ({ commits, offline }) => {
      commits.commit((tx) => offline.set(tx, afterSeconds, revision));
      return null;
    });
  }

  async planEnd(scope: FleetScope, order: EndOrder) {
    return answer(this.parts, scope, (parts) => {
      parts.sweep();
      return planEnd(parts, order);
    });
  }

  async endAgents(scope: FleetScope, order: EndOrder & { planToken: string }, by: Orderer) {
    return answer(this.parts, scope, (parts) => {
      parts.sweep();
      endAgents(parts, order, by);
      return null;
    });
  }

  async planRestart(scope: FleetScope, order: RestartOrder) {
    return answer(this.parts, scope, (parts) => {
      parts.sweep();
      return planRestart(parts, order);
    });
  }

  async startRestart(
    scope: FleetScope,
    order: RestartOrder & { id: RestartId; planToken: string },
    by: Orderer,
  ) {
    return answer(this.parts, scope, (parts) => {
      parts.sweep();
      return startRestart(parts, scope, order, by);
    });
  }

  async listRestarts(scope: FleetScope, sight?: RestartSight) {
    return answer(this.parts, scope, (parts) => listRestarts(parts, scope, sight));
  }

  async getRestart(scope: FleetScope, id: RestartId, sight?: RestartSight) {
    return answer(this.parts, scope, (parts) => findRestart(parts, scope, id, sight));
  }

  async cancelRestart(scope: FleetScope, id: RestartId, by: Orderer, sight?: RestartSight) {
    return answer(this.parts, scope, (parts) => {
      findRestart(parts, scope, id, sight);
      parts.commits.commit((tx) => parts.restarts.cancel(tx, id, by));
      return findRestart(parts, scope, id);
    });
  }
}

const agentOf = ({ store }: FleetParts, agentId: AgentId) =>
  store.agents.get(agentId) ??
  refuse("not_found", `There is no agent ${agentId} in this fleet: list the fleet's agents`);
