import type { FleetId } from "../../domain/ids.ts";
import { hourAfter, hourOf, monthOf } from "../../domain/usage/hours.ts";
import type { MeterName } from "../../domain/usage/meters.ts";
import type { MeterHour } from "../../protocol/rpc/fleet.ts";

/** Where an organization's usage comes from. All of it is of one organization. */
export interface UsageSources {
  nowMs(): number;
  /** All of them, or the one. */
  fleets(fleet?: FleetId): Promise<{ id: FleetId; name: string }[]>;
  /** Hours that are not yet stated, from the fleet's object. */
  openUsage(fleetId: FleetId, fromMs: number): Promise<MeterHour[]>;
  /** The ledger's entries of [fromMs, toMs) that were recorded by `recordedByMs`, of all fleets or of the one. */
  stated(period: UsagePeriod & { recordedByMs: number; fleet?: FleetId }): Promise<StatedUsage>;
}

/** The same entries, summed in two ways. */
export interface StatedUsage {
  byFleet: { fleetId: FleetId; meter: MeterName; quantity: number }[];
  byHour: { hour: number; meter: MeterName; quantity: number }[];
}

/** So many objects one request may ask, far below what the platform allows; the ledger has the others an hour later. */
const maxAsked = 500;
const askedAtOnce = 50;

/** Whole UTC hours; the current one is counted as far as it has come. */
export interface UsagePeriod {
  fromMs: number;
  toMs: number;
}

export interface CollectedUsage {
  period: UsagePeriod;
  fleets: { id: FleetId; name: string }[];
  stated: StatedUsage;
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
 * once. Of the fleets beyond the first 500 only the ledger is counted. An hour whose statement is still on the queue is missing for as long, seconds as a rule.
 */
export async function collectUsage(
  sources: UsageSources,
  asked: { fromMs?: number; toMs?: number; fleet?: FleetId },
): Promise<CollectedUsage> {
  const askedAt = sources.nowMs();
  const period = usagePeriod(askedAt, asked);
  const fleets = await sources.fleets(asked.fleet);
  const open: CollectedUsage["open"] = [];
  for (let i = 0; i < Math.min(fleets.length, maxAsked); i += askedAtOnce) {
    const hours = await Promise.all(
      fleets
        .slice(i, i + askedAtOnce)
        .map(async ({ id }) =>
          (await sources.openUsage(id, period.fromMs))
            .filter(({ hour }) => hour < period.toMs)
            .map((hour) => ({ ...hour, fleetId: id })),
        ),
    );
    open.push(...hours.flat());
  }
  const stated = await sources.stated({
    ...period,
    recordedByMs: askedAt,
    ...(asked.fleet && { fleet: asked.fleet }),
  });
  return { period, fleets, stated, open };
}
