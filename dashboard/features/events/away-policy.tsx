import { offlineAfterBounds } from "../../../domain/fleets/offline.ts";
import { duration } from "../../lib/time.ts";
import { FleetChoice } from "../fleets/fleet-choice.tsx";
import { useFleet } from "../fleets/use-fleet.ts";

const choices = [
  offlineAfterBounds.least,
  300,
  600,
  1_800,
  3_600,
  4 * 3_600,
  86_400,
  offlineAfterBounds.most,
];

/** After how long an agent that is away becomes an event. */
export function AwayPolicy({ fleetId }: { fleetId: string }) {
  const fleet = useFleet(fleetId);
  if (!fleet.data) return null;
  const { offlineAfterSeconds: now } = fleet.data;
  const offered = now === null || choices.includes(now) ? choices : [...choices, now].sort((a, b) => a - b);
  return (
    <FleetChoice
      fleetId={fleetId}
      label="Tell of agents that are away"
      showsLabel
      value={String(now ?? "")}
      choices={[
        ["", "never"],
        ...offered.map((seconds): [string, string] => [String(seconds), `after ${duration(seconds)}`]),
      ]}
      edit={(chosen) => ({ offlineAfterSeconds: chosen === "" ? null : Number(chosen) })}
      said={({ offlineAfterSeconds: seconds }) =>
        seconds === null
          ? "Nobody is told of agents that are away."
          : `An agent that is away for ${duration(seconds)} becomes an event.`
      }
    />
  );
}
