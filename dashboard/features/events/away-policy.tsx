import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import { offlineAfterBounds } from "../../../domain/fleets/offline.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";
import { duration } from "../../lib/time.ts";
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
  const refused = useWhyNotInFleet(fleetId)("fleet.write");
  const change = useMutation({
    mutationFn: (offlineAfterSeconds: number | null) =>
      api.call("PATCH /v1/fleets/{fleet}", { path: { fleet: fleetId }, body: { offlineAfterSeconds } }),
    onSuccess: async ({ offlineAfterSeconds: seconds }) => {
      toast.success(
        seconds === null
          ? "Nobody is told of agents that are away."
          : `An agent that is away for ${duration(seconds)} becomes an event.`,
      );
      await invalidate(`/v1/fleets/${fleetId}`);
    },
    onError: (error) => toast.error(asApiError(error).message),
  });
  if (!fleet.data) return null;
  const { offlineAfterSeconds: now } = fleet.data;
  const offered = now === null || choices.includes(now) ? choices : [...choices, now].sort((a, b) => a - b);
  return (
    <label className="flex items-center gap-2 text-sm text-soft">
      Tell of agents that are away
      <select
        title={refused}
        disabled={refused !== undefined || change.isPending}
        value={now ?? ""}
        onChange={({ target }) => change.mutate(target.value === "" ? null : Number(target.value))}
        className="h-8 rounded-md border bg-raised px-2 text-sm text-ink"
      >
        <option value="">never</option>
        {offered.map((seconds) => (
          <option key={seconds} value={seconds}>
            after {duration(seconds)}
          </option>
        ))}
      </select>
    </label>
  );
}
