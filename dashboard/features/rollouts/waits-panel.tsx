import { useQuery } from "@tanstack/react-query";
import { Hourglass } from "lucide-react";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { queries } from "../../api/queries.ts";
import { CopyButton } from "../../ui/copy.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Section } from "../../ui/section.tsx";
import { Time } from "../../ui/time.tsx";

/** Why the rollout stands where it stands, what it waits on, and what a person can do. */
export function WaitsPanel({ rollout }: { rollout: Rollout }) {
  const explanation = useQuery(queries.explainRollout(rollout.id));
  if (explanation.error) return <Problem error={explanation.error} retry={explanation.refetch} />;
  if (!explanation.data) {
    return (
      <Panel title="Why it is so">
        {rollout.reason ? <p className="text-lg">{rollout.reason}</p> : <Skeleton rows={2} />}
      </Panel>
    );
  }
  const { summary, waits, why } = explanation.data;
  return (
    <Panel title="Why it is so">
      <div className="flex flex-col gap-4">
        <p className="text-lg">{summary}</p>
        {waits.length > 0 ? (
          <ul aria-label="What it waits on" className="flex flex-col gap-3">
            {waits.map((wait) => (
              <li key={`${wait.on} ${wait.since}`} className="flex items-start gap-2.5">
                <Hourglass aria-hidden className="mt-0.75 size-3.5 shrink-0 text-warn" />
                <div className="min-w-0 flex-1">
                  <p className="break-words">{wait.on}</p>
                  <p className="flex flex-wrap gap-x-3 text-sm text-soft">
                    {wait.since ? (
                      <span>
                        since <Time at={wait.since} />
                      </span>
                    ) : null}
                    {wait.until ? (
                      <span>
                        until <Time at={wait.until} />
                      </span>
                    ) : null}
                  </p>
                  {wait.action ? (
                    <p className="mt-1 flex flex-wrap items-center gap-x-2 text-sm">
                      {wait.action.label}:
                      <code className="min-w-0 rounded border bg-sunken px-1.5 font-mono text-xs break-all">
                        {wait.action.command}
                      </code>
                      <CopyButton text={wait.action.command} label="Copy the command" />
                    </p>
                  ) : null}
                </div>
              </li>
            ))}
          </ul>
        ) : null}
        {why.length > 0 ? (
          <Section title="How it came to this" note={`${why.length}`}>
            <ol className="flex flex-col gap-1.5">
              {why.map((fact) => (
                <li key={`${fact.at} ${fact.text}`} className="flex flex-wrap justify-between gap-x-4">
                  <span className="min-w-0 break-words">{fact.text}</span>
                  {fact.at ? (
                    <span className="text-sm text-soft">
                      <Time at={fact.at} />
                    </span>
                  ) : null}
                </li>
              ))}
            </ol>
          </Section>
        ) : null}
      </div>
    </Panel>
  );
}
