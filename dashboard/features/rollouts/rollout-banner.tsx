import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { queries } from "../../api/queries.ts";
import { count, plural } from "../../lib/format.ts";
import { Badge, rolloutLooks } from "../../ui/status.tsx";

interface RolloutBannerProps {
  fleetId: string;
  /** What the live feed has told of rollouts: newer than any answer. */
  heard: ReadonlyMap<string, Rollout>;
}

/** What is being rolled out to the fleet now, and how much waits. */
export function RolloutBanner({ fleetId, heard }: RolloutBannerProps) {
  const asked = useQuery(queries.openRollouts(fleetId)).data ?? [];
  const known = new Map([...asked, ...heard.values()].map((rollout) => [rollout.id, rollout]));
  const open = [...known.values()].filter((rollout) => !isTerminal(rollout.state));
  const active = open.find(({ state }) => state !== "awaiting_approval" && state !== "scheduled");
  const waiting = open.length - (active ? 1 : 0);
  if (open.length === 0) return null;
  return (
    <section
      aria-label="Rollouts under way"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-raised px-4 py-2.5"
    >
      {active ? (
        <>
          <Badge look={rolloutLooks[active.state]} />
          <Link
            to="/fleets/$fleetId/rollouts/$rolloutId"
            params={{ fleetId, rolloutId: active.id }}
            className="font-medium underline underline-offset-2"
          >
            Release {active.releaseNumber}
          </Link>
          <span className="tabular text-sm text-soft">
            {count(active.counts.verified)} of {plural(active.total, "agent")} verified
          </span>
          {active.reason ? <span className="min-w-0 text-sm break-words">{active.reason}</span> : null}
        </>
      ) : null}
      {waiting > 0 ? (
        <Link
          to="/fleets/$fleetId/rollouts"
          params={{ fleetId }}
          className="ml-auto text-sm underline underline-offset-2"
        >
          {plural(waiting, "rollout")} waiting
        </Link>
      ) : null}
    </section>
  );
}
