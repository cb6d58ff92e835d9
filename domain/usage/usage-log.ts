import { addInterval, hourOf } from "./hours.ts";
import type { MeterName } from "./meters.ts";

/** What happened to one agent, as far as it is billed. Times are epoch ms by the fleet's clock. */
export type UsageFact =
  | { kind: "connected"; connection: string; connectedAt: number; endedAt: number | null }
  | { kind: "delivered"; agentId: string; hash: string; at: number };

/**
 * Smallest units per hour and meter, as the facts up to `nowMs` have it: the definition of what a fleet used. The
 * same fact twice counts once (a delivery by agent, hash and time); of two versions of a connection the ended one holds.
 */
export function usageOf(facts: Iterable<UsageFact>, nowMs: number): Record<MeterName, Map<number, number>> {
  const intervals = new Map<string, Extract<UsageFact, { kind: "connected" }>>();
  const deliveries = new Map<string, Extract<UsageFact, { kind: "delivered" }>>();
  for (const fact of facts) {
    if (fact.kind === "delivered") deliveries.set(`${fact.agentId}:${fact.hash}:${fact.at}`, fact);
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
  return { connected_agent_seconds: connected, config_deliveries: delivered };
}
