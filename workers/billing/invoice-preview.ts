import type { OrganizationId } from "../../domain/ids.ts";
import { computeInvoice, recomputeRule } from "../../domain/usage/invoice.ts";
import { priceListFor } from "../../domain/usage/price-list.ts";
import type { InvoicePreview } from "../../protocol/api/usage.ts";
import { collectUsage, type UsageSources } from "./collect-usage.ts";

/** `GET /v1/orgs/{org}/invoices/preview`: what the current month would cost if it ended now. */
export async function invoicePreview(
  sources: UsageSources,
  organizationId: OrganizationId,
): Promise<InvoicePreview> {
  const { period, stated, open } = await collectUsage(sources, {});
  const list = priceListFor(period.fromMs);
  const invoice = computeInvoice([], list, [...stated.byFleet, ...open]);
  return {
    organizationId,
    period: { from: new Date(period.fromMs).toISOString(), to: new Date(period.toMs).toISOString() },
    currency: invoice.currency,
    lines: invoice.lines,
    totalMicros: invoice.totalMicros,
    priceListVersion: invoice.priceListVersion,
    recompute: recomputeRule,
  };
}
