import { addInterval, hourOf } from "./hours.ts";
import type { MeterName } from "./meters.ts";

/** What happened to one agent, as far as it is billed. Times are epoch ms by the fleet's clock. */
export type UsageFact =
  | { kind: "connected"; connection: string; connectedAt: number; endedAt: number | null }
  | { kind: "delivered"; agentId: string; hash: string; at: number }
  /** All that was kept of the agent's log lines in the UTC hour that begins at `hour`. */
  | { kind: "shipped"; agentId: string; hour: number; bytes: number }
  /** Metrics of the agent were stored for this time. */
  | { kind: "metered"; agentId: string; from: number; until: number };

/**
 * Smallest units per hour and meter, as the facts up to `nowMs` have it: the definition of what a fleet used. The
 * same fact twice counts once (a delivery by agent, hash and time, kept logs by agent and hour, stored metrics by agent
 * and start); of two versions of a connection the ended one holds.
 */
export function usageOf(facts: Iterable<UsageFact>, nowMs: number): Record<MeterName, Map<number, number>> {
  const intervals = new Map<string, Extract<UsageFact, { kind: "connected" }>>();
  const deliveries = new Map<string, Extract<UsageFact, { kind: "delivered" }>>();
  const shipped = new Map<string, Extract<UsageFact, { kind: "shipped" }>>();
  const metered = new Map<string, Extract<UsageFact, { kind: "metered" }>>();
  for (const fact of facts) {
    if (fact.kind === "delivered") deliveries.set(`${fact.agentId}:${fact.hash}:${fact.at}`, fact);
    else if (fact.kind === "shipped") shipped.set(`${fact.agentId}:${fact.hour}`, fact);
    else if (fact.kind === "metered") metered.set(`${fact.agentId}:${fact.from}`, fact);
    else {
      if (fact.endedAt !== null || !intervals.has(fact.connection)) intervals.set(fact.connection, fact);
    }
  }
  const connected = new Map<number, number>();
  for (const { connectedAt, endedAt } of intervals.values()) {
    addInterval(connected, connectedAt, Math.min(endedAt ?? nowMs, nowMs));
  }
  const delivered = new Map<number, number>();
  for (const { at } of deliveries.values()) delivered.set(hourOf(at), (delivered.get(hourOf(at)) ?? 0) + 1);
  const bytes = new Map<number, number>();
  for (const fact of shipped.values()) bytes.set(fact.hour, (bytes.get(fact.hour) ?? 0) + fact.bytes);
  const stored = new Map<number, number>();
  for (const { from, until } of metered.values()) addInterval(stored, from, Math.min(until, nowMs));
  return {
    connected_agent_seconds: connected,
    config_deliveries: delivered,
    shipped_log_bytes: bytes,
    metered_agent_seconds: stored,
  };
}
