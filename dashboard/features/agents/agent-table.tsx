import { Link } from "@tanstack/react-router";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, useRef } from "react";
import { agentConfigStates, agentStatuses } from "../../../domain/fleets/agent-state.ts";
import { healthWord } from "../../../domain/fleets/agent-words.ts";
import type { Agent } from "../../../protocol/api/agents.ts";
import { cx } from "../../lib/class-names.ts";
import { useMedia } from "../../lib/use-media.ts";
import { type AgentSortColumn, type AgentsSearch, agentSortColumns } from "../../routes/search.ts";
import { Labels } from "../../ui/labels.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { agentLook, Badge, configStateLooks, driftedLook } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { ChooseAgent } from "./bulk/selection.tsx";

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const helper = createColumnHelper<typeof features, Agent>();
const byName = new Intl.Collator("en", { numeric: true });

const columns = helper.columns([
  helper.accessor("name", {
    id: "name",
    header: "Name",
    sortFn: (a, b) => byName.compare(a.original.name, b.original.name),
    cell: ({ row: { original: agent } }) => (
      <div className="flex min-w-0 items-center gap-3">
        <ChooseAgent agentId={agent.id} name={agent.name} />
        <div className="min-w-0">
          <Link
            to="/fleets/$fleetId/agents/$agentId"
            params={{ fleetId: agent.fleetId, agentId: agent.id }}
            className="block truncate font-medium after:absolute after:inset-0"
          >
            {agent.name}
          </Link>
          <div className="truncate text-xs text-soft">
            {[agent.type, agent.version].filter(Boolean).join(" ") || "type unknown"}
          </div>
        </div>
      </div>
    ),
  }),
  helper.accessor("status", {
    id: "status",
    header: "Status",
    sortFn: (a, b) => agentStatuses.indexOf(a.original.status) - agentStatuses.indexOf(b.original.status),
    cell: ({ row: { original: agent } }) => (
      <span className="flex flex-wrap items-center gap-1">
        <Badge look={agentLook(agent)} title={agent.decommissioned?.reason} />
        {agent.healthy === false && agent.status !== "revoked" ? (
          <span className="text-xs font-medium text-bad" title={agent.healthError ?? undefined}>
            {healthWord(agent)}
          </span>
        ) : null}
      </span>
    ),
  }),
  helper.accessor((agent) => agent.config.state, {
    id: "config",
    header: "Config",
    sortFn: (a, b) =>
      agentConfigStates.indexOf(a.original.config.state) - agentConfigStates.indexOf(b.original.config.state),
    cell: ({ row: { original: agent } }) => (
      <Badge
        look={
          agent.drift && agent.config.state === "in_sync" ? driftedLook : configStateLooks[agent.config.state]
        }
        title={agent.config.error ?? undefined}
      />
    ),
  }),
  helper.accessor("lastSeenAt", {
    id: "lastSeen",
    header: "Last seen",
    sortFn: (a, b) => (lastSeen(a.original) < lastSeen(b.original) ? -1 : 1),
    cell: ({ row: { original: agent } }) => (
      <span className="text-sm text-soft">
        {agent.status === "online" && agent.transport === "websocket" ? (
          "connected"
        ) : (
          <Time at={agent.lastSeenAt} />
        )}
      </span>
    ),
  }),
  helper.accessor((agent) => agent.labels, {
    id: "labels",
    header: "Labels",
    enableSorting: false,
    cell: ({ row: { original: agent } }) => <Labels labels={agent.labels} most={3} oneLine />,
  }),
]);

/** An open socket is seen now, whatever was last written down. */
function lastSeen(agent: Agent): string {
  return agent.status === "online" && agent.transport === "websocket" ? "~" : (agent.lastSeenAt ?? "");
}

const wideColumns = "grid-cols-[minmax(12rem,1.3fr)_9.5rem_7.5rem_7.5rem_minmax(12rem,1.5fr)]";
const rowPx = 52;
const cardPx = 108;

interface AgentTableProps {
  agents: Agent[];
  search: AgentsSearch;
  onSort: (sort: { sort: AgentSortColumn | undefined; desc: boolean | undefined }) => void;
}

/** Only the rows in sight are in the document; a narrow window shows cards instead of columns. */
export function AgentTable({ agents, search, onSort }: AgentTableProps) {
  const wide = useMedia("(min-width: 1024px)");
  const scroller = useRef<HTMLElement>(null);
  const sorting = useMemo<SortingState>(
    () => [{ id: search.sort ?? "name", desc: search.desc ?? false }],
    [search.sort, search.desc],
  );
  const table = useTable({
    features,
    columns,
    data: agents,
    getRowId: (agent) => agent.id,
    state: { sorting },
    enableSortingRemoval: false,
    onSortingChange: (change) => {
      const [next] = typeof change === "function" ? change(sorting) : change;
      const column = agentSortColumns.find((each) => each === next?.id);
      onSort({ sort: column === "name" ? undefined : column, desc: next?.desc ? true : undefined });
    },
  });
  const { rows } = table.getRowModel();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (wide ? rowPx : cardPx),
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  });
  // A new row height makes every cached position wrong.
  const measured = useRef(wide);
  if (measured.current !== wide) {
    measured.current = wide;
    virtualizer.measure();
  }

  return (
    <ScrollBox ref={scroller} label="Agents" className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
      {/* biome-ignore-start lint/a11y/useSemanticElements: rows are placed by transform, which table elements do not allow. */}
      <div role="table" aria-label="Agents" aria-rowcount={rows.length + 1}>
        <div role="rowgroup" className="sticky top-0 z-10 border-b bg-raised">
          {table.getHeaderGroups().map((group) => (
            <div
              key={group.id}
              role="row"
              aria-rowindex={1}
              tabIndex={-1}
              className={cx(
                "items-center gap-4 px-4 text-xs text-soft",
                wide ? `grid h-9 ${wideColumns}` : "flex h-9",
              )}
            >
              {group.headers.map((header) => {
                const direction = header.column.getIsSorted();
                return (
                  <div
                    key={header.id}
                    role="columnheader"
                    tabIndex={-1}
                    aria-sort={
                      direction === "asc" ? "ascending" : direction === "desc" ? "descending" : "none"
                    }
                  >
                    {header.column.getCanSort() ? (
                      <button
                        type="button"
                        onClick={header.column.getToggleSortingHandler()}
                        className={cx(
                          "-mx-1 flex items-center gap-1 rounded px-1 py-0.5 font-medium whitespace-nowrap hover:text-text",
                          direction && "text-text",
                        )}
                      >
                        <table.FlexRender header={header} />
                        {direction === "asc" ? <ArrowUp aria-hidden className="size-3" /> : null}
                        {direction === "desc" ? <ArrowDown aria-hidden className="size-3" /> : null}
                      </button>
                    ) : wide ? (
                      <span className="font-medium">
                        <table.FlexRender header={header} />
                      </span>
                    ) : null}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={item.index + 2}
                tabIndex={-1}
                className={cx(
                  "absolute inset-x-0 top-0 items-center gap-x-4 border-b px-4 hover:bg-hover/60 has-focus-visible:bg-hover/60",
                  wide ? `grid ${wideColumns}` : "grid grid-cols-[auto_auto_1fr] content-center gap-y-1.5",
                )}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                {row.getAllCells().map((cell) => (
                  <div
                    key={cell.id}
                    role="cell"
                    tabIndex={-1}
                    className={cx(
                      "min-w-0",
                      !wide &&
                        (cell.column.id === "name" || cell.column.id === "labels") &&
                        "col-span-3 overflow-hidden",
                      !wide && cell.column.id === "lastSeen" && "text-right",
                    )}
                  >
                    <table.FlexRender cell={cell} />
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {/* biome-ignore-end lint/a11y/useSemanticElements: see above. */}
    </ScrollBox>
  );
}
