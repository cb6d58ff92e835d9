import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Config } from "../../../protocol/api/configs.ts";
import { useWhyNotInProject } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { bytes, shortHash } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { More } from "../../ui/more.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { DiffView } from "./diff-view.tsx";
import { VersionActions } from "./version-actions.tsx";
import { VersionLabels } from "./version-labels.tsx";

export function VersionsTab({ config }: { config: Config }) {
  const search = useSearch({ from: "/app/configs/$configId" });
  const navigate = useNavigate({ from: "/configs/$configId" });
  const versions = useInfiniteQuery(queries.configVersions(config.id));
  const items = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const to = search.to ?? config.latestVersion;
  const from = search.from ?? items.find((version) => version.number < to)?.number ?? 0;
  const refused = useWhyNotInProject(config.projectId)("config.write");
  const compare = (fields: { from?: number; to?: number }) =>
    void navigate({ search: (old) => ({ ...old, ...fields }), replace: true });
  if (versions.error) return <Problem error={versions.error} retry={versions.refetch} />;
  if (versions.isPending) return <Skeleton />;
  if (items.length === 0) return <p className="text-soft">No version is saved yet. Write one under Edit.</p>;
  return (
    <div className="flex flex-col gap-5">
      <Panel flush>
        <Table
          label="Versions"
          head={
            <>
              <Th>Version</Th>
              <Th>Labels</Th>
              <Th>Message</Th>
              <Th>Author</Th>
              <Th>Saved</Th>
              <Th>Size</Th>
              <Th>sha256</Th>
              <Th>
                <span className="sr-only">Compare, label, restore, delete</span>
              </Th>
            </>
          }
        >
          {items.map((version, at) => (
            <tr key={version.id} aria-current={version.number === to ? "true" : undefined}>
              <Td className="tabular font-medium">{version.number}</Td>
              <Td>
                <VersionLabels config={config} labels={version.labels} refused={refused} />
              </Td>
              <Td className="max-w-xs break-words">{version.message ?? "–"}</Td>
              <Td>{version.author}</Td>
              <Td>
                <Time at={version.createdAt} />
              </Td>
              <Td className="tabular whitespace-nowrap">{bytes(version.sizeBytes)}</Td>
              <Td className="font-mono text-sm">{shortHash(version.sha256)}</Td>
              <Td className="py-1.5">
                <span className="flex items-center justify-end gap-1">
                  <Button
                    size="sm"
                    aria-pressed={version.number === to}
                    onClick={() => compare({ from: items[at + 1]?.number ?? 0, to: version.number })}
                  >
                    Show change
                  </Button>
                  {refused === undefined ? <VersionActions config={config} version={version} /> : null}
                </span>
              </Td>
            </tr>
          ))}
        </Table>
        <More label="Show older versions" query={versions} />
      </Panel>
      <Panel
        title={from === 0 ? `Version ${to}` : `Version ${from} → ${to}`}
        actions={
          <label className="flex items-center gap-2 text-sm text-soft">
            Compare with
            <select
              value={from}
              onChange={(event) => compare({ from: Number(event.target.value), to })}
              className="h-8 rounded-md border bg-raised px-2 text-sm text-text"
            >
              <option value={0}>nothing</option>
              {items
                .filter((version) => version.number !== to)
                .map((version) => (
                  <option key={version.id} value={version.number}>
                    version {version.number}
                  </option>
                ))}
            </select>
          </label>
        }
      >
        <Comparison configId={config.id} from={from} to={to} />
      </Panel>
    </div>
  );
}

function Comparison({ configId, from, to }: { configId: string; from: number; to: number }) {
  const older = useQuery({ ...queries.configVersion(configId, from), enabled: from > 0 });
  const newer = useQuery({ ...queries.configVersion(configId, to), enabled: to > 0 });
  const error = older.error ?? newer.error;
  if (error) return <Problem error={error} />;
  if (!newer.data || (from > 0 && !older.data)) return <Skeleton />;
  return (
    <DiffView
      older={older.data?.content ?? ""}
      newer={newer.data.content}
      olderName={from === 0 ? "nothing" : `version ${from}`}
      newerName={`version ${to}`}
    />
  );
}
