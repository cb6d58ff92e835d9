import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import type { ExecSession } from "../../../protocol/api/exec.ts";
import { one } from "../../api/queries.ts";
import { bytes } from "../../lib/format.ts";
import { duration } from "../../lib/time.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Facts, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { Readable } from "../organizations/readable.tsx";
import { RecordingPanel } from "./recording-panel.tsx";
import { SessionActions } from "./session-actions.tsx";
import { howItEnded, isLive, stateTones, stateWords, whatItRuns } from "./words.ts";

const refreshEveryMs = 5_000;

/** One session, and its recording. Loaded as a document of its own: only here may the page run WebAssembly. */
export function ExecSessionPage() {
  const { orgId, sessionId } = useParams({ from: "/app/orgs/$orgId/exec-sessions/$sessionId" });
  return (
    <Readable key={sessionId} orgId={orgId} permission="exec.read" title="Session">
      <SessionView orgId={orgId} sessionId={sessionId} />
    </Readable>
  );
}

function SessionView({ orgId, sessionId }: { orgId: string; sessionId: string }) {
  const session = useQuery({
    ...one("GET /v1/exec-sessions/{stream}", { path: { stream: sessionId } }),
    refetchInterval: ({ state }) => (state.data && isLive(state.data) ? refreshEveryMs : false),
  });
  const back = (
    <LinkButton to="/orgs/$orgId/exec-sessions" params={{ orgId }}>
      <ArrowLeft aria-hidden className="size-3.5" />
      All sessions
    </LinkButton>
  );
  if (!session.data) {
    return (
      <Page title="Session" actions={back}>
        {session.error ? <Problem error={session.error} retry={session.refetch} /> : <Skeleton rows={8} />}
      </Page>
    );
  }
  const { agentName, actorName, state } = session.data;
  return (
    <Page
      title={`Session on ${agentName}`}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <Tag tone={stateTones[state]}>{stateWords[state]}</Tag>
          by {actorName}
        </span>
      }
      actions={
        <>
          {back}
          <SessionActions orgId={orgId} session={session.data} />
        </>
      }
    >
      <RecordingPanel session={session.data} />
      <Panel title="About">
        <Facts items={factsOf(session.data)} />
      </Panel>
    </Page>
  );
}

function factsOf(session: ExecSession): [string, ReactNode][] {
  const { fleetId, agentId, agentName, reason, decision, openedAt, end } = session;
  const facts: [string, ReactNode][] = [
    [
      "What",
      <code key="what" className="text-sm break-all">
        {whatItRuns(session)}
      </code>,
    ],
    [
      "Agent",
      <Link
        key="agent"
        to="/fleets/$fleetId/agents/$agentId"
        params={{ fleetId, agentId }}
        className="font-medium underline-offset-2 hover:underline"
      >
        {agentName}
      </Link>,
    ],
    ["Asked for", <Time key="asked" at={session.createdAt} />],
    ["Reason", reason ?? "none was given"],
  ];
  if (decision) {
    const comment = decision.comment === null ? "" : `: ${decision.comment}`;
    facts.push(["Decision", `${decision.verdict} by ${decision.name}${comment}`]);
  }
  facts.push(["Opened", <Time key="opened" at={openedAt} />]);
  if (end) {
    facts.push(
      ["End", howItEnded(end.exitCode, end.signal, end.reason)],
      ["Lasted", duration(end.seconds)],
      ["Sent there", bytes(end.bytesIn)],
      ["Shown", bytes(end.bytesOut)],
    );
  }
  facts.push([
    "Id",
    <span key="id" className="font-mono text-sm break-all">
      {session.id}
    </span>,
  ]);
  return facts;
}
