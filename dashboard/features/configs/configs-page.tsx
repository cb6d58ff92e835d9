import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useWhyNotInProject } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Readable } from "../organizations/readable.tsx";

export function ConfigsPage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/configs" });
  return (
    <Readable key={projectId} projectId={projectId} permission="config.read" title="Configs">
      <ConfigsView projectId={projectId} />
    </Readable>
  );
}

function ConfigsView({ projectId }: { projectId: string }) {
  const configs = useQuery(queries.configs(projectId));
  const refused = useWhyNotInProject(projectId)("config.write");
  const [q, setQ] = useState("");
  const shown = (configs.data ?? []).filter((config) => config.name.includes(q.trim().toLowerCase()));
  return (
    <Page
      title="Configs"
      description="Named texts with immutable versions. A rollout takes a version to the agents that a selector matches."
      actions={
        <LinkButton
          to="/projects/$projectId/configs/new"
          params={{ projectId }}
          look="primary"
          refused={refused}
        >
          <Plus aria-hidden className="size-3.5" />
          New config
        </LinkButton>
      }
    >
      {configs.error ? <Problem error={configs.error} retry={configs.refetch} /> : null}
      {(configs.data?.length ?? 0) > 5 ? (
        <SearchField label="Search configs" value={q} onChange={setQ} className="max-w-sm" />
      ) : null}
      <Panel flush>
        {configs.isPending ? <Skeleton /> : null}
        {configs.data?.length === 0 ? (
          <Empty
            title="No config yet"
            action={
              <LinkButton
                to="/projects/$projectId/configs/new"
                params={{ projectId }}
                look="primary"
                refused={refused}
              >
                Write the first config
              </LinkButton>
            }
          >
            Start from a template of its kind; it is checked while you write.
          </Empty>
        ) : null}
        {shown.length > 0 ? (
          <Table
            label="Configs"
            head={
              <>
                <Th>Name</Th>
                <Th>Kind</Th>
                <Th>Latest version</Th>
                <Th>Changed</Th>
              </>
            }
          >
            {shown.map((config) => (
              <tr key={config.id} className="relative">
                <Td>
                  <Link
                    to="/configs/$configId"
                    params={{ configId: config.id }}
                    className="font-medium after:absolute after:inset-0"
                  >
                    {config.name}
                  </Link>
                </Td>
                <Td>
                  <Tag>{config.kind}</Tag>
                </Td>
                <Td className="tabular">{config.latestVersion === 0 ? "none" : config.latestVersion}</Td>
                <Td>
                  <Time at={config.updatedAt} />
                </Td>
              </tr>
            ))}
          </Table>
        ) : null}
      </Panel>
    </Page>
  );
}
