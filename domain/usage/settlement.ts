import { addInterval } from "./hours.ts";

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

/** Connected milliseconds of open connections in [settledUntil, untilMs), by hour. */
export function unsettledConnections(
  agents: Iterable<MeteredAgent>,
  settledUntil: number,
  untilMs: number,
): Map<number, number> {
  const changes = new Map<number, number>();
  let wholeSpan = 0;
  for (const { connectedAt } of agents) {
    if (connectedAt === null) continue;
    if (connectedAt <= settledUntil) wholeSpan++;
    else addInterval(changes, connectedAt, untilMs);
  }
  if (wholeSpan === 0) return changes;
  const span = new Map<number, number>();
  addInterval(span, settledUntil, untilMs);
  for (const [hour, ms] of span) changes.set(hour, (changes.get(hour) ?? 0) + wholeSpan * ms);
  return changes;
}

/** Deliveries that agents' rows hold for hours from `settledUntil` on and before `untilHour`. */
export function unsettledDeliveries(
  agents: Iterable<MeteredAgent>,
  settledUntil: number,
  untilHour = Number.POSITIVE_INFINITY,
): Map<number, number> {
  const changes = new Map<number, number>();
  for (const { deliveries } of agents) {
    if (!deliveries || deliveries.hour < settledUntil || deliveries.hour >= untilHour) continue;
    changes.set(deliveries.hour, (changes.get(deliveries.hour) ?? 0) + deliveries.count);
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
