import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import {
  matchSelector,
  parseSelector,
  type Selector,
  SelectorError,
} from "../../../domain/fleets/selector.ts";
import { useWhyNotInProject } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { Labels } from "../../ui/labels.tsx";
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

/** While it cannot be read, everything is shown. */
function readSelector(text: string): { selector: Selector; problem: string | null } {
  try {
    return { selector: parseSelector(text.trim()), problem: null };
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return { selector: [], problem: error.message };
  }
}

function ConfigsView({ projectId }: { projectId: string }) {
  const configs = useQuery(queries.configs(projectId));
  const refused = useWhyNotInProject(projectId)("config.write");
  const [q, setQ] = useState("");
  const [label, setLabel] = useState("");
  const { selector, problem } = useMemo(() => readSelector(label), [label]);
  const shown = (configs.data ?? []).filter(
    (config) => config.name.includes(q.trim().toLowerCase()) && matchSelector(selector, config.labels),
  );
  const labelled = configs.data?.some((config) => Object.keys(config.labels).length > 0) ?? false;
  return (
    <Page
      title="Configs"
      description="Named texts with immutable versions. A rollout takes a version to the agents that a selector matches."
      actions={
        <>
          <LinkButton to="/projects/$projectId/configs/components" params={{ projectId }}>
            Collector components
          </LinkButton>
          <LinkButton
            to="/projects/$projectId/configs/new"
            params={{ projectId }}
            look="primary"
            refused={refused}
          >
            <Plus aria-hidden className="size-3.5" />
            New config
          </LinkButton>
        </>
      }
    >
      {configs.error ? <Problem error={configs.error} retry={configs.refetch} /> : null}
      <div className="flex flex-wrap gap-3 empty:hidden">
        {(configs.data?.length ?? 0) > 5 ? (
          <SearchField label="Search configs" value={q} onChange={setQ} className="max-w-sm" />
        ) : null}
        {labelled ? (
          <SearchField
            label="Labels of configs, such as team=edge"
            value={label}
            onChange={setLabel}
            className="max-w-sm"
          />
        ) : null}
      </div>
      {problem ? (
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
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
                <Th>Labels</Th>
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
                <Td>
                  <Labels labels={config.labels} most={4} />
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
