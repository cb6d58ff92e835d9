import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, SquareTerminal } from "lucide-react";
import { useState } from "react";
import type { ExecStarted } from "../../../protocol/api/exec.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { one, queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Screen } from "./screen.tsx";
import { stateWords, whatItRuns } from "./words.ts";

const from = "/app/fleets/$fleetId/agents/$agentId/terminal" as const;
/** What is drawn before it fits itself into the page. */
const firstSize = { cols: 100, rows: 30 };
const lookEveryMs = 3_000;

/** A terminal on an agent's host. Loaded as a document of its own: only here may the page run WebAssembly. */
export function TerminalPage() {
  const { fleetId, agentId } = useParams({ from });
  const { session } = useSearch({ from });
  const agent = useQuery(queries.agent(agentId));
  const whyNot = useWhyNotInFleet(fleetId);
  const [waiting, setWaiting] = useState<string | undefined>(session);
  const [started, setStarted] = useState<ExecStarted | null>(null);
  const [end, setEnd] = useState<string | null>(null);
  if (!agent.data) {
    return (
      <Page title="Terminal">
        {agent.error ? <Problem error={agent.error} retry={agent.refetch} /> : <Skeleton rows={8} />}
      </Page>
    );
  }
  const { name, labels } = agent.data;
  const refused = whyNot("exec.run", { labels });
  const again = () => {
    setStarted(null);
    setWaiting(undefined);
    setEnd(null);
  };
  return (
    <Page
      title={`Terminal on ${name}`}
      actions={
        <>
          {end === null ? null : <Button onClick={again}>Open another</Button>}
          <LinkButton to="/fleets/$fleetId/agents/$agentId" params={{ fleetId, agentId }}>
            <ArrowLeft aria-hidden className="size-3.5" />
            The agent
          </LinkButton>
        </>
      }
    >
      {refused !== undefined ? <Empty title="You may not run commands here">{refused}</Empty> : null}
      {refused === undefined && started?.stream ? (
        <Screen key={started.session.id} stream={started.stream} onEnd={setEnd} />
      ) : null}
      {refused === undefined && !started?.stream && waiting !== undefined ? (
        <Waiting id={waiting} onOpen={setStarted} onGiveUp={again} />
      ) : null}
      {refused === undefined && !started?.stream && waiting === undefined ? (
        <Opening
          agentId={agentId}
          onStarted={(answer) => {
            setStarted(answer);
            if (!answer.stream) setWaiting(answer.session.id);
          }}
        />
      ) : null}
    </Page>
  );
}

function Opening({ agentId, onStarted }: { agentId: string; onStarted: (started: ExecStarted) => void }) {
  const [container, setContainer] = useState("");
  const [reason, setReason] = useState("");
  const [record, setRecord] = useState(false);
  const open = useMutation({
    mutationFn: () =>
      api.call("POST /v1/agents/{agent}/exec", {
        path: { agent: agentId },
        body: {
          command: container === "" ? [] : ["sh"],
          tty: true,
          size: firstSize,
          record,
          ...(container !== "" && { container }),
          ...(reason !== "" && { reason }),
        },
      }),
    onSuccess: onStarted,
  });
  return (
    <Panel
      title="Open a shell"
      description="As the host's operator allows it. Who opened what, when and for how long is in the audit log."
    >
      <form
        className="flex max-w-xl flex-col gap-4 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          open.mutate();
        }}
      >
        <TextField
          label="Container"
          hint="Name or id on that host; empty = on the host itself"
          value={container}
          onChange={(event) => setContainer(event.target.value.trim())}
        />
        <TextField
          label="Reason"
          hint="For who approves, and for the audit log"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <CheckField label="Record what is shown, for 30 days" checked={record} onChange={setRecord} />
        {open.error ? <Problem error={asApiError(open.error)} /> : null}
        <div>
          <Button look="primary" type="submit" busy={open.isPending}>
            <SquareTerminal aria-hidden className="size-3.5" />
            Open
          </Button>
        </div>
      </form>
    </Panel>
  );
}

/** In a protected environment, until another person has approved. */
function Waiting({
  id,
  onOpen,
  onGiveUp,
}: {
  id: string;
  onOpen: (started: ExecStarted) => void;
  onGiveUp: () => void;
}) {
  const session = useQuery({
    ...one("GET /v1/exec-sessions/{stream}", { path: { stream: id } }),
    refetchInterval: lookEveryMs,
  });
  const open = useMutation({
    mutationFn: () =>
      api.call("POST /v1/exec-sessions/{stream}/open", { path: { stream: id }, body: { size: firstSize } }),
    onSuccess: onOpen,
  });
  if (!session.data) {
    return session.error ? <Problem error={session.error} retry={session.refetch} /> : <Skeleton rows={3} />;
  }
  const { state } = session.data;
  return (
    <Panel
      title={`This ${stateWords[state]}`}
      description="The environment is protected: another person approves, under Sessions of the organization or with the command below."
    >
      <div className="flex flex-col gap-4 p-4">
        <p>{whatItRuns(session.data)}</p>
        <code className="text-sm">muster exec-sessions approve {id}</code>
        {open.error ? <Problem error={asApiError(open.error)} /> : null}
        <div className="flex gap-2">
          <Button
            look="primary"
            disabled={state !== "approved"}
            busy={open.isPending}
            onClick={() => open.mutate()}
          >
            Open
          </Button>
          <Button onClick={onGiveUp}>Begin anew</Button>
        </div>
      </div>
    </Panel>
  );
}
