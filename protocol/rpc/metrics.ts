/** What the Fleet object answers on its agents' metrics. */
import type { Outcome } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { MetricsCollection } from "../../domain/metrics/collection.ts";
import type { Resolution } from "../../domain/metrics/resolutions.ts";
import type { AgentMetrics, FleetMetrics } from "../api/metrics.ts";
import type { FleetScope } from "./fleet.ts";

export interface MetricsQuery {
  /** Left out = all that there are. */
  series?: readonly string[];
  fromMs?: number;
  toMs?: number;
  resolution?: Resolution;
}

export interface MetricsRpc {
  /** A revision that is not higher than the known one changes nothing. */
  setMetricsCollection(
    scope: FleetScope,
    collection: MetricsCollection,
    revision: number,
  ): Promise<Outcome<null>>;
  /** `live`: asks the agent itself, for some seconds at most, and stores nothing. */
  agentMetrics(
    scope: FleetScope,
    agentId: AgentId,
    query: MetricsQuery & { live: boolean },
  ): Promise<Outcome<AgentMetrics>>;
  fleetMetrics(scope: FleetScope, query: MetricsQuery): Promise<Outcome<FleetMetrics>>;
}
