import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Agent } from "../../../protocol/api/agents.ts";
import type { AgentDrift } from "../../../protocol/api/drift.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { invalidate, one } from "../../api/queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { UnifiedDiff } from "../plan/plan-diffs.tsx";
import { severityTexts, severityTones } from "./drift-words.ts";
import { acceptDrift, reapplyDrift } from "./repairs.ts";

type Action = "reapply" | "accept";

/** While an agent runs other files than it was given: what differs, and what can be done about it. */
export function AgentDriftPanel({ agent }: { agent: Agent }) {
  const path = `/v1/agents/${agent.id}`;
  const found = useQuery(one("GET /v1/agents/{agent}/drift", { path: { agent: agent.id } }));
  const whyNot = useWhyNotInFleet(agent.fleetId);
  const [asking, setAsking] = useState<Action | null>(null);
  const { drift } = agent;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new drift is the cue, not an input.
  useEffect(() => {
    void invalidate(`${path}/drift`);
  }, [drift, path]);
  const stale = [path, `/v1/fleets/${agent.fleetId}`];
  const done = () => setAsking(null);
  const reapply = useWrite({ send: () => reapplyDrift(agent.fleetId, [agent.id]), stale, onDone: done });
  const accept = useWrite({ send: () => acceptDrift(agent.id), stale, onDone: done });
  if (!drift) return null;
  return (
    <Panel
      title="Drift"
      description={severityTexts[drift.severity]}
      actions={
        <span className="flex flex-wrap gap-2">
          <Button size="sm" refused={whyNot("rollout.write")} onClick={() => setAsking("reapply")}>
            Give its files anew
          </Button>
          <Button
            size="sm"
            refused={whyNot("rollout.write") ?? whyNot("config.write")}
            onClick={() => setAsking("accept")}
          >
            Take it over
          </Button>
        </span>
      }
    >
      <p className="mb-3 flex flex-wrap items-center gap-2">
        <Tag tone={severityTones[drift.severity]}>{drift.severity}</Tag>
        <span>
          Since <Time at={drift.since} />
        </span>
        {found.data?.repair ? <span className="text-soft">{found.data.repair.text}</span> : null}
      </p>
      {found.error ? <Problem error={found.error} retry={found.refetch} /> : null}
      {found.isPending ? <Skeleton rows={3} /> : null}
      {found.data ? <Files drift={found.data} /> : null}
      <Confirm
        open={asking === "reapply"}
        onOpenChange={done}
        title={`Give ${agent.name} its files anew?`}
        action="Start the rollout"
        busy={reapply.isPending}
        onConfirm={() => reapply.mutate(undefined)}
      >
        A rollout of the current release for this agent alone. What was changed on the host is overwritten.
      </Confirm>
      <Confirm
        open={asking === "accept"}
        onOpenChange={done}
        title={`Take over what ${agent.name} has?`}
        action="Save and roll out"
        busy={accept.isPending}
        onConfirm={() => accept.mutate(undefined)}
      >
        What was changed on the host becomes a new version of the config, and every agent that runs the old
        one gets it. Placeholders stay as they are.
      </Confirm>
    </Panel>
  );
}

function Files({ drift: { files, text } }: { drift: AgentDrift }) {
  const differing = files.filter(({ state }) => state === "changed" || state === "missing");
  if (differing.length === 0) return <p className="text-soft">{text}</p>;
  return (
    <ul className="flex flex-col gap-4">
      {differing.map((file) => (
        <li key={file.name}>
          <p className="mb-1.5">
            <code className="font-mono text-sm">{file.name}</code>{" "}
            {file.configName === null ? null : (
              <span className="text-soft">
                {file.configName} version {file.version}
              </span>
            )}
          </p>
          {file.diff ? (
            <UnifiedDiff diff={file.diff} label={`What was changed in ${file.name}`} />
          ) : (
            <p className="text-soft">
              {file.state === "missing" ? "The file is gone." : "It is no text, or too large to compare."}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
