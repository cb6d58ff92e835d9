import { z } from "zod";
import { type MeterName, meterNames } from "../../domain/usage/meters.ts";
import { id, timestamp } from "./shared.ts";

export { type MeterName, meterNames };

export const usageQuery = z.strictObject({
  from: timestamp.optional().meta({ description: "Start of the current month when left out" }),
  to: timestamp.optional().meta({ description: "Now when left out" }),
  fleet: id("fleet").optional(),
});

export const usage = z
  .object({
    organizationId: id("organization"),
    from: timestamp,
    to: timestamp,
    meters: z.array(z.object({ meter: z.enum(meterNames), quantity: z.number(), unit: z.string() })),
    fleets: z.array(
      z.object({
        fleetId: id("fleet"),
        fleetName: z.string(),
        meter: z.enum(meterNames),
        quantity: z.number(),
        unit: z.string(),
        live: z.boolean().meta({
          description:
            "Includes hours that are not yet in the ledger; of more than 500 fleets, the first 500 are asked for them",
        }),
      }),
    ),
    hours: z.array(z.object({ hour: timestamp, meter: z.enum(meterNames), quantity: z.number() })),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof usage>;

/** Money in millionths of the currency unit, so that every line can be recomputed exactly. */
export const invoiceLine = z.object({
  meter: z.enum(meterNames),
  description: z.string(),
  quantity: z.number(),
  unit: z.string(),
  included: z.number(),
  billable: z.number(),
  unitPriceMicros: z.number(),
  perUnits: z.number().meta({ description: "unitPriceMicros buys so many units" }),
  amountMicros: z.number().int(),
});
export const invoicePreview = z
  .object({
    organizationId: id("organization"),
    period: z.object({ from: timestamp, to: timestamp }),
    currency: z.string(),
    lines: z.array(invoiceLine),
    totalMicros: z.number().int(),
    priceListVersion: z.string(),
    recompute: z.string().meta({ description: "How to recompute this from the ledger" }),
  })
  .meta({ id: "InvoicePreview" });
export type InvoicePreview = z.infer<typeof invoicePreview>;

export const ledgerEntry = z
  .object({
    id: id("ledgerEntry"),
    fleetId: id("fleet"),
    hour: timestamp,
    meter: z.enum(meterNames),
    quantity: z.number(),
    sequence: z
      .number()
      .int()
      .meta({ description: "0 = first statement of the hour; later ones are adjustments" }),
    recordedAt: timestamp,
  })
  .meta({ id: "LedgerEntry" });
