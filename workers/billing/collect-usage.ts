import type { FleetId } from "../../domain/ids.ts";
import { hourAfter, hourOf, monthOf } from "../../domain/usage/hours.ts";
import { distinctEntries, type LedgerEntry } from "../../domain/usage/ledger.ts";
import type { MeterHour } from "../../protocol/rpc/fleet.ts";

/** Where an organization's usage comes from. All of it is of one organization. */
export interface UsageSources {
  nowMs(): number;
  fleets(): Promise<{ id: FleetId; name: string }[]>;
  /** Hours that are not yet stated, from the fleet's object. */
  openUsage(fleetId: FleetId, fromMs: number): Promise<MeterHour[]>;
  /** Entries whose hour lies in [fromMs, toMs). */
  ledger(period: { fromMs: number; toMs: number }): Promise<(LedgerEntry & { recordedAt: number })[]>;
}

/** Whole UTC hours; the current one is counted as far as it has come. */
export interface UsagePeriod {
  fromMs: number;
  toMs: number;
}

export interface CollectedUsage {
  period: UsagePeriod;
  fleets: { id: FleetId; name: string }[];
  stated: LedgerEntry[];
  open: (MeterHour & { fleetId: FleetId })[];
}

/** The current month so far where the caller names no time; from and to are widened to whole hours. */
export function usagePeriod(nowMs: number, asked: { fromMs?: number; toMs?: number }): UsagePeriod {
  const fromMs = hourOf(asked.fromMs ?? monthOf(nowMs));
  const toMs = Math.min(hourAfter(asked.toMs ?? nowMs), nowMs);
  return { fromMs, toMs: Math.max(fromMs, toMs) };
}

/**
 * Open hours are read first, and ledger entries recorded since are left out: an hour that is stated in between counts
 * once. An hour whose statement is still on the queue is missing for as long, seconds as a rule.
 */
export async function collectUsage(
  sources: UsageSources,
  asked: { fromMs?: number; toMs?: number; fleet?: FleetId },
): Promise<CollectedUsage> {
  const askedAt = sources.nowMs();
  const period = usagePeriod(askedAt, asked);
  const all = await sources.fleets();
  const fleets = asked.fleet ? all.filter((fleet) => fleet.id === asked.fleet) : all;
  const open = await Promise.all(
    fleets.map(async ({ id }) =>
      (await sources.openUsage(id, period.fromMs))
        .filter(({ hour }) => hour < period.toMs)
        .map((hour) => ({ ...hour, fleetId: id })),
    ),
  );
  const wanted = new Set(fleets.map(({ id }) => id as string));
  const ledger = await sources.ledger(period);
  const stated = ledger.filter((entry) => wanted.has(entry.fleetId) && entry.recordedAt <= askedAt);
  return { period, fleets, stated: distinctEntries(stated), open: open.flat() };
}
