import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Fleet } from "../../../protocol/api/fleets.ts";
import type { Environment } from "../../../protocol/api/projects.ts";
import { one } from "../../api/queries.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { AgentVariables } from "./agent-variables.tsx";

const agentsListed = 50;

/** Chooses an agent of the environment, and shows what counts for it. */
export function OneAgentPanel({ environment, fleets }: { environment: Environment; fleets: Fleet[] }) {
  const own = fleets.filter(({ environmentId }) => environmentId === environment.id);
  const [chosenFleet, setFleet] = useState("");
  const [chosen, setAgent] = useState("");
  const [typed, setTyped] = useState("");
  const fleet = chosenFleet || own[0]?.id || "";
  const agents = useQuery({
    ...one("GET /v1/fleets/{fleet}/agents", {
      path: { fleet },
      query: { limit: agentsListed, ...(typed.trim() === "" ? {} : { q: typed.trim() }) },
    }),
    enabled: fleet !== "",
  });
  const items = agents.data?.items ?? [];
  const agent = items.find(({ id }) => id === chosen) ?? items[0];
  return (
    <Panel title="For one agent" description="Which value counts for it, and whether its files name it.">
      {own.length === 0 ? <p className="text-soft">The environment has no fleet yet.</p> : null}
      {own.length > 0 ? (
        <div className="mb-4 grid gap-3 sm:grid-cols-3">
          <SelectField label="Fleet" value={fleet} onChange={(event) => setFleet(event.target.value)}>
            {own.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Find an agent"
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <SelectField
            label="Agent"
            value={agent?.id ?? ""}
            disabled={items.length === 0}
            onChange={(event) => setAgent(event.target.value)}
          >
            {items.length === 0 ? <option value="">None found</option> : null}
            {items.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
      ) : null}
      {agents.error ? <Problem error={agents.error} retry={agents.refetch} /> : null}
      {agent ? <AgentVariables key={agent.id} agentId={agent.id} name={agent.name} /> : null}
    </Panel>
  );
}
