import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { CollectorComponent } from "../../../protocol/api/collector.ts";
import { one, queries } from "../../api/queries.ts";
import { plural } from "../../lib/format.ts";
import { type SettingSchema, settingRows } from "../../lib/setting-rows.ts";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Readable } from "../organizations/readable.tsx";

export function ComponentsPage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/configs/components" });
  return (
    <Readable key={projectId} projectId={projectId} permission="config.read" title="Collector components">
      <Components projectId={projectId} />
    </Readable>
  );
}

const roles = [
  ["receiver", "Receivers"],
  ["processor", "Processors"],
  ["exporter", "Exporters"],
  ["connector", "Connectors"],
  ["extension", "Extensions"],
] as const;

function Components({ projectId }: { projectId: string }) {
  const fleetField = useId();
  const [q, setQ] = useState("");
  const [fleet, setFleet] = useState("");
  const [advanced, setAdvanced] = useState(false);
  const fleets = useQuery(queries.fleets(projectId));
  const components = useQuery(one("GET /v1/collector-components", { query: fleet === "" ? {} : { fleet } }));
  const wanted = q.trim().toLowerCase();
  const shown = (components.data?.items ?? []).filter(({ type, aliases, title, summary }) =>
    [type, ...aliases, title, summary].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <Page
      title="Collector components"
      description="Components of the OpenTelemetry Collector whose settings are checked one by one. Others may be used too: their settings are the collector's to check."
    >
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        <SearchField label="Search components" value={q} onChange={setQ} className="max-w-sm" />
        <span className="flex items-center gap-2 text-sm">
          <label htmlFor={fleetField} className="text-soft">
            Count the agents of
          </label>
          <select
            id={fleetField}
            value={fleet}
            onChange={(event) => setFleet(event.target.value)}
            className="rounded border bg-raised px-1.5 py-0.5"
          >
            <option value="">no fleet</option>
            {fleets.data?.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </span>
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={advanced}
            onChange={(event) => setAdvanced(event.target.checked)}
            className="accent-accent"
          />
          Show settings that are seldom needed
        </label>
      </div>
      {components.error ? <Problem error={components.error} retry={components.refetch} /> : null}
      {components.isPending ? <Skeleton /> : null}
      {components.data && shown.length === 0 ? (
        <Panel flush>
          <Empty title="No component is called so">Take out a part of what you search for.</Empty>
        </Panel>
      ) : null}
      {roles.map(([role, title]) => {
        const ofRole = shown.filter((one) => one.role === role);
        return ofRole.length === 0 ? null : (
          <Panel key={role} title={title} flush>
            <ul aria-label={title} className="divide-y">
              {ofRole.map((one) => (
                <li key={one.type} className="px-4 py-3">
                  <Component component={one} advanced={advanced} counted={fleet !== ""} />
                </li>
              ))}
            </ul>
          </Panel>
        );
      })}
    </Page>
  );
}

interface ComponentProps {
  component: CollectorComponent;
  advanced: boolean;
  /** A fleet's agents were asked. */
  counted: boolean;
}

function Component({ component, advanced, counted }: ComponentProps) {
  const { type, aliases, title, summary, signals, connects, agents } = component;
  const [open, setOpen] = useState(false);
  const carried = connects.length > 0 ? connects.map(({ from, to }) => `${from} to ${to}`) : signals;
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="flex cursor-pointer flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span className="min-w-0 flex-1 basis-64">
          <span className="font-semibold">{title}</span>{" "}
          <code className="text-sm break-words text-soft">{[type, ...aliases].join(", ")}</code>
          <span className="block text-sm text-soft">{summary}</span>
        </span>
        <span className="flex flex-wrap items-center gap-2 text-sm text-soft">
          {carried.map((one) => (
            <Tag key={one}>{one}</Tag>
          ))}
          {counted ? (agents === null ? "no agent says" : plural(agents, "agent")) : null}
        </span>
      </summary>
      {open ? <Settings component={component} advanced={advanced} /> : null}
    </details>
  );
}

function Settings({
  component: { type, schema, example, documentation },
  advanced,
}: Omit<ComponentProps, "counted">) {
  // A schema of the server's own making: `domain/configs/collector/schema.ts`.
  const rows = settingRows(schema as SettingSchema, advanced);
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Table
        label={`Settings of ${type}`}
        head={
          <>
            <Th>Setting</Th>
            <Th>What it is</Th>
            <Th>Value</Th>
          </>
        }
      >
        {rows.map(({ path, title, help, notes }) => (
          <tr key={path}>
            <Td>
              <code className="text-sm">{path}</code>
            </Td>
            <Td>
              <span className="font-medium">{title}</span> <span className="text-soft">{help}</span>
            </Td>
            <Td className="text-sm text-soft">{notes.join("; ")}</Td>
          </tr>
        ))}
      </Table>
      <ScrollBox label={`Example of ${type}`} className="overflow-x-auto">
        <pre className="rounded border bg-hover/50 p-3 text-sm">{example}</pre>
      </ScrollBox>
      <p className="text-sm">
        <a href={documentation} target="_blank" rel="noreferrer" className="underline">
          The documentation of {type}
        </a>
      </p>
    </div>
  );
}
