import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

export function ConfigsPage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/configs" });
  const configs = useQuery(queries.configs(projectId));
  const [q, setQ] = useState("");
  const shown = (configs.data ?? []).filter((config) => config.name.includes(q.trim().toLowerCase()));
  return (
    <Page
      title="Configs"
      description="Named texts with immutable versions. A rollout takes a version to the agents that a selector matches."
      actions={
        <Link to="/projects/$projectId/configs/new" params={{ projectId }} className={buttonClass("primary")}>
          <Plus aria-hidden className="size-3.5" />
          New config
        </Link>
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
              <Link
                to="/projects/$projectId/configs/new"
                params={{ projectId }}
                className={buttonClass("primary")}
              >
                Write the first config
              </Link>
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
