import { refuse } from "../../domain/errors.ts";
import type { DriftPolicy } from "../../domain/fleets/drift.ts";
import type { AgentId, ConfigId, RolloutId } from "../../domain/ids.ts";
import type { DriftQuery, FleetScope } from "../../protocol/rpc/fleet.ts";
import { answer } from "./answer.ts";
import { agentDriftView, configDriftView, fleetDriftView } from "./drift-view.ts";
import { RolloutRpc } from "./rollout-rpc.ts";

/** The Fleet's RPC methods on drift: forwarding only. */
export class DriftRpc extends RolloutRpc {
  async setDriftPolicy(scope: FleetScope, policy: DriftPolicy, revision: number) {
    return answer(this.parts, scope, ({ commits, drift }) => {
      commits.commit((tx) => drift.setPolicy(tx, policy, revision));
      return null;
    });
  }

  async refuseRepair(scope: FleetScope, rolloutId: RolloutId, reason: string) {
    return answer(this.parts, scope, ({ commits, drift }) => {
      commits.commit((tx) => drift.refuseOrder(tx, rolloutId, reason));
      return null;
    });
  }

  async fleetDrift(scope: FleetScope, query: DriftQuery) {
    return answer(this.parts, scope, (parts) => {
      parts.sweep();
      return fleetDriftView(parts, query);
    });
  }

  async agentDrift(scope: FleetScope, agentId: AgentId) {
    return answer(this.parts, scope, (parts) => {
      parts.sweep();
      const agent = parts.store.agents.get(agentId);
      if (!agent)
        return refuse("not_found", `There is no agent ${agentId} in this fleet: list the fleet's agents`);
      return agentDriftView(parts, agent, scope);
    });
  }

  async configDrift(scope: FleetScope, configId: ConfigId) {
    return answer(this.parts, scope, (parts) => configDriftView(parts, configId));
  }
}
