import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { CircleFadingArrowUp, Plus, Rocket, X } from "lucide-react";
import { useMemo, useState } from "react";
import { agentConfigStates, agentStatuses } from "../../../domain/fleets/agent-state.ts";
import { agentPackageName } from "../../../protocol/package-index.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { filterAgents } from "../../lib/filter-agents.ts";
import { plural } from "../../lib/format.ts";
import type { AgentsSearch } from "../../routes/search.ts";
import { Button } from "../../ui/button.tsx";
import { FeedIndicator } from "../../ui/feed-indicator.tsx";
import { inputClass } from "../../ui/field.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Empty, Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { configStateLooks, statusLooks } from "../../ui/status.tsx";
import { useFleet } from "../fleets/use-fleet.ts";
import { RolloutBanner } from "../rollouts/rollout-banner.tsx";
import { AgentCounts } from "./agent-counts.tsx";
import { AgentTable } from "./agent-table.tsx";
import { BulkBar } from "./bulk/bulk-bar.tsx";
import { RestartBanner } from "./bulk/restart-banner.tsx";
import { SelectionContext } from "./bulk/selection.tsx";

export function AgentsPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId" });
  const search = useSearch({ from: "/app/fleets/$fleetId" });
  const navigate = useNavigate({ from: "/fleets/$fleetId" });
  const fleet = useFleet(fleetId);
  const live = useFleetLive(fleetId);
  const whyNot = useWhyNotInFleet(fleetId);
  const { agents, selectorError } = useMemo(
    () => filterAgents(live.agents.values(), search),
    [live.agents, search],
  );
  const change = (fields: { [K in keyof AgentsSearch]: AgentsSearch[K] | undefined }) =>
    void navigate({
      search: (old) =>
        Object.fromEntries(
          Object.entries({ ...old, ...fields }).filter(([, value]) => value !== undefined && value !== ""),
        ),
      replace: true,
    });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selection = useMemo(
    () => ({
      chosen,
      toggle: (agentId: string) =>
        setChosen((before) => {
          const next = new Set(before);
          if (!next.delete(agentId)) next.add(agentId);
          return next;
        }),
    }),
    [chosen],
  );
  const filtered = Boolean(search.q || search.status || search.config || search.label);
  const total = live.agents.size;

  if (fleet.error) return <Page title="Fleet">{<Problem error={fleet.error} retry={fleet.refetch} />}</Page>;
  return (
    <Page
      full
      title={fleet.data?.name ?? "Fleet"}
      description={<FeedIndicator status={live.feed} />}
      actions={
        <>
          {total > 0 ? (
            <>
              <LinkButton
                to="/fleets/$fleetId/deploy"
                params={{ fleetId }}
                search={{ upgrade: agentPackageName }}
                refused={whyNot("rollout.write")}
              >
                <CircleFadingArrowUp aria-hidden className="size-3.5" />
                Upgrade agents
              </LinkButton>
              <LinkButton to="/fleets/$fleetId/deploy" params={{ fleetId }} refused={whyNot("rollout.write")}>
                <Rocket aria-hidden className="size-3.5" />
                Deploy
              </LinkButton>
            </>
          ) : null}
          <LinkButton
            to="/fleets/$fleetId/add-agent"
            params={{ fleetId }}
            look="primary"
            refused={whyNot("enrollment_token.write")}
          >
            <Plus aria-hidden className="size-3.5" />
            Add an agent
          </LinkButton>
        </>
      }
    >
      {live.error ? <Problem error={live.error} retry={live.reload} /> : null}
      {live.loaded && total === 0 ? (
        <div className="rounded-lg border bg-raised">
          <Empty
            title="No agent has dialled in yet"
            action={
              <LinkButton
                to="/fleets/$fleetId/add-agent"
                params={{ fleetId }}
                look="primary"
                refused={whyNot("enrollment_token.write")}
              >
                Add your first agent
              </LinkButton>
            }
          >
            An agent runs on your machine, keeps one connection to Muster and takes its config from here.
            Adding one takes a token and one command.
          </Empty>
        </div>
      ) : (
        <>
          <RolloutBanner fleetId={fleetId} heard={live.rollouts} />
          <RestartBanner fleetId={fleetId} />
          <AgentCounts agents={live.agents} onPick={change} />
          <search className="shrink-0 grid grid-cols-2 gap-2 lg:flex [&>*]:lg:basis-38 [&>*:nth-child(-n+2)]:lg:flex-1">
            <SearchField
              label="Search agents"
              value={search.q ?? ""}
              onChange={(q) => change({ q })}
              className="col-span-2 lg:col-span-1"
            />
            <div className="col-span-2 flex flex-col gap-1 lg:col-span-1">
              <input
                aria-label="Filter by labels"
                aria-invalid={selectorError ? true : undefined}
                aria-describedby={selectorError ? "selector-error" : undefined}
                placeholder="Labels, such as role=web,region in (eu,us)"
                value={search.label ?? ""}
                onChange={(event) => change({ label: event.target.value })}
                className={inputClass}
              />
              {selectorError ? (
                <p id="selector-error" className="text-xs text-bad">
                  {selectorError}
                </p>
              ) : null}
            </div>
            <select
              aria-label="Filter by status"
              value={search.status ?? ""}
              onChange={(event) =>
                change({ status: agentStatuses.find((each) => each === event.target.value) })
              }
              className={inputClass}
            >
              <option value="">Any status</option>
              {agentStatuses.map((status) => (
                <option key={status} value={status}>
                  {statusLooks[status].text}
                </option>
              ))}
            </select>
            <select
              aria-label="Filter by config state"
              value={search.config ?? ""}
              onChange={(event) =>
                change({ config: agentConfigStates.find((each) => each === event.target.value) })
              }
              className={inputClass}
            >
              <option value="">Any config state</option>
              {agentConfigStates.map((state) => (
                <option key={state} value={state}>
                  {configStateLooks[state].text}
                </option>
              ))}
            </select>
            {filtered ? (
              <Button
                look="quiet"
                className="col-span-2 lg:col-span-1"
                onClick={() =>
                  change({ q: undefined, status: undefined, config: undefined, label: undefined })
                }
              >
                <X aria-hidden className="size-3.5" />
                Clear
              </Button>
            ) : null}
          </search>
          <BulkBar
            fleetId={fleetId}
            chosen={chosen}
            shown={agents.map(({ id }) => id)}
            onChoose={setChosen}
          />
          <div className="flex min-h-112 flex-1 lg:min-h-72 flex-col overflow-hidden rounded-lg border bg-raised">
            {!live.loaded && total === 0 ? (
              <Skeleton rows={6} />
            ) : agents.length === 0 ? (
              <Empty title="No agent matches">
                {plural(total, "agent")} in this fleet, none of them fits these filters. Clear a filter to see
                more.
              </Empty>
            ) : (
              <SelectionContext value={selection}>
                <AgentTable agents={agents} search={search} onSort={change} />
              </SelectionContext>
            )}
          </div>
          <p role="status" className="-mt-2 text-xs text-soft">
            {filtered
              ? `${plural(agents.length, "agent")} of ${plural(total, "agent")}`
              : plural(total, "agent")}
            {live.loaded ? "" : ", loading…"}
          </p>
        </>
      )}
    </Page>
  );
}
