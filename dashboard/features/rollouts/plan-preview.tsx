import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { RolloutPreview } from "../../../protocol/api/rollouts.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";

const namesShown = 60;

export function PlanPreview({ plan }: { plan: RolloutPreview }) {
  return (
    <div className="flex flex-col gap-4">
      <p className="text-lg">
        {plan.total === plan.unchanged
          ? "No agent changes."
          : `${plural(plan.total - plan.unchanged, "agent")} in ${plural(plan.waves.length, "wave")}.`}
        {plan.unchanged > 0 ? (
          <span className="text-soft">
            {" "}
            {plural(plan.unchanged, "agent")}{" "}
            {plan.unchanged === 1 ? "runs this already and is" : "run this already and are"} not touched.
          </span>
        ) : null}
      </p>
      {plan.warnings.length > 0 ? (
        <ul className="flex flex-col gap-1 rounded-lg border border-warn/40 bg-warn-tint px-4 py-2.5 text-sm">
          {plan.warnings.map((warning) => (
            <li key={warning} className="flex items-start gap-2">
              <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-warn" />
              {warning}
            </li>
          ))}
        </ul>
      ) : null}
      <ul aria-label="Configs of the release" className="flex flex-col gap-1 text-sm">
        {plan.assignments.map((one) => (
          <li key={`${one.configId} ${one.selector} ${one.fileName}`}>
            <span className="font-medium">
              {one.configName} {one.version}
            </span>{" "}
            as {one.fileName} for {one.selector || "every agent"}
            <span className="text-soft">
              {" "}
              ({plural(one.agents, "agent")}
              {one.carriedOver ? ", kept from the current release" : ""})
            </span>
          </li>
        ))}
      </ul>
      <ol aria-label="Waves" className="flex flex-col gap-3">
        {plan.waves.map((wave) => (
          <Wave key={wave.number} wave={wave} />
        ))}
      </ol>
    </div>
  );
}

function Wave({ wave }: { wave: RolloutPreview["waves"][number] }) {
  const [all, setAll] = useState(false);
  const shown = all ? wave.agents : wave.agents.slice(0, namesShown);
  return (
    <li className="rounded-lg border p-3">
      <h3 className="text-sm font-semibold">
        Wave {wave.number}{" "}
        <span className="font-normal text-soft">{plural(wave.agents.length, "agent")}</span>
      </h3>
      <ul className="mt-2 flex flex-wrap gap-1.5">
        {shown.map((agent) => (
          <li key={agent.id} className="rounded border bg-sunken px-2 py-0.5 text-sm">
            {agent.name}
            {agent.status === "online" ? null : <span className="text-warn"> {agent.status}</span>}
            {agent.change === "changed" ? null : <span className="text-soft"> {agent.change}</span>}
          </li>
        ))}
      </ul>
      {shown.length < wave.agents.length ? (
        <Button size="sm" look="quiet" className="mt-2" onClick={() => setAll(true)}>
          Show all {plural(wave.agents.length, "agent")}
        </Button>
      ) : null}
    </li>
  );
}
