import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Environment } from "../../../protocol/api/projects.ts";
import type { Variable } from "../../../protocol/api/variables.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { list, one, queries } from "../../api/queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Impact } from "./impact.tsx";
import { OneAgentPanel } from "./one-agent-panel.tsx";
import { VariableDialog } from "./variable-dialog.tsx";
import { valueText, whom } from "./variable-text.ts";

export function VariablesPage() {
  const { environmentId } = useParams({
    from: "/app/projects/$projectId/environments/$environmentId/variables",
  });
  const environment = useQuery(queries.environment(environmentId));
  if (environment.data) return <Variables key={environmentId} environment={environment.data} />;
  return (
    <Page title="Variables">
      {environment.error ? (
        <Problem error={environment.error} retry={environment.refetch} />
      ) : (
        <Skeleton rows={8} />
      )}
    </Page>
  );
}

type Asked =
  | { kind: "set"; variable: Variable | null; name: string }
  | { kind: "delete" | "impact"; variable: Variable };

function Variables({ environment }: { environment: Environment }) {
  const { id: environmentId, organizationId, projectId } = environment;
  const path = `/v1/environments/${environmentId}/variables`;
  const place = { projectId, environmentId };
  const whyNot = useWhyNot(organizationId);
  const refused = whyNot("variable.write", place);
  const variables = useQuery(
    list("GET /v1/environments/{environment}/variables", { path: { environment: environmentId } }),
  );
  const fleets = useQuery(queries.fleets(projectId)).data ?? [];
  const fleetName = (id: string) => fleets.find((fleet) => fleet.id === id)?.name ?? id;
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const remove = useWrite({
    send: (variable: Variable) =>
      api.call("DELETE /v1/variables/{variable}", { path: { variable: variable.id } }),
    stale: [path, "/v1/agents/"],
    onDone: close,
  });
  const byName = [...Map.groupBy(variables.data ?? [], ({ name }) => name)];
  return (
    <Page
      title={`Variables of ${environment.name}`}
      description="Values that configs name. For each agent the most special one counts: labels within a fleet, labels, fleet, environment."
      actions={
        <Button
          look="primary"
          refused={refused}
          onClick={() => setAsked({ kind: "set", variable: null, name: "" })}
        >
          <Plus aria-hidden className="size-3.5" />
          New variable
        </Button>
      }
    >
      {variables.error ? <Problem error={variables.error} retry={variables.refetch} /> : null}
      <Panel flush>
        {variables.isPending ? <Skeleton /> : null}
        {variables.data?.length === 0 ? (
          <Empty title="No variables yet">
            {
              "Set one here, and write ${var:NAME} in a config. Agents get only the values that their files name."
            }
          </Empty>
        ) : null}
        <ul aria-label="Variables" className="divide-y">
          {byName.map(([name, rows]) => (
            <li key={name} className="flex flex-col gap-2 px-4 py-3">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <h2 className="min-w-0 font-mono font-semibold break-all">{name}</h2>
                <Button
                  size="sm"
                  look="quiet"
                  refused={refused}
                  aria-label={`Set for others: ${name}`}
                  onClick={() => setAsked({ kind: "set", variable: null, name })}
                >
                  Set for others
                </Button>
              </div>
              <ul aria-label={`Values of ${name}`} className="flex flex-col gap-2">
                {rows.map((row) => (
                  <VariableRow
                    key={row.id}
                    row={row}
                    place={whom(row, fleetName)}
                    refused={refused}
                    onAsk={setAsked}
                  />
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </Panel>
      <OneAgentPanel environment={environment} fleets={fleets} />
      {asked?.kind === "set" ? (
        <VariableDialog
          environment={environment}
          variable={asked.variable}
          name={asked.name}
          onClose={close}
        />
      ) : null}
      {asked?.kind === "impact" ? <ImpactDialog variable={asked.variable} onClose={close} /> : null}
      <Confirm
        open={asked?.kind === "delete"}
        onOpenChange={(open) => !open && close()}
        title={asked?.kind === "delete" ? `Delete ${asked.variable.name}?` : ""}
        action="Delete the value"
        danger
        busy={remove.isPending}
        onConfirm={() => asked?.kind === "delete" && remove.mutate(asked.variable)}
      >
        {asked?.kind === "delete" ? `For ${whom(asked.variable, fleetName)}. ` : ""}
        Releases that have it keep it; the next one that needs it and finds no other value is refused.
      </Confirm>
    </Page>
  );
}

interface VariableRowProps {
  row: Variable;
  place: string;
  refused: string | undefined;
  onAsk: (asked: Asked) => void;
}

function VariableRow({ row, place, refused, onAsk }: VariableRowProps) {
  const about = `${row.name} for ${place}`;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="min-w-0 flex-1 basis-64">
        <code className="line-clamp-3 font-mono text-sm break-all whitespace-pre-wrap">{valueText(row)}</code>
        <span className="text-sm text-soft">
          for {place}
          {row.description ? ` · ${row.description}` : ""}
        </span>
      </span>
      <Tag>{row.type}</Tag>
      <Button
        size="sm"
        aria-label={`Impact of ${about}`}
        onClick={() => onAsk({ kind: "impact", variable: row })}
      >
        Impact
      </Button>
      <Button
        size="sm"
        refused={refused}
        aria-label={`Change ${about}`}
        onClick={() => onAsk({ kind: "set", variable: row, name: row.name })}
      >
        Change
      </Button>
      <Button
        size="sm"
        refused={refused}
        aria-label={`Delete ${about}`}
        onClick={() => onAsk({ kind: "delete", variable: row })}
      >
        Delete
      </Button>
    </li>
  );
}

function ImpactDialog({ variable, onClose }: { variable: Variable; onClose: () => void }) {
  const impact = useQuery({
    ...one("GET /v1/variables/{variable}/impact", { path: { variable: variable.id } }),
    staleTime: 0,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Impact of ${variable.name}`}
      description="Agents that would change if the variable, as it is set now, were rolled out."
    >
      {impact.error ? <Problem error={impact.error} retry={impact.refetch} /> : null}
      {impact.isFetching && !impact.data ? <Skeleton rows={3} /> : null}
      {impact.data ? <Impact impact={impact.data} /> : null}
    </Dialog>
  );
}
