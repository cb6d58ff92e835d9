import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Download } from "lucide-react";
import type { InvoicePreview, MeterName, Usage } from "../../../protocol/api/usage.ts";
import { queries } from "../../api/queries.ts";
import { count, money, words } from "../../lib/format.ts";
import { exactTime } from "../../lib/time.ts";
import { Button } from "../../ui/button.tsx";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Readable } from "../organizations/readable.tsx";
import { downloadLedger } from "./download-ledger.ts";
import { HourBars } from "./hour-bars.tsx";

const refreshEveryMs = 15_000;

const meterTitles: Record<MeterName, string> = {
  connected_agent_seconds: "Connected agent time",
  config_deliveries: "Config deliveries",
  shipped_log_bytes: "Kept logs",
  metered_agent_seconds: "Agent time with stored metrics",
};

export function UsagePage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/usage" });
  return (
    <Readable key={orgId} orgId={orgId} permission="usage.read" title="Usage and price">
      <UsageView orgId={orgId} />
    </Readable>
  );
}

function UsageView({ orgId }: { orgId: string }) {
  const usage = useQuery({ ...queries.usage(orgId), refetchInterval: refreshEveryMs });
  const invoice = useQuery({ ...queries.invoicePreview(orgId), refetchInterval: refreshEveryMs });
  const ledger = useMutation({ mutationFn: () => downloadLedger(orgId) });
  return (
    <Page
      title="Usage and price"
      description="What this organization has used this month, and what it costs so far."
      actions={
        <Button busy={ledger.isPending} onClick={() => ledger.mutate()}>
          <Download aria-hidden className="size-3.5" />
          Ledger as JSON
        </Button>
      }
    >
      {ledger.error ? <Problem error={ledger.error} /> : null}
      {invoice.error ? <Problem error={invoice.error} retry={invoice.refetch} /> : null}
      {invoice.data ? <Invoice invoice={invoice.data} /> : invoice.isPending ? <Skeleton rows={3} /> : null}
      {usage.error ? <Problem error={usage.error} retry={usage.refetch} /> : null}
      {usage.data ? <Meters usage={usage.data} /> : usage.isPending ? <Skeleton rows={5} /> : null}
    </Page>
  );
}

function Invoice({ invoice }: { invoice: InvoicePreview }) {
  return (
    <Panel
      title="Price so far"
      description={`${exactTime(invoice.period.from)} to ${exactTime(invoice.period.to)}, price list ${invoice.priceListVersion}`}
      actions={
        <span className="tabular text-xl font-semibold">
          <span className="sr-only">Total </span>
          {money(invoice.totalMicros, invoice.currency)}
        </span>
      }
      flush
    >
      <Table
        label="Invoice preview"
        head={
          <>
            <Th>Line</Th>
            <Th className="text-right">Used</Th>
            <Th className="text-right">Included</Th>
            <Th className="text-right">Billable</Th>
            <Th className="text-right">Price</Th>
            <Th className="text-right">Amount</Th>
          </>
        }
      >
        {invoice.lines.map((line) => (
          <tr key={line.meter}>
            <Td className="min-w-44">{line.description}</Td>
            <Td className="tabular text-right whitespace-nowrap">
              {count(line.quantity)} {line.unit}
            </Td>
            <Td className="tabular text-right">{count(line.included)}</Td>
            <Td className="tabular text-right">{count(line.billable)}</Td>
            <Td className="tabular text-right whitespace-nowrap">
              {money(line.unitPriceMicros, invoice.currency)} per {count(line.perUnits)}
            </Td>
            <Td className="tabular text-right font-medium">{money(line.amountMicros, invoice.currency)}</Td>
          </tr>
        ))}
      </Table>
      <p className="border-t px-4 py-3 text-sm text-soft">{invoice.recompute}</p>
    </Panel>
  );
}

function Meters({ usage }: { usage: Usage }) {
  return (
    <>
      <div className="grid gap-5 lg:grid-cols-2">
        {usage.meters.map((meter) => (
          <Panel key={meter.meter} title={meterTitles[meter.meter]}>
            <p className="tabular text-2xl font-semibold">
              {count(meter.quantity)}{" "}
              <span className="text-base font-normal text-soft">{words(meter.unit)}</span>
            </p>
            <HourBars
              title={meterTitles[meter.meter]}
              unit={words(meter.unit)}
              hours={usage.hours.filter((hour) => hour.meter === meter.meter)}
            />
          </Panel>
        ))}
      </div>
      <Panel title="By fleet" flush>
        {usage.fleets.length === 0 ? (
          <p className="p-4 text-soft">No fleet has used anything yet.</p>
        ) : (
          <Table
            label="Usage by fleet"
            head={
              <>
                <Th>Fleet</Th>
                <Th>Meter</Th>
                <Th className="text-right">Used</Th>
                <Th>Up to</Th>
              </>
            }
          >
            {usage.fleets.map((line) => (
              <tr key={`${line.fleetId} ${line.meter}`}>
                <Td className="font-medium">{line.fleetName}</Td>
                <Td>{meterTitles[line.meter]}</Td>
                <Td className="tabular text-right whitespace-nowrap">
                  {count(line.quantity)} {words(line.unit)}
                </Td>
                <Td>
                  <Tag tone={line.live ? "good" : "idle"}>{line.live ? "now" : "last closed hour"}</Tag>
                </Td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
    </>
  );
}
