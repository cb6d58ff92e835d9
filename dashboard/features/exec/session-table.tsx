import { Link } from "@tanstack/react-router";
import type { ExecSession } from "../../../protocol/api/exec.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { SessionActions } from "./session-actions.tsx";
import { howItEnded, stateTones, stateWords, whatItRuns } from "./words.ts";

interface SessionTableProps {
  orgId: string;
  sessions: ExecSession[];
  /** All are of one agent, which the page names. */
  ofOneAgent?: boolean;
}

/** Who ran what, where, and how it ended. */
export function SessionTable({ orgId, sessions, ofOneAgent = false }: SessionTableProps) {
  return (
    <Table
      label="Sessions"
      head={
        <>
          <Th>When</Th>
          <Th>Who</Th>
          {ofOneAgent ? null : <Th>Agent</Th>}
          <Th>What</Th>
          <Th>State</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {sessions.map((session) => (
        <tr key={session.id}>
          <Td>
            <Time at={session.createdAt} />
          </Td>
          <Td>{session.actorName}</Td>
          {ofOneAgent ? null : <Td className="whitespace-nowrap">{session.agentName}</Td>}
          <Td className="min-w-48">
            <Link
              to="/orgs/$orgId/exec-sessions/$sessionId"
              params={{ orgId, sessionId: session.id }}
              reloadDocument
              className="underline-offset-2 hover:underline"
            >
              <code className="text-sm break-all">{whatItRuns(session)}</code>
            </Link>
            {session.reason === null ? null : <p className="text-xs text-soft">{session.reason}</p>}
          </Td>
          <Td>
            <State session={session} />
          </Td>
          <Td>
            <div className="flex flex-wrap justify-end gap-2">
              <SessionActions orgId={orgId} session={session} />
              {session.recording === null ? null : (
                <LinkButton
                  size="sm"
                  to="/orgs/$orgId/exec-sessions/$sessionId"
                  params={{ orgId, sessionId: session.id }}
                  reloadDocument
                >
                  Recording
                </LinkButton>
              )}
            </div>
          </Td>
        </tr>
      ))}
    </Table>
  );
}

function State({ session: { state, decision, end } }: { session: ExecSession }) {
  return (
    <>
      <Tag tone={stateTones[state]}>{stateWords[state]}</Tag>
      {decision === null ? null : (
        <p className="text-xs text-soft">
          {decision.verdict} by {decision.name}
        </p>
      )}
      {end === null ? null : (
        <p className="text-xs text-soft">{howItEnded(end.exitCode, end.signal, end.reason)}</p>
      )}
    </>
  );
}
