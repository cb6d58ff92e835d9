import { Pencil } from "lucide-react";
import { useState } from "react";
import type { AgentDetail } from "../../../protocol/api/agents.ts";
import { invalidate } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/page.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { LabelDialog } from "./bulk/label-dialog.tsx";

interface Row {
  key: string;
  value: string | null;
  source: "people" | "its token" | "the agent";
  beneath: string | undefined;
}

function rowsOf({ labelSources: { reported, token, operator } }: AgentDetail): Row[] {
  const keys = new Set([...Object.keys(reported), ...Object.keys(token), ...Object.keys(operator)]);
  return [...keys].sort().map((key) => {
    const beneath = token[key] ?? reported[key];
    const said = operator[key];
    if (said !== undefined) return { key, value: said, source: "people", beneath };
    return {
      key,
      value: beneath ?? null,
      source: key in token ? "its token" : "the agent",
      beneath: undefined,
    };
  });
}

/** Its labels, each with who says so; people's win. */
export function LabelSources({ agent, refused }: { agent: AgentDetail; refused: string | undefined }) {
  const [editing, setEditing] = useState<{ reset: string[] } | null>(null);
  const rows = rowsOf(agent);
  return (
    <Panel
      title="Labels"
      description="What people set wins over its token's labels, and those over what it reports."
      flush
      actions={
        <Button size="sm" refused={refused} onClick={() => setEditing({ reset: [] })}>
          <Pencil aria-hidden className="size-3.5" />
          Change labels
        </Button>
      }
    >
      {rows.length === 0 ? (
        <p className="p-4 text-soft">It has no labels.</p>
      ) : (
        <Table
          label="Labels and where they come from"
          head={
            <>
              <Th>Label</Th>
              <Th>Value</Th>
              <Th>Said by</Th>
              <Th>Else</Th>
            </>
          }
        >
          {rows.map(({ key, value, source, beneath }) => (
            <tr key={key}>
              <Td className="font-mono text-sm">{key}</Td>
              <Td className="font-mono text-sm break-all">
                {value ?? <span className="font-sans text-soft">taken away</span>}
              </Td>
              <Td className="text-sm">{source}</Td>
              <Td className="text-sm">
                {source === "people" ? (
                  <Button
                    size="sm"
                    look="quiet"
                    refused={refused}
                    onClick={() => setEditing({ reset: [key] })}
                    aria-label={`Give ${key} back`}
                  >
                    {beneath === undefined ? "nothing" : beneath}
                  </Button>
                ) : (
                  "–"
                )}
              </Td>
            </tr>
          ))}
        </Table>
      )}
      {editing ? (
        <LabelDialog
          fleetId={agent.fleetId}
          agents={[agent.id]}
          reset={editing.reset}
          onClose={() => setEditing(null)}
          onDone={() => {
            setEditing(null);
            void invalidate(`/v1/agents/${agent.id}`);
          }}
        />
      ) : null}
    </Panel>
  );
}
