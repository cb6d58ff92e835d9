import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { AuditEvent } from "../../../protocol/api/audit.ts";
import { paged } from "../../api/queries.ts";
import type { AuditSearch } from "../../routes/search.ts";
import { Button } from "../../ui/button.tsx";
import { FeedIndicator } from "../../ui/feed-indicator.tsx";
import { CheckField } from "../../ui/field.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Readable } from "../organizations/readable.tsx";
import { AuditFilters } from "./audit-filters.tsx";
import { AuditRow } from "./audit-row.tsx";
import { ChainPanel } from "./chain-panel.tsx";
import { ExportButtons } from "./export-buttons.tsx";
import { useAuditLive } from "./use-audit-live.ts";

const from = "/app/orgs/$orgId/audit" as const;

export function AuditPage() {
  const { orgId } = useParams({ from });
  return (
    <Readable key={orgId} orgId={orgId} permission="audit.read" title="Audit log">
      <AuditView orgId={orgId} />
    </Readable>
  );
}

function AuditView({ orgId }: { orgId: string }) {
  const filter = useSearch({ from });
  const navigate = useNavigate({ from: "/orgs/$orgId/audit" });
  const [follow, setFollow] = useState(true);
  const list = useInfiniteQuery(
    paged("GET /v1/orgs/{org}/audit-events", { path: { org: orgId }, query: filter }),
  );
  const live = useAuditLive(orgId, filter, follow);
  const read = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const known = new Set(read.map(({ seq }) => seq));
  const events = [...live.events.filter(({ seq }) => !known.has(seq)), ...read];
  const narrow = (search: AuditSearch) => void navigate({ search });
  return (
    <Page
      title="Audit log"
      description="Who did what, where from, with what was before and after. Nothing in it can be changed."
      actions={<ExportButtons orgId={orgId} filter={filter} />}
    >
      <AuditFilters key={JSON.stringify(filter)} filter={filter} onChange={narrow} />
      <ChainPanel orgId={orgId} />
      {list.error ? <Problem error={list.error} retry={list.refetch} /> : null}
      {live.error ? <Problem error={live.error} /> : null}
      <div className="-mb-2 flex flex-wrap items-center gap-4">
        <CheckField label="Show new events as they happen" checked={follow} onChange={setFollow} />
        {follow ? <FeedIndicator status={live.status} /> : null}
      </div>
      <Panel flush>
        {list.isPending ? (
          <Skeleton rows={6} />
        ) : (
          <AuditRows events={events} onNarrow={narrow} searching={list.hasNextPage} />
        )}
        {list.hasNextPage ? (
          <div className="border-t p-3">
            <Button size="sm" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show older events
            </Button>
          </div>
        ) : null}
      </Panel>
    </Page>
  );
}

interface AuditRowsProps {
  events: AuditEvent[];
  onNarrow: (filter: AuditSearch) => void;
  /** Older events have not been looked through yet. */
  searching: boolean;
}

function AuditRows({ events, onNarrow, searching }: AuditRowsProps) {
  if (events.length === 0) {
    return (
      <Empty title={searching ? "Nothing found so far" : "No event matches"}>
        {searching ? "Older events have not been looked through yet." : "Clear the filters, or change them."}
      </Empty>
    );
  }
  return (
    <ol aria-label="Audit events" className="divide-y">
      {events.map((event) => (
        <AuditRow key={event.id} event={event} onNarrow={onNarrow} />
      ))}
    </ol>
  );
}
