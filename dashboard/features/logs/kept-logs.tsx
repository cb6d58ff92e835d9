import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useMemo, useState } from "react";
import { paged, queryClient } from "../../api/queries.ts";
import { useSettled } from "../../lib/use-settled.ts";
import { Button } from "../../ui/button.tsx";
import { More } from "../../ui/more.tsx";
import { Empty, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { keptRow } from "./log-lines.ts";
import { LogView } from "./log-view.tsx";

const pageLines = 500;

/** What the fleet keeps of the agent's logs, also while it is offline. Each look is audited: nothing asks unasked. */
export function KeptLogs({ agentId }: { agentId: string }) {
  const [search, setSearch] = useState("");
  const q = useSettled(search.trim());
  const kept = paged(
    "GET /v1/agents/{agent}/logs",
    { path: { agent: agentId }, query: { ...(q && { q }) } },
    pageLines,
  );
  const query = useInfiniteQuery({ ...kept, staleTime: Number.POSITIVE_INFINITY });
  const rows = useMemo(
    () => (query.data?.pages.flatMap(({ items }) => items) ?? []).map(keptRow).reverse(),
    [query.data],
  );
  return (
    <Panel title="Kept" description="What agents of this fleet ship, while their fleet keeps logs." flush>
      <search className="flex gap-2 border-b p-3">
        <SearchField label="Search what is kept" value={search} onChange={setSearch} className="flex-1" />
        <Button
          busy={query.isFetching}
          onClick={() => void queryClient.resetQueries({ queryKey: kept.queryKey })}
        >
          <RotateCw aria-hidden className="size-3.5" />
          Look again
        </Button>
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
      {rows.length > 0 ? (
        <LogView rows={rows} follows={false} onFollow={() => {}} showSource showDate />
      ) : null}
      <More label="Older lines" query={query} />
    </Panel>
  );
}
