import type { InputImpact } from "../../../protocol/api/variables.ts";
import { plural } from "../../lib/format.ts";
import { LinkButton } from "../../ui/link-button.tsx";

const namesShown = 10;

/** Which agents would change after a rollout, fleet by fleet. */
export function Impact({ impact }: { impact: InputImpact }) {
  if (impact.fleets.length === 0) {
    return (
      <p role="status" className="text-sm text-soft">
        No fleet's current release names {impact.name}: nothing would change.
      </p>
    );
  }
  return (
    <div role="status" className="flex flex-col gap-2 text-sm">
      <p>{plural(impact.changed, "agent")} would change.</p>
      <ul aria-label="Fleets that name it" className="flex flex-col gap-2">
        {impact.fleets.map((one) => (
          <li key={one.fleet} className="rounded-lg border p-3">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <span>
                <span className="font-medium">{one.slug}</span>: {one.changed} of{" "}
                {plural(one.agents, "agent")}
              </span>
              {one.changed > 0 && one.problem === null ? (
                <LinkButton
                  size="sm"
                  to="/fleets/$fleetId/deploy"
                  params={{ fleetId: one.fleet }}
                  search={{ refresh: true }}
                >
                  Plan the rollout
                </LinkButton>
              ) : null}
            </div>
            {one.names.length > 0 ? (
              <p className="mt-1 break-words text-soft">
                {one.names.slice(0, namesShown).join(", ")}
                {one.changed > namesShown ? ` and ${one.changed - namesShown} more` : ""}
              </p>
            ) : null}
            {one.problem ? <p className="mt-1 break-words text-bad">{one.problem}</p> : null}
          </li>
        ))}
      </ul>
      {impact.more ? (
        <p className="text-soft">The environment has further fleets, which were not asked.</p>
      ) : null}
    </div>
  );
}
