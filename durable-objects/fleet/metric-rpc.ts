import { refuse } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { MetricsCollection } from "../../domain/metrics/collection.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { MetricsQuery } from "../../protocol/rpc/metrics.ts";
import { answer } from "./answer.ts";
import type { FleetParts } from "./assembly.ts";
import { DriftRpc } from "./drift-rpc.ts";
import { fleetMetricsView, liveAgentMetrics, storedAgentMetrics } from "./metric-views.ts";

/** The Fleet's RPC methods on its agents' metrics: forwarding only. */
export class MetricRpc extends DriftRpc {
  async setMetricsCollection(scope: FleetScope, collection: MetricsCollection, revision: number) {
    return answer(this.parts, scope, ({ commits, metrics, sweep }) => {
      sweep();
      commits.commit((tx) => metrics.set(tx, collection, revision));
      return null;
    });
  }

  async agentMetrics(scope: FleetScope, agentId: AgentId, query: MetricsQuery & { live: boolean }) {
    const stored = answer(this.parts, scope, (parts) => {
      parts.sweep();
      const agent = agentOf(parts, agentId);
      return { agent, view: storedAgentMetrics(parts.metrics, scope, agent, query, parts.commits.nowMs()) };
    });
    if (!stored.ok) return stored;
    const { agent, view } = stored.value;
    if (!query.live) return { ...stored, value: view };
    const { commits, metrics } = this.parts;
    const live = await liveAgentMetrics(metrics, scope, agent, query, () => commits.nowMs());
    const note = "The agent cannot be asked now: it is offline, polls, or measures nothing.";
    return { ...stored, value: live ?? { ...view, note } };
  }

  async fleetMetrics(scope: FleetScope, query: MetricsQuery) {
    const view = answer(this.parts, scope, ({ commits, metrics }) =>
      fleetMetricsView(metrics, scope, query, commits.nowMs()),
    );
    return view.ok ? { ...view, value: await view.value } : view;
  }
}

function agentOf({ store }: FleetParts, agentId: AgentId) {
  return (
    store.agents.get(agentId) ??
    refuse("not_found", `There is no agent ${agentId} in this fleet: list the fleet's agents`)
  );
}
