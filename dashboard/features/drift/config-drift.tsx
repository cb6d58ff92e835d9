import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { one } from "../../api/queries.ts";
import { Empty, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { severityTones } from "./drift-words.ts";

/** On how many agents of each fleet the config should run, runs, and was changed. */
export function ConfigDriftPanel({ configId }: { configId: string }) {
  const found = useQuery(one("GET /v1/configs/{config}/drift", { path: { config: configId } }));
  return (
    <Panel flush title="Desired and current" description="Of fleets whose agents you may see, all of them.">
      {found.error ? <Problem error={found.error} retry={found.refetch} /> : null}
      {found.isPending ? <Skeleton rows={3} /> : null}
      {found.data && found.data.items.length + found.data.unasked.length === 0 ? (
        <Empty title="No agent runs it">Deploy it to a fleet to see it here.</Empty>
      ) : null}
      {found.data && found.data.items.length > 0 ? (
        <Table
          label="Desired and current"
          head={
            <>
              <Th>Fleet</Th>
              <Th>Version</Th>
              <Th>Should run</Th>
              <Th>Run</Th>
              <Th>Drifted</Th>
            </>
          }
        >
          {found.data.items.flatMap(({ fleetId, fleetName, versions, drifted }) =>
            versions.map(({ version, desired, current }) => (
              <tr key={`${fleetId} ${version}`}>
                <Td>
                  <Link className="underline" to="/fleets/$fleetId/drift" params={{ fleetId }}>
                    {fleetName}
                  </Link>
                </Td>
                <Td>{version}</Td>
                <Td>{desired}</Td>
                <Td>{current}</Td>
                <Td>
                  <span className="flex flex-wrap gap-1.5">
                    {drifted
                      .filter((each) => each.version === version)
                      .map(({ agentId, name, severity }) => (
                        <Link
                          key={agentId}
                          to="/fleets/$fleetId/agents/$agentId"
                          params={{ fleetId, agentId }}
                        >
                          <Tag tone={severityTones[severity]}>
                            {name}: {severity}
                          </Tag>
                        </Link>
                      ))}
                  </span>
                </Td>
              </tr>
            )),
          )}
        </Table>
      ) : null}
      {found.data?.unasked.map(({ fleetId, fleetName }) => (
        <p key={fleetId} className="p-4 text-soft">
          Fleet {fleetName} could not be asked just now.
        </p>
      ))}
    </Panel>
  );
}
