import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { Input } from "../../../protocol/client/index.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { invalidate } from "../../api/queries.ts";

type FleetEdit = Input<"PATCH /v1/fleets/{fleet}">["body"];

interface FleetChoiceProps {
  fleetId: string;
  label: string;
  /** Otherwise only screen readers say it. */
  showsLabel?: boolean;
  value: string;
  choices: [value: string, text: string][];
  edit: (chosen: string) => FleetEdit;
  said: (fleet: Fleet) => string;
}

/** One of a fleet's settings, changed as soon as it is chosen. */
export function FleetChoice({
  fleetId,
  label,
  showsLabel = false,
  value,
  choices,
  edit,
  said,
}: FleetChoiceProps) {
  const refused = useWhyNotInFleet(fleetId)("fleet.write");
  const change = useMutation({
    mutationFn: (body: FleetEdit) => api.call("PATCH /v1/fleets/{fleet}", { path: { fleet: fleetId }, body }),
    onSuccess: async (fleet) => {
      toast.success(said(fleet));
      await invalidate(`/v1/fleets/${fleetId}`);
    },
    onError: (error) => toast.error(asApiError(error).message),
  });
  return (
    <label className="flex items-center gap-2 text-sm text-soft">
      <span className={showsLabel ? undefined : "sr-only"}>{label}</span>
      <select
        title={refused}
        disabled={refused !== undefined || change.isPending}
        value={value}
        onChange={({ target }) => change.mutate(edit(target.value))}
        className="h-8 rounded-md border bg-raised px-2 text-sm text-ink"
      >
        {choices.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
