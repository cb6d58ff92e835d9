import { Link } from "@tanstack/react-router";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { Panel } from "../../ui/page.tsx";
import { Badge, rolloutLooks } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { Progress } from "./progress.tsx";
import { strategyText } from "./strategy-text.ts";

const isPending = ({ state }: Rollout): boolean => state === "awaiting_approval" || state === "scheduled";

/** The rollout that is active, and those that wait, in the order in which they were asked for. */
export function OpenRollouts({ rollouts }: { rollouts: Rollout[] }) {
  const active = rollouts.find((rollout) => !isPending(rollout));
  const pending = rollouts.filter(isPending).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  return (
    <>
      {active ? (
        <Panel title="Active" className="relative hover:border-line-strong">
          <div className="flex flex-col gap-3">
            <Headline rollout={active} />
            <Progress counts={active.counts} total={active.total} />
          </div>
        </Panel>
      ) : null}
      {pending.length > 0 ? (
        <Panel
          title="Waiting"
          description="In the order in which they were asked for. The first that may start does."
          flush
        >
          <ol aria-label="Waiting rollouts" className="divide-y">
            {pending.map((rollout) => (
              <li key={rollout.id} className="relative px-4 py-3 hover:bg-hover/50">
                <Headline rollout={rollout} />
              </li>
            ))}
          </ol>
        </Panel>
      ) : null}
    </>
  );
}

function Headline({ rollout }: { rollout: Rollout }) {
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          to="/fleets/$fleetId/rollouts/$rolloutId"
          params={{ fleetId: rollout.fleetId, rolloutId: rollout.id }}
          className="font-semibold after:absolute after:inset-0"
        >
          {rollout.revertOf ? "Revert, as release" : "Release"} {rollout.releaseNumber}
        </Link>
        <Badge look={rolloutLooks[rollout.state]} />
        {rollout.message ? <span className="min-w-0 break-words">{rollout.message}</span> : null}
      </p>
      {rollout.reason ? <p className="break-words">{rollout.reason}</p> : null}
      <p className="text-sm text-soft">
        {strategyText(rollout.strategy)}; asked for by {rollout.author}{" "}
        <Time at={rollout.startedAt ?? rollout.createdAt} />
      </p>
    </div>
  );
}
