import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { one } from "../../api/queries.ts";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { chartsOf } from "./charts.ts";
import { CollectionPanel } from "./collection-panel.tsx";
import { LineChart } from "./line-chart.tsx";
import { RangeSelect } from "./range-select.tsx";
import { fromOf, type Range, ranges } from "./ranges.ts";

/** What the fleet's agents measure, added up, and what of it is stored. */
export function FleetMetricsPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/metrics" });
  const [range, setRange] = useState<Range>("hour");
  const found = useQuery({
    ...one("GET /v1/fleets/{fleet}/metrics", {
      path: { fleet: fleetId },
      query: {
        from: fromOf(range, Date.now()),
        ...(range === "hour" && { resolution: "1m" as const }),
      },
    }),
    placeholderData: keepPreviousData,
    refetchInterval: Math.max(60_000, ranges[range].refreshMs),
  });
  const { data } = found;
  const charts = data ? chartsOf(data.series) : [];
  return (
    <Page title="Metrics" description="What the agents measure of their hosts and programs, together.">
      <CollectionPanel fleetId={fleetId} />
      <Panel
        title="All agents"
        description="The average, and the 95th percentile of the agents. The band goes from the least to the most."
        actions={<RangeSelect range={range} onChange={setRange} />}
      >
        {found.error ? <Problem error={found.error} retry={found.refetch} /> : null}
        {found.isPending ? <Skeleton rows={4} /> : null}
        {data && charts.length === 0 ? (
          <p className="text-soft">
            {data.note ?? "Nothing was measured in this time; agents tell of it within some minutes."}
          </p>
        ) : null}
        {data && charts.length > 0 ? (
          <div className="grid gap-x-6 gap-y-5 md:grid-cols-2">
            {charts.flatMap(({ title, lines }) =>
              lines.map(({ label, series }) => (
                <LineChart
                  key={series.name}
                  title={lines.length > 1 ? `${title}, ${label}` : title}
                  unit={series.unit}
                  startsAt={data.startsAt}
                  stepSeconds={data.stepSeconds}
                  lines={[
                    { label: "average", values: series.average, low: series.minimum, high: series.maximum },
                    { label: "p95", values: series.p95 },
                  ]}
                />
              )),
            )}
          </div>
        ) : null}
      </Panel>
    </Page>
  );
}
