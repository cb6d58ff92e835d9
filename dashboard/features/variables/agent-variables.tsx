import { useQuery } from "@tanstack/react-query";
import type { AgentVariable } from "../../../protocol/api/variables.ts";
import { list } from "../../api/queries.ts";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { levelTexts, valueText } from "./variable-text.ts";

/** Which row of each variable counts for an agent, which ones that hides, and what is sent to it. */
export function AgentVariables({ agentId, name }: { agentId: string; name: string }) {
  const variables = useQuery(list("GET /v1/agents/{agent}/variables", { path: { agent: agentId } }));
  if (variables.error) return <Problem error={variables.error} retry={variables.refetch} />;
  if (!variables.data) return <Skeleton rows={3} />;
  if (variables.data.length === 0)
    return <p className="text-soft">The environment has no variables for it.</p>;
  return (
    <Table
      label={`Variables for ${name}`}
      head={
        <>
          <Th>Name</Th>
          <Th>Value</Th>
          <Th>Set for</Th>
          <Th>Sent</Th>
        </>
      }
    >
      {variables.data.map((one) => (
        <tr key={one.name}>
          <Td>
            <code className="font-mono text-sm break-all">{one.name}</code>
          </Td>
          <Td className="min-w-32">
            {one.chosen ? (
              <code className="font-mono text-sm break-all">{valueText(one.chosen)}</code>
            ) : (
              <span className="text-warn">{one.problem}</span>
            )}
          </Td>
          <Td>
            {one.chosen ? levelTexts[one.chosen.level] : "nobody like it"}
            <Hidden variable={one} />
          </Td>
          <Td>
            {one.named ? <Tag tone="good">yes</Tag> : <span className="text-soft">no file names it</span>}
          </Td>
        </tr>
      ))}
    </Table>
  );
}

function Hidden({ variable: { rows, chosen } }: { variable: AgentVariable }) {
  const hidden = rows.filter(({ id, matches }) => matches && id !== chosen?.id);
  if (hidden.length === 0 || !chosen) return null;
  return (
    <span className="block text-sm text-soft">
      in place of that of {hidden.map(({ level, selector }) => selector || levelTexts[level]).join(", ")}
    </span>
  );
}
