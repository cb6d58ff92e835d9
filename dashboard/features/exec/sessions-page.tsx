import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ExecSession } from "../../../protocol/api/exec.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { paged } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Readable } from "../organizations/readable.tsx";
import { howItEnded, stateWords, whatItRuns } from "./words.ts";

const refreshEveryMs = 10_000;
const tones = {
  awaiting_approval: "warn",
  approved: "busy",
  rejected: "bad",
  expired: "idle",
  open: "good",
  ended: "idle",
} as const;

export function ExecSessionsPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/exec-sessions" });
  return (
    <Readable key={orgId} orgId={orgId} permission="exec.read" title="Sessions">
      <Sessions orgId={orgId} />
    </Readable>
  );
}

function Sessions({ orgId }: { orgId: string }) {
  const list = useInfiniteQuery({
    ...paged("GET /v1/orgs/{org}/exec-sessions", { path: { org: orgId }, query: {} }),
    refetchInterval: refreshEveryMs,
  });
  const sessions = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="Sessions"
      description="Commands and terminals on agents' hosts: who ran what, who approved it, and how it ended."
    >
      {list.error ? <Problem error={list.error} retry={list.refetch} /> : null}
      <Panel flush>
        {list.isPending ? <Skeleton rows={6} /> : null}
        {list.data && sessions.length === 0 ? (
          <Empty title="Nobody has run anything">
            Open a terminal on an agent's page, or use muster exec.
          </Empty>
        ) : null}
        {sessions.length > 0 ? (
          <Table
            label="Sessions"
            head={
              <>
                <Th>When</Th>
                <Th>Who</Th>
                <Th>Agent</Th>
                <Th>What</Th>
                <Th>State</Th>
                <Th>
                  <span className="sr-only">Actions</span>
                </Th>
              </>
            }
          >
            {sessions.map((session) => (
              <Row key={session.id} orgId={orgId} session={session} />
            ))}
          </Table>
        ) : null}
        {list.hasNextPage ? (
          <div className="border-t p-3">
            <Button size="sm" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show older sessions
            </Button>
          </div>
        ) : null}
      </Panel>
    </Page>
  );
}

function Row({ orgId, session }: { orgId: string; session: ExecSession }) {
  const { end, decision, reason } = session;
  return (
    <tr>
      <Td>
        <Time at={session.createdAt} />
      </Td>
      <Td>{session.actorName}</Td>
      <Td>{session.agentName}</Td>
      <Td>
        <code className="text-sm break-all">{whatItRuns(session)}</code>
        {reason === null ? null : <p className="text-xs text-soft">{reason}</p>}
      </Td>
      <Td>
        <Tag tone={tones[session.state]}>{stateWords[session.state]}</Tag>
        {decision === null ? null : (
          <p className="text-xs text-soft">
            {decision.verdict} by {decision.name}
          </p>
        )}
        {end === null ? null : (
          <p className="text-xs text-soft">{howItEnded(end.exitCode, end.signal, end.reason)}</p>
        )}
      </Td>
      <Td>
        <Actions orgId={orgId} session={session} />
      </Td>
    </tr>
  );
}

function Actions({ orgId, session }: { orgId: string; session: ExecSession }) {
  const { id, state, fleetId, agentId } = session;
  const me = useSession()?.user.id;
  const refused = useWhyNotInFleet(fleetId)("exec.run");
  const stale = [`/v1/orgs/${orgId}/exec-sessions`, `/v1/exec-sessions/${id}`];
  const path = { stream: id };
  const approve = useWrite({
    send: () => api.call("POST /v1/exec-sessions/{stream}/approve", { path, body: {} }),
    stale,
  });
  const reject = useWrite({
    send: () => api.call("POST /v1/exec-sessions/{stream}/reject", { path, body: {} }),
    stale,
  });
  const stop = useWrite({ send: () => api.call("POST /v1/exec-sessions/{stream}/end", { path }), stale });
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {state === "awaiting_approval" ? (
        <>
          <Button
            size="sm"
            refused={
              refused ??
              (session.actor === me ? "Another person must approve what you asked for." : undefined)
            }
            busy={approve.isPending}
            onClick={() => approve.mutate(undefined)}
          >
            Approve
          </Button>
          <Button
            size="sm"
            look="danger"
            refused={refused}
            busy={reject.isPending}
            onClick={() => reject.mutate(undefined)}
          >
            Reject
          </Button>
        </>
      ) : null}
      {state === "approved" && session.actor === me ? (
        <LinkButton
          size="sm"
          to="/fleets/$fleetId/agents/$agentId/terminal"
          params={{ fleetId, agentId }}
          search={{ session: id }}
          reloadDocument
        >
          Open
        </LinkButton>
      ) : null}
      {state === "open" ? (
        <Button
          size="sm"
          look="danger"
          refused={refused}
          busy={stop.isPending}
          onClick={() => stop.mutate(undefined)}
        >
          End
        </Button>
      ) : null}
      {session.recording === null ? null : (
        <span className="self-center text-xs text-soft">
          recorded: <code>muster exec-sessions replay {id}</code>
        </span>
      )}
    </div>
  );
}
