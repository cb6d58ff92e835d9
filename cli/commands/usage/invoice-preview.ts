import { invoicePreview } from "../../../protocol/api/usage.ts";
import { command } from "../../spec.ts";
import { table } from "../../table.ts";
import { quantity } from "./usage.ts";

/** Exact: micros are integers, and four decimals show a hundredth of a cent. */
const money = (micros: number, currency: string) => `${(micros / 1_000_000).toFixed(4)} ${currency}`;

export const previewInvoice = command({
  name: "preview",
  summary: "Show what the current month costs so far, line by line",
  examples: ["muster invoice preview", "muster invoice preview --json"],
  answer: invoicePreview,
  async run(cli) {
    const { id } = await cli.scope.organization();
    const client = await cli.client();
    const found = await client.call("GET /v1/orgs/{org}/invoices/preview", { path: { org: id } });
    cli.output.result(found, (style) => {
      const rows = table(
        found.lines,
        [
          { title: "WHAT", value: (row) => row.description },
          { title: "USED", value: (row) => quantity(row.quantity), align: "right" },
          { title: "INCLUDED", value: (row) => quantity(row.included), align: "right", drop: 2 },
          { title: "BILLABLE", value: (row) => quantity(row.billable), align: "right" },
          { title: "UNIT", value: (row) => row.unit },
          {
            title: "PRICE",
            value: (row) => `${money(row.unitPriceMicros, found.currency)} per ${quantity(row.perUnits)}`,
            drop: 1,
          },
          { title: "AMOUNT", value: (row) => money(row.amountMicros, found.currency), align: "right" },
        ],
        style,
      );
      return [
        `Invoice preview, ${found.period.from} to ${found.period.to}, price list ${found.priceListVersion}`,
        rows,
        style.color.bold(`Total ${money(found.totalMicros, found.currency)}`),
        style.color.dim(found.recompute),
      ].join("\n\n");
    });
  },
});
