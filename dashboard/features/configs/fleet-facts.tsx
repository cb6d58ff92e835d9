import { useQuery } from "@tanstack/react-query";
import { useId, useMemo, useState } from "react";
import { type AgentFacts, factsOf } from "../../../domain/configs/facts.ts";
import type { FleetComponents } from "../../../protocol/api/collector.ts";
import { queries } from "../../api/queries.ts";
import { plural } from "../../lib/format.ts";

/** Kinds that are checked against what agents report. */
const factual = new Set(["otel-collector", "sentinel-kdl"]);

interface FleetFacts {
  /** "" = no fleet. */
  fleet: string;
  choose(fleet: string): void;
  /** null = no fleet is chosen, or it has not answered yet. */
  facts: AgentFacts | null;
  reported: FleetComponents | undefined;
  failed: boolean;
}

/** The fleet that a text is checked against, and what its agents say of themselves. */
export function useFleetFacts(): FleetFacts {
  const [fleet, choose] = useState("");
  const { data, isError } = useQuery({ ...queries.fleetComponents(fleet), enabled: fleet !== "" });
  const reported = fleet === "" ? undefined : data;
  const facts = useMemo(() => (reported ? factsOf(reported) : null), [reported]);
  return { fleet, choose, facts, reported, failed: fleet !== "" && isError };
}

interface FleetChoiceProps extends FleetFacts {
  projectId: string;
  kind: string | undefined;
}

export function FleetChoice({ projectId, kind, fleet, choose, reported, failed }: FleetChoiceProps) {
  const id = useId();
  const known = kind !== undefined && factual.has(kind);
  const fleets = useQuery({ ...queries.fleets(projectId), enabled: known }).data;
  if (!known || !fleets || fleets.length === 0) return null;
  return (
    <span className="flex flex-wrap items-center gap-2 text-sm">
      <label htmlFor={id} className="text-soft">
        Check against
      </label>
      <select
        id={id}
        value={fleet}
        onChange={(event) => choose(event.target.value)}
        className="rounded border bg-raised px-1.5 py-0.5"
      >
        <option value="">no fleet</option>
        {fleets.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      {failed ? <span className="text-bad">The fleet could not be asked</span> : null}
      {reported ? (
        <span className="text-soft">
          {reported.reporting} of {plural(reported.agents, "agent")} report their components
        </span>
      ) : null}
    </span>
  );
}
