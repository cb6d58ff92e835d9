import { useInfiniteQuery } from "@tanstack/react-query";
import { More } from "../../ui/more.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { eventsQuery } from "./account-queries.ts";

export function ActivityPanel() {
  const events = useInfiniteQuery(eventsQuery);
  const shown = events.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel flush title="Activity" description="What happened to your account. Nobody else sees this.">
      {events.error ? (
        <div className="p-4">
          <Problem error={events.error} retry={events.refetch} />
        </div>
      ) : null}
      {events.isPending ? <Skeleton rows={4} /> : null}
      {shown.length > 0 ? (
        <Table
          label="Activity"
          head={
            <>
              <Th>When</Th>
              <Th>What</Th>
              <Th>Device</Th>
              <Th>Address</Th>
            </>
          }
        >
          {shown.map((event) => (
            <tr key={event.id}>
              <Td>
                <Time at={event.at} />
              </Td>
              <Td className="min-w-52 break-words">
                {event.summary[0]?.toUpperCase()}
                {event.summary.slice(1)}
              </Td>
              <Td>{event.device}</Td>
              <Td className="font-mono text-sm">{event.address || "not known"}</Td>
            </tr>
          ))}
        </Table>
      ) : null}
      <More label="Show earlier activity" query={events} />
    </Panel>
  );
}
