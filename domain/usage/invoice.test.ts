import fc from "fast-check";
import { expect, it } from "vitest";
import { computeInvoice } from "./invoice.ts";
import type { LedgerEntry } from "./ledger.ts";
import { type PriceList, priceListFor, priceLists } from "./price-list.ts";

const list: PriceList = {
  version: "test",
  effectiveFrom: 0,
  currency: "EUR",
  prices: [
    {
      meter: "connected_agent_seconds",
      description: "Connected agents",
      included: 100,
      tiers: [
        { upTo: 1000, unitPriceMicros: 3, perUnits: 10 },
        { upTo: null, unitPriceMicros: 1, perUnits: 10 },
      ],
    },
    {
      meter: "config_deliveries",
      description: "Deliveries",
      included: 2,
      tiers: [{ upTo: null, unitPriceMicros: 500, perUnits: 1 }],
    },
  ],
};

const entry = (over: Partial<LedgerEntry>): LedgerEntry => ({
  fleetId: "flt_a",
  hour: 0,
  meter: "connected_agent_seconds",
  quantity: 0,
  sequence: 0,
  ...over,
});

it("bills nothing for nothing, and shows what is included", () => {
  const invoice = computeInvoice([], list);
  expect(invoice.totalMicros).toBe(0);
  expect(
    invoice.lines.map(({ meter, quantity, included, billable }) => [meter, quantity, included, billable]),
  ).toEqual([
    ["connected_agent_seconds", 0, 100, 0],
    ["config_deliveries", 0, 2, 0],
  ]);
});

it("takes off what is included, then fills the tiers in order, and rounds each line half up", () => {
  const invoice = computeInvoice(
    [
      entry({ quantity: 1101.5 }),
      entry({ hour: 3_600_000, quantity: 3 }),
      entry({ meter: "config_deliveries", quantity: 5 }),
    ],
    list,
  );
  expect(invoice.lines).toMatchObject([
    { quantity: 1100, included: 100, billable: 1000, amountMicros: 300 },
    { quantity: 4.5, included: 0, billable: 4.5, amountMicros: 0 },
    { quantity: 5, included: 2, billable: 3, amountMicros: 1500 },
  ]);
  expect(computeInvoice([entry({ quantity: 1105 })], list).lines[1]).toMatchObject({
    billable: 5,
    amountMicros: 1,
  });
  expect(invoice.totalMicros).toBe(1800);
});

it("adds an adjustment as one more entry, and never bills below zero", () => {
  const first = entry({ quantity: 400 });
  const adjustment = entry({ quantity: -150.25, sequence: 1 });
  expect(computeInvoice([first, adjustment], list).lines[0]).toMatchObject({
    quantity: 249.75,
    billable: 149.75,
  });
  expect(computeInvoice([entry({ quantity: -5 })], list).totalMicros).toBe(0);
});

const ledger = fc
  .uniqueArray(
    fc.record({
      fleetId: fc.constantFrom("flt_a", "flt_b"),
      hour: fc.integer({ min: 0, max: 50 }).map((n) => n * 3_600_000),
      meter: fc.constantFrom("connected_agent_seconds" as const, "config_deliveries" as const),
      quantity: fc.integer({ min: 0, max: 36_000_000 }),
      sequence: fc.integer({ min: 0, max: 2 }),
    }),
    { selector: (e) => `${e.fleetId}${e.hour}${e.meter}${e.sequence}`, maxLength: 60 },
  )
  .map((entries) =>
    entries.map((e) => (e.meter === "connected_agent_seconds" ? { ...e, quantity: e.quantity / 1000 } : e)),
  );

it("gives the same bill when the ledger is replayed and shuffled", () => {
  fc.assert(
    fc.property(ledger, fc.infiniteStream(fc.nat()), (entries, order) => {
      const shuffled = [...entries, ...entries, ...entries]
        .map((e) => ({ e, key: order.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ e }) => e);
      expect(computeInvoice(shuffled, list)).toEqual(computeInvoice(entries, list));
    }),
  );
});

it("can be recomputed by hand from its lines", () => {
  fc.assert(
    fc.property(ledger, (entries) => {
      const invoice = computeInvoice(entries, list);
      let total = 0;
      for (const line of invoice.lines) {
        const exact = (Math.round(line.billable * 1000) * line.unitPriceMicros) / (line.perUnits * 1000);
        expect(Math.abs(line.amountMicros - exact)).toBeLessThanOrEqual(0.5 + 1e-6);
        total += line.amountMicros;
      }
      expect(invoice.totalMicros).toBe(total);
      for (const price of list.prices) {
        const lines = invoice.lines.filter((line) => line.meter === price.meter);
        const sum = entries.filter((e) => e.meter === price.meter).reduce((s, e) => s + e.quantity, 0);
        expect(lines.reduce((s, line) => s + line.quantity, 0)).toBeCloseTo(sum, 3);
      }
    }),
  );
});

it("picks the price list in force when the period began", () => {
  const [first, second] = priceLists;
  const later = { ...list, version: "later", effectiveFrom: Date.UTC(2027, 0, 1) };
  expect(priceListFor(Date.UTC(2026, 10, 1))).toBe(first);
  expect(priceListFor(Date.UTC(2027, 1, 1), [...priceLists, later]).version).toBe("later");
  expect(priceListFor(Date.UTC(2026, 11, 1), [...priceLists, later])).toBe(second);
  expect(priceListFor(0)).toBe(first);
});

it("keeps what the first list charges, and from December on bills kept logs and stored metrics too", () => {
  const [first, second] = priceLists;
  if (!first || !second) throw new Error("two lists are published");
  const used = [
    entry({ quantity: 2_000 * 730 * 3600 }),
    entry({ meter: "shipped_log_bytes", quantity: 3_000_000_000 }),
    entry({ meter: "metered_agent_seconds", quantity: 15 * 730 * 3600 }),
  ];
  const [before, after] = [computeInvoice(used, first), computeInvoice(used, second)];
  expect(after.lines.slice(0, before.lines.length)).toEqual(before.lines);
  expect(before.lines.map(({ meter }) => meter)).not.toContain("shipped_log_bytes");
  expect(
    after.lines.slice(before.lines.length).map(({ meter, amountMicros }) => [meter, amountMicros]),
  ).toEqual([
    ["shipped_log_bytes", 500_000],
    ["metered_agent_seconds", 4_000_000],
  ]);
});

it("publishes price lists whose tiers end openly and whose versions are unique", () => {
  expect(new Set(priceLists.map(({ version }) => version)).size).toBe(priceLists.length);
  for (const { prices } of priceLists) {
    for (const { tiers } of prices) {
      expect(tiers.at(-1)?.upTo).toBeNull();
      expect(tiers.slice(0, -1).every((tier) => tier.upTo !== null)).toBe(true);
    }
  }
});
