import { useMutation } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { CircleCheck, LoaderCircle } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api } from "../../api/client.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import { parseLabels } from "../../lib/parse-labels.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { CopyBlock } from "../../ui/copy.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Readable } from "../organizations/readable.tsx";
import { EnrollmentTokens } from "./enrollment-tokens.tsx";

const lifetimes = [
  ["3600", "1 hour"],
  ["86400", "1 day"],
  ["604800", "7 days"],
  ["2592000", "30 days"],
] as const;

export function AddAgentPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/add-agent" });
  return (
    <Readable key={fleetId} fleetId={fleetId} permission="enrollment_token.write" title="Add an agent">
      <AddAgentView fleetId={fleetId} />
    </Readable>
  );
}

function AddAgentView({ fleetId }: { fleetId: string }) {
  const [name, setName] = useState("enrolment");
  const [labels, setLabels] = useState("");
  const [uses, setUses] = useState("1");
  const [lifetime, setLifetime] = useState<string>("86400");
  const parsed = parseLabels(labels);
  const live = useFleetLive(fleetId);
  const [known, setKnown] = useState<ReadonlySet<string>>(new Set());
  const create = useMutation({
    mutationFn: () =>
      api.call("POST /v1/fleets/{fleet}/enrollment-tokens", {
        path: { fleet: fleetId },
        body: {
          name,
          labels: parsed.labels,
          maxUses: uses === "" ? null : Number(uses),
          expiresInSeconds: Number(lifetime),
        },
      }),
    onSuccess: async () => {
      setKnown(new Set(live.agents.keys()));
      await invalidate(`/v1/fleets/${fleetId}/enrollment-tokens`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.error) create.mutate();
  };
  const token = create.data;
  const removal = `curl -fsSL ${window.location.origin}/install.sh | sh -s -- --uninstall`;
  return (
    <Page
      title="Add an agent"
      description="Make a token, run one command on the machine, and watch it dial in. The agent trades the token for a credential of its own."
    >
      {token ? (
        <>
          <Panel
            title="Run this on the machine"
            description="The token is shown only now. Keep it as you keep a password."
            actions={
              <Button size="sm" onClick={() => create.reset()}>
                Make another token
              </Button>
            }
          >
            <div className="flex flex-col gap-4">
              <CopyBlock label="command" text={token.command} />
              <p className="text-sm text-soft">
                It installs the agent for the user who runs it, below the home folder, and needs no root. For
                the whole system, with a service and a user of its own, write{" "}
                <code className="font-mono">sudo sh</code> in place of <code className="font-mono">sh</code>.{" "}
                <a className="underline" href="/install.sh" target="_blank" rel="noreferrer">
                  Read the script first
                </a>
                : it checks the download before it changes anything.
              </p>
              <details>
                <summary className="text-sm text-soft">Remove it again</summary>
                <div className="mt-3 flex flex-col gap-3">
                  <CopyBlock label="command that removes the agent" text={removal} />
                </div>
              </details>
              <details>
                <summary className="text-sm text-soft">For another OpAMP client: endpoint and token</summary>
                <div className="mt-3 flex flex-col gap-3">
                  <CopyBlock label="endpoint" text={token.endpoint} />
                  <CopyBlock label="token" text={token.secret} />
                  <p className="text-sm text-soft">
                    Send the token as the header <code className="font-mono">Authorization: Bearer …</code>.
                  </p>
                </div>
              </details>
            </div>
          </Panel>
          <Newcomers fleetId={fleetId} known={known} agents={live.agents} />
        </>
      ) : (
        <Panel title="New enrolment token">
          <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
            <TextField
              label="Name"
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <TextField
              label="Labels"
              placeholder="role=web, region=eu"
              hint="Given to every agent that enrols with this token."
              value={labels}
              onChange={(event) => setLabels(event.target.value)}
              error={parsed.error ?? undefined}
            />
            <TextField
              label="Agents that may use it"
              type="number"
              min={1}
              max={100_000}
              placeholder="no limit"
              hint="Leave empty for no limit."
              value={uses}
              onChange={(event) => setUses(event.target.value)}
            />
            <SelectField
              label="Valid for"
              value={lifetime}
              onChange={(event) => setLifetime(event.target.value)}
            >
              {lifetimes.map(([seconds, text]) => (
                <option key={seconds} value={seconds}>
                  {text}
                </option>
              ))}
            </SelectField>
            {create.error ? (
              <div className="sm:col-span-2">
                <Problem error={asApiError(create.error)} />
              </div>
            ) : null}
            <Button type="submit" look="primary" busy={create.isPending} className="justify-self-start">
              Make the token
            </Button>
          </form>
        </Panel>
      )}
      <EnrollmentTokens fleetId={fleetId} />
    </Page>
  );
}

interface NewcomersProps {
  fleetId: string;
  known: ReadonlySet<string>;
  agents: ReturnType<typeof useFleetLive>["agents"];
}

function Newcomers({ fleetId, known, agents }: NewcomersProps) {
  const arrived = [...agents.values()].filter((agent) => !known.has(agent.id) && agent.status === "online");
  return (
    <div role="status" className="rounded-lg border bg-raised p-4">
      {arrived.length === 0 ? (
        <p className="flex items-center gap-2.5 text-soft">
          <LoaderCircle aria-hidden className="size-4 animate-spin" />
          Waiting for the first heartbeat. This page says so the moment the agent dials in.
        </p>
      ) : (
        <div className="flex flex-col gap-3">
          {arrived.map((agent) => (
            <p key={agent.id} className="flex flex-wrap items-center gap-2.5">
              <CircleCheck aria-hidden className="size-5 text-good" />
              <span className="min-w-0 flex-1">
                <strong className="font-semibold">{agent.name}</strong> is online.
              </span>
              <Link
                to="/fleets/$fleetId/agents/$agentId"
                params={{ fleetId, agentId: agent.id }}
                className={buttonClass("secondary", "sm")}
              >
                Open the agent
              </Link>
            </p>
          ))}
        </div>
      )}
    </div>
  );
}
