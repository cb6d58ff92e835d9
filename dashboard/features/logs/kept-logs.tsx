import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { paged } from "../../api/queries.ts";
import { More } from "../../ui/more.tsx";
import { Empty, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { keptRow } from "./log-lines.ts";
import { LogView } from "./log-view.tsx";

const pageLines = 500;

/** What the fleet keeps of the agent's logs, also while it is offline. */
export function KeptLogs({ agentId }: { agentId: string }) {
  const [search, setSearch] = useState("");
  const q = useDeferredValue(search.trim());
  const query = useInfiniteQuery(
    paged("GET /v1/agents/{agent}/logs", { path: { agent: agentId }, query: { ...(q && { q }) } }, pageLines),
  );
  const rows = useMemo(
    () => (query.data?.pages.flatMap(({ items }) => items) ?? []).map(keptRow).reverse(),
    [query.data],
  );
  return (
    <Panel title="Kept" description="What agents of this fleet ship, while their fleet keeps logs." flush>
      <search className="flex border-b p-3">
        <SearchField label="Search what is kept" value={search} onChange={setSearch} className="flex-1" />
      </search>
      {query.error ? (
        <div className="p-3">
          <Problem error={query.error} retry={query.refetch} />
        </div>
      ) : null}
      {query.isPending ? <Skeleton rows={4} /> : null}
      {query.data && rows.length === 0 ? (
        <Empty title={q === "" ? "Nothing is kept" : "Nothing matches"}>
          {q === "" ? "Whether a fleet keeps logs is set on its page of logs." : "Search for something else."}
        </Empty>
      ) : null}
      {rows.length > 0 ? <LogView rows={rows} follows={false} onFollow={() => {}} showSource /> : null}
      <More label="Older lines" query={query} />
    </Panel>
  );
}
