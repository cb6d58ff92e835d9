import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import type { RolloutDetail } from "../../../protocol/api/rollouts.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { duration } from "../../lib/time.ts";
import { FeedIndicator } from "../../ui/feed-indicator.tsx";
import { Facts, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Badge, rolloutLooks } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { Decisions } from "./decisions.tsx";
import { Progress } from "./progress.tsx";
import { RolloutActions } from "./rollout-actions.tsx";
import { RolloutAgents } from "./rollout-agents.tsx";
import { strategyText } from "./strategy-text.ts";
import { Waves } from "./waves.tsx";

/** The feed may say much in a second; the details are asked again at most so often. */
const refreshEveryMs = 700;

export function RolloutPage() {
  const { fleetId, rolloutId } = useParams({ from: "/app/fleets/$fleetId/rollouts/$rolloutId" });
  const detail = useQuery(queries.rollout(rolloutId));
  const live = useFleetLive(fleetId);
  const heard = live.rollouts.get(rolloutId);
  const lastEvent = live.events.find((event) => event.rolloutId === rolloutId)?.id;
  useRefresh(rolloutId, `${lastEvent} ${JSON.stringify(heard?.counts)} ${heard?.state}`);
  const release = useQuery({
    ...queries.release(detail.data?.releaseId ?? ""),
    enabled: detail.data !== undefined,
  });

  if (detail.error) {
    return (
      <Page title="Rollout">
        <Problem error={detail.error} retry={detail.refetch} />
      </Page>
    );
  }
  if (!detail.data) {
    return (
      <Page title="Rollout">
        <Skeleton rows={8} />
      </Page>
    );
  }
  const rollout: RolloutDetail = { ...detail.data, ...heard };
  const ended = isTerminal(rollout.state);
  return (
    <Page
      title={`Rollout of release ${rollout.releaseNumber}`}
      description={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge look={rolloutLooks[rollout.state]} />
          {ended ? null : <FeedIndicator status={live.feed} />}
          {rollout.message ? <span>{rollout.message}</span> : null}
        </span>
      }
      actions={<RolloutActions rollout={rollout} />}
    >
      {rollout.reason ? (
        <p
          role="status"
          className={`rounded-lg border px-4 py-2.5 ${ended && rollout.state !== "succeeded" ? "border-bad/40 bg-bad-tint" : "bg-raised"}`}
        >
          {rollout.reason}
        </p>
      ) : null}
      <Panel title="Progress">
        <Progress counts={rollout.counts} total={rollout.total} />
      </Panel>
      {rollout.waves ? <Waves waves={rollout.waves} /> : null}
      <RolloutAgents fleetId={fleetId} rollout={rollout} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Panel title="Decisions" description="What the gates said, newest first." flush>
          <Decisions decisions={rollout.decisions} />
        </Panel>
        <Panel title="Plan">
          <Facts
            items={[
              [
                "Configs",
                <ul key="configs">
                  {(release.data?.assignments ?? []).map((assignment) => (
                    <li key={`${assignment.configId} ${assignment.selector} ${assignment.fileName}`}>
                      <Link
                        to="/configs/$configId"
                        params={{ configId: assignment.configId }}
                        className="text-accent underline underline-offset-2"
                      >
                        {assignment.configName} version {assignment.version}
                      </Link>{" "}
                      <span className="text-soft">
                        as {assignment.fileName} for {assignment.selector || "every agent"}
                      </span>
                    </li>
                  ))}
                </ul>,
              ],
              ["Strategy", strategyText(rollout.strategy)],
              ["Soak", duration(rollout.gates.soakSeconds)],
              ["Failures allowed", String(rollout.gates.maxFailures)],
              ["Time to apply", duration(rollout.gates.applyTimeoutSeconds)],
              [
                "When it fails",
                rollout.autoRevert ? "each agent returns to what it ran" : "agents stay as they are",
              ],
              ["Started by", rollout.author],
              ["Started", <Time key="started" at={rollout.startedAt ?? rollout.createdAt} />],
              ["Ended", rollout.endedAt ? <Time key="ended" at={rollout.endedAt} /> : "not yet"],
            ]}
          />
        </Panel>
      </div>
    </Page>
  );
}

function useRefresh(rolloutId: string, cue: string): void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const last = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `cue` says that something changed.
  useEffect(() => {
    if (timer.current !== undefined) return;
    const wait = Math.max(0, last.current + refreshEveryMs - performance.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      last.current = performance.now();
      void invalidate(`/v1/rollouts/${rolloutId}`);
    }, wait);
  }, [rolloutId, cue]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
