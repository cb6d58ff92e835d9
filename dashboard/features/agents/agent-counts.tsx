import { useMemo } from "react";
import type { Agent } from "../../../protocol/api/agents.ts";
import { cx } from "../../lib/class-names.ts";
import { count } from "../../lib/format.ts";
import type { AgentsSearch } from "../../routes/search.ts";

type Filter = { [K in "status" | "config"]: AgentsSearch[K] | undefined };

/** The fleet in five numbers; each is a filter. */
export function AgentCounts({
  agents,
  onPick,
}: {
  agents: ReadonlyMap<string, Agent>;
  onPick: (filter: Filter) => void;
}) {
  const numbers = useMemo(() => {
    const tally = { total: 0, online: 0, offline: 0, inSync: 0, failed: 0 };
    for (const agent of agents.values()) {
      tally.total++;
      if (agent.status === "online") tally.online++;
      if (agent.status === "offline") tally.offline++;
      if (agent.config.state === "in_sync") tally.inSync++;
      if (agent.config.state === "failed") tally.failed++;
    }
    return tally;
  }, [agents]);
  const cells: { name: string; value: number; filter: Filter; alarm?: boolean }[] = [
    { name: "Agents", value: numbers.total, filter: { status: undefined, config: undefined } },
    { name: "Online", value: numbers.online, filter: { status: "online", config: undefined } },
    { name: "Offline", value: numbers.offline, filter: { status: "offline", config: undefined } },
    { name: "In sync", value: numbers.inSync, filter: { status: undefined, config: "in_sync" } },
    { name: "Failed", value: numbers.failed, filter: { status: undefined, config: "failed" }, alarm: true },
  ];
  return (
    <div className="grid shrink-0 grid-cols-3 overflow-hidden rounded-lg border bg-line [gap:1px] sm:grid-cols-5">
      {cells.map((cell) => (
        <button
          key={cell.name}
          type="button"
          onClick={() => onPick(cell.filter)}
          className="flex flex-col bg-raised px-4 py-2.5 text-left -outline-offset-2 hover:bg-hover"
        >
          <span className="text-xs text-soft">{cell.name}</span>
          <span
            className={cx(
              "tabular text-xl font-semibold",
              cell.alarm && cell.value > 0 ? "text-bad" : cell.value === 0 ? "text-faint" : "text-text",
            )}
          >
            {count(cell.value)}
          </span>
        </button>
      ))}
      <div aria-hidden className="bg-raised sm:hidden" />
    </div>
  );
}
