import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useState } from "react";
import { paged, queries } from "../../api/queries.ts";
import { type SessionsSearch, sessionStates } from "../../routes/search.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { More } from "../../ui/more.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Readable } from "../organizations/readable.tsx";
import { SessionTable } from "./session-table.tsx";
import { saysOf, stateWords } from "./words.ts";

const from = "/app/orgs/$orgId/exec-sessions" as const;
const refreshEveryMs = 10_000;

export function ExecSessionsPage() {
  const { orgId } = useParams({ from });
  return (
    <Readable key={orgId} orgId={orgId} permission="exec.read" title="Sessions">
      <Sessions orgId={orgId} />
    </Readable>
  );
}

function Sessions({ orgId }: { orgId: string }) {
  const filter = useSearch({ from });
  const navigate = useNavigate({ from: "/orgs/$orgId/exec-sessions" });
  const [words, setWords] = useState("");
  const list = useInfiniteQuery({
    ...paged("GET /v1/orgs/{org}/exec-sessions", { path: { org: orgId }, query: filter }),
    // Who went back to older ones reads on undisturbed.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : refreshEveryMs),
  });
  const all = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const found = all.filter((session) => saysOf(session, words));
  const narrow = (search: SessionsSearch) => void navigate({ search, replace: true });
  return (
    <Page
      title="Sessions"
      description="Commands and terminals on agents' hosts: who ran what, who approved it, and how it ended."
    >
      <search className="flex flex-wrap items-end gap-3">
        <SearchField
          label="Search who, agent, command, reason"
          value={words}
          onChange={setWords}
          className="min-w-60 flex-1"
        />
        <SelectField
          label="State"
          className="min-w-44"
          value={filter.state ?? ""}
          onChange={({ target }) => {
            const { state: _, ...rest } = filter;
            const state = sessionStates.find((each) => each === target.value);
            narrow({ ...rest, ...(state && { state }) });
          }}
        >
          <option value="">Any state</option>
          {sessionStates.map((state) => (
            <option key={state} value={state}>
              {stateWords[state]}
            </option>
          ))}
        </SelectField>
        {filter.agent === undefined ? null : (
          <OfAgent
            agentId={filter.agent}
            onClear={() => {
              const { agent: _, ...rest } = filter;
              narrow(rest);
            }}
          />
        )}
      </search>
      {list.error ? <Problem error={list.error} retry={list.refetch} /> : null}
      <Panel flush>
        {list.isPending ? <Skeleton rows={6} /> : null}
        {list.data && found.length === 0 ? (
          <Nothing
            narrowed={words.trim() !== "" || Object.keys(filter).length > 0}
            searching={list.hasNextPage}
          />
        ) : null}
        {found.length > 0 ? <SessionTable orgId={orgId} sessions={found} /> : null}
        <More label="Show older sessions" query={list} />
      </Panel>
    </Page>
  );
}

function OfAgent({ agentId, onClear }: { agentId: string; onClear: () => void }) {
  const agent = useQuery(queries.agent(agentId));
  return (
    <Button look="quiet" onClick={onClear}>
      <X aria-hidden className="size-3.5" />
      Only of {agent.data?.name ?? agentId}
    </Button>
  );
}

interface NothingProps {
  narrowed: boolean;
  /** Older ones have not been looked through yet. */
  searching: boolean;
}

function Nothing({ narrowed, searching }: NothingProps) {
  if (searching)
    return <Empty title="Nothing found so far">Older sessions have not been looked through yet.</Empty>;
  if (narrowed) return <Empty title="No session matches">Clear the search or the filters.</Empty>;
  return (
    <Empty title="Nobody has run anything">Open a terminal on an agent's page, or use muster exec.</Empty>
  );
}
