import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AgentDetail } from "../../../protocol/api/agents.ts";
import { one } from "../../api/queries.ts";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { chartsOf } from "./charts.ts";
import { HostFacts } from "./host-facts.tsx";
import { LineChart } from "./line-chart.tsx";
import { RangeSelect } from "./range-select.tsx";
import { fromOf, type Range, ranges } from "./ranges.ts";

/** What the agent measures: the last hour is asked of the agent itself while somebody looks, the rest is what is stored. */
export function AgentMetricsPanel({ agent }: { agent: AgentDetail }) {
  const [range, setRange] = useState<Range>("hour");
  const live = range === "hour";
  const found = useQuery({
    ...one("GET /v1/agents/{agent}/metrics", {
      path: { agent: agent.id },
      query: live ? { live: true } : { from: fromOf(range, Date.now()) },
    }),
    placeholderData: keepPreviousData,
    refetchInterval: ranges[range].refreshMs,
  });
  const { data } = found;
  const charts = data ? chartsOf(data.series) : [];
  return (
    <Panel
      title="Host and program"
      description={live ? "Asked of the agent itself while this page is open." : "As the fleet stores it."}
      actions={<RangeSelect range={range} onChange={setRange} />}
    >
      <div className="flex flex-col gap-5">
        <HostFacts attributes={{ ...agent.attributes.identifying, ...agent.attributes.nonIdentifying }} />
        {found.error ? <Problem error={found.error} retry={found.refetch} /> : null}
        {found.isPending ? <Skeleton rows={4} /> : null}
        {data && data.note !== null ? <p className="text-soft">{data.note}</p> : null}
        {data && charts.length === 0 && data.note === null ? (
          <p className="text-soft">Nothing was measured in this time.</p>
        ) : null}
        {data && charts.length > 0 ? (
          <div className="grid gap-x-6 gap-y-5 md:grid-cols-2">
            {charts.map(({ title, lines }) => (
              <LineChart
                key={title}
                title={title}
                unit={lines[0]?.series.unit ?? "number"}
                startsAt={data.startsAt}
                stepSeconds={data.stepSeconds}
                lines={lines.map(({ label, series }) => ({
                  label,
                  values: series.average,
                  ...(lines.length === 1 && !live && { low: series.minimum, high: series.maximum }),
                }))}
              />
            ))}
          </div>
        ) : null}
      </div>
    </Panel>
  );
}
