import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import type { RolloutDetail } from "../../../protocol/api/rollouts.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { FeedIndicator } from "../../ui/feed-indicator.tsx";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Badge, rolloutLooks } from "../../ui/status.tsx";
import { useEnvironment } from "../environments/use-environment.ts";
import { ApprovalPanel } from "./approval-panel.tsx";
import { Decisions } from "./decisions.tsx";
import { FreezePanel } from "./freeze-panel.tsx";
import { PlanFacts } from "./plan-facts.tsx";
import { Progress } from "./progress.tsx";
import { RolloutActions } from "./rollout-actions.tsx";
import { RolloutAgents } from "./rollout-agents.tsx";
import { WaitsPanel } from "./waits-panel.tsx";
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
  const environment = useEnvironment(fleetId);

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
      title={`${rollout.revertOf ? "Revert, as" : "Rollout of"} release ${rollout.releaseNumber}`}
      description={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge look={rolloutLooks[rollout.state]} />
          {ended ? null : <FeedIndicator status={live.feed} />}
          {rollout.message ? <span>{rollout.message}</span> : null}
        </span>
      }
      actions={<RolloutActions rollout={rollout} />}
    >
      {rollout.reason && ended && rollout.state !== "succeeded" ? (
        <p role="status" className="rounded-lg border border-bad/40 bg-bad-tint px-4 py-2.5">
          {rollout.reason}
        </p>
      ) : null}
      {rollout.state === "awaiting_approval" ? <ApprovalPanel rollout={rollout} /> : null}
      {ended || rollout.freezeOverride ? null : <FreezePanel rollout={rollout} environment={environment} />}
      <WaitsPanel rollout={rollout} />
      {rollout.total > 0 ? (
        <Panel title="Progress">
          <Progress counts={rollout.counts} total={rollout.total} />
        </Panel>
      ) : null}
      {rollout.waves ? (
        <Waves waves={rollout.waves} decisions={rollout.decisions} isPaused={rollout.state === "paused"} />
      ) : null}
      <RolloutAgents fleetId={fleetId} rollout={rollout} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Panel
          title="Decisions"
          description="What the gates said, and what they judged by; newest first."
          flush
        >
          <Decisions decisions={rollout.decisions} />
        </Panel>
        <PlanFacts rollout={rollout} />
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
