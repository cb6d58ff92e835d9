import { byMeter, type MeterName, toUnits } from "./meters.ts";

/** One line of the append-only ledger. `sequence` 0 is the first statement of the hour; later ones are adjustments (differences). */
export interface LedgerEntry {
  fleetId: string;
  /** Start of the UTC hour, epoch ms. */
  hour: number;
  meter: MeterName;
  /** In the meter's unit; may be negative in an adjustment. */
  quantity: number;
  sequence: number;
}

/** The same key twice is the same statement, delivered twice. */
export function ledgerKey(entry: Omit<LedgerEntry, "quantity">): string {
  return `${entry.fleetId}:${entry.hour}:${entry.meter}:${entry.sequence}`;
}

/** Each statement once, whatever order or however often they came. */
export function distinctEntries(entries: Iterable<LedgerEntry>): LedgerEntry[] {
  const byKey = new Map<string, LedgerEntry>();
  for (const entry of entries) byKey.set(ledgerKey(entry), entry);
  return [...byKey.values()];
}

/** Smallest units per meter; meters without entries are 0. */
export function sumUnits(
  entries: Iterable<Pick<LedgerEntry, "meter" | "quantity">>,
): Record<MeterName, number> {
  const sums: Record<MeterName, number> = byMeter(() => 0);
  for (const { meter, quantity } of entries) sums[meter] += toUnits(meter, quantity);
  return sums;
}
