/** The object that keeps one agent's shipped logs, and what the fleet is asked for it. */
import type { Outcome } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { LogShipping } from "../../domain/logs/logs.ts";
import type { KeptLogs } from "../api/logs.ts";
import type { FleetScope } from "./fleet.ts";

/** The agent that dials, as the gateway verified it. JSON in this header, on a request that only a binding can make. */
export const shipperHeader = "x-muster-shipper";
export interface Shipper extends FleetScope {
  agentId: AgentId;
  generation: number;
}

/** Path that the object serves by `fetch`. */
export const agentLogsPath = "/ship";

export interface ReadKeptLogs {
  source?: string | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  text?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Of the object of one agent. */
export interface AgentLogsRpc {
  read(scope: FleetScope, query: ReadKeptLogs): Promise<Outcome<Omit<KeptLogs, "agentId">>>;
  /** Ends the agent's connection, so that it asks again whether it may ship; null = what is kept stays as it was. */
  changed(scope: FleetScope, shipping: LogShipping | null): Promise<Outcome<null>>;
  /** Drops all that it keeps, and what of it was not stated yet is not billed. Again changes nothing. */
  erase(scope: FleetScope): Promise<Outcome<null>>;
}

/** What was kept of an agent's logs in the UTC hour that begins at `hour`; it has closed. */
export interface ShippedHour {
  hour: number;
  bytes: number;
}

/** Of the Fleet object. */
export interface FleetLogRpc {
  /** A revision that is not higher than the known one changes nothing. */
  setLogShipping(scope: FleetScope, shipping: LogShipping, revision: number): Promise<Outcome<null>>;
  /** Whether the agent may ship now, by a credential of this generation, and what is kept of it. */
  admitShipping(scope: FleetScope, agentId: AgentId, generation: number): Promise<Outcome<LogShipping>>;
  /** Puts closed hours onto the meter, each hour of an agent once, in their order. */
  stateShippedLogs(
    scope: FleetScope,
    agentId: AgentId,
    hours: readonly ShippedHour[],
  ): Promise<Outcome<null>>;
}
