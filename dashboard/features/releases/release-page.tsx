import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import { CopyButton } from "../../ui/copy.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

/** What a release holds: it never changes. */
export function ReleasePage() {
  const { fleetId, releaseId } = useParams({ from: "/app/fleets/$fleetId/releases/$releaseId" });
  const release = useQuery(queries.release(releaseId));
  const fleet = useQuery(queries.fleet(fleetId));
  if (release.error) {
    return (
      <Page title="Release">
        <Problem error={release.error} retry={release.refetch} />
      </Page>
    );
  }
  if (!release.data) {
    return (
      <Page title="Release">
        <Skeleton rows={6} />
      </Page>
    );
  }
  const { number, message, author, createdAt, assignments, packages } = release.data;
  return (
    <Page
      title={`Release ${number}`}
      description={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {fleet.data?.currentReleaseId === releaseId ? <Tag tone="good">current</Tag> : null}
          {message ? <span>{message}</span> : null}
          <span>
            by {author} <Time at={createdAt} />
          </span>
        </span>
      }
    >
      <Panel title="Configs" flush>
        {assignments.length === 0 ? (
          <Empty title="No config">This release brings packages alone.</Empty>
        ) : (
          <Table
            label="Configs"
            head={
              <>
                <Th>Config</Th>
                <Th>File</Th>
                <Th>Agents</Th>
                <Th>Kind</Th>
              </>
            }
          >
            {assignments.map((one) => (
              <tr key={`${one.configId} ${one.selector} ${one.fileName}`}>
                <Td className="whitespace-nowrap">
                  <Link
                    to="/configs/$configId"
                    params={{ configId: one.configId }}
                    search={{ tab: "versions" }}
                    className="font-medium underline-offset-2 hover:underline"
                  >
                    {one.configName} version {one.version}
                  </Link>
                </Td>
                <Td className="font-mono text-sm">{one.fileName}</Td>
                <Td>
                  {one.selector ? <code className="font-mono text-sm">{one.selector}</code> : "every agent"}
                </Td>
                <Td className="text-soft">{one.kind}</Td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
      <Panel
        title="Packages"
        description="Offered to agents that accept packages; others get the configs only."
        flush
      >
        {packages.length === 0 ? (
          <Empty title="No package">This release brings configs alone.</Empty>
        ) : (
          <Table
            label="Packages"
            head={
              <>
                <Th>Package</Th>
                <Th>Agents</Th>
                <Th>From</Th>
                <Th>sha256</Th>
                <Th>Signature</Th>
              </>
            }
          >
            {packages.map((one) => (
              <tr key={`${one.name} ${one.selector}`}>
                <Td className="whitespace-nowrap">
                  <span className="font-medium">{one.name}</span> {one.version}
                  {one.type === "addon" ? <span className="text-soft"> add-on</span> : null}
                </Td>
                <Td>
                  {one.selector ? <code className="font-mono text-sm">{one.selector}</code> : "every agent"}
                </Td>
                <Td className="min-w-52 break-all text-sm">{one.url}</Td>
                <Td>
                  <span className="flex items-center gap-1 font-mono text-sm">
                    {one.sha256.slice(0, 12)}
                    <CopyButton text={one.sha256} label="Copy the sha256" />
                  </span>
                </Td>
                <Td>{one.signature ? "signed" : "not signed"}</Td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
    </Page>
  );
}
