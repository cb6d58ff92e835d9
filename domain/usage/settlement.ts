import { addInterval } from "./hours.ts";
import type { MeterName } from "./meters.ts";

/**
 * A fleet keeps no row per heartbeat and none per open connection. Hours up to `settledUntil` hold their share of
 * connections that were open then; what an open connection used after it is derived from its start. So a change of
 * what is known adds only the difference.
 */
export interface MeteredAgent {
  /** Start of the connection that is open now, epoch ms; null = not connected. */
  connectedAt: number | null;
  deliveries: { hour: number; count: number } | null;
}

/** Differences in smallest units, by meter and hour. */
export type UnitChanges = Record<MeterName, Map<number, number>>;

export function noChanges(): UnitChanges {
  return { connected_agent_seconds: new Map(), config_deliveries: new Map() };
}

/** What agents used in [settledUntil, untilMs) beyond what is already in the hours. */
export function unsettledUsage(
  agents: Iterable<MeteredAgent>,
  settledUntil: number,
  untilMs: number,
): UnitChanges {
  const changes = noChanges();
  let wholeSpan = 0;
  for (const { connectedAt, deliveries } of agents) {
    if (connectedAt !== null) {
      if (connectedAt <= settledUntil) wholeSpan++;
      else addInterval(changes.connected_agent_seconds, connectedAt, untilMs);
    }
    if (deliveries && deliveries.hour >= settledUntil && deliveries.hour < untilMs) {
      const hours = changes.config_deliveries;
      hours.set(deliveries.hour, (hours.get(deliveries.hour) ?? 0) + deliveries.count);
    }
  }
  if (wholeSpan > 0) {
    const span = new Map<number, number>();
    addInterval(span, settledUntil, untilMs);
    for (const [hour, ms] of span) {
      const hours = changes.connected_agent_seconds;
      hours.set(hour, (hours.get(hour) ?? 0) + wholeSpan * ms);
    }
  }
  return changes;
}

/** A connection that began before `settledUntil` (the clock stepped back): the share that settlement would have given it. */
export function lateStart(connectedAt: number, settledUntil: number): Map<number, number> {
  const changes = new Map<number, number>();
  addInterval(changes, connectedAt, settledUntil);
  return changes;
}

/** The end of a connection: what it used since `settledUntil`, or, when it ended before it, what to take back. */
export function closeConnection(
  connectedAt: number,
  endedAt: number,
  settledUntil: number,
): Map<number, number> {
  const changes = new Map<number, number>();
  const counted = Math.max(connectedAt, settledUntil);
  const ended = Math.max(connectedAt, endedAt);
  addInterval(changes, counted, ended);
  addInterval(changes, ended, counted, -1);
  return changes;
}
