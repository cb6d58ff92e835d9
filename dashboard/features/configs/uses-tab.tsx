import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import type { Config } from "../../../protocol/api/configs.ts";
import { queries } from "../../api/queries.ts";
import { IconButton } from "../../ui/button.tsx";
import { MenuContent, MenuItem, MenuLabel, MenuRoot, MenuTrigger } from "../../ui/menu.tsx";
import { More } from "../../ui/more.tsx";
import { Empty, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

/** Which fleets' releases name the config. */
export function UsesTab({ config }: { config: Config }) {
  const [onlyCurrent, setOnlyCurrent] = useState(true);
  const uses = useInfiniteQuery(queries.configUses(config.id, onlyCurrent));
  const fleets = useQuery(queries.fleets(config.projectId)).data ?? [];
  const items = uses.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel
      flush
      title="Where it runs"
      description="Releases of the fleets that you may see. A fleet's current release is what its newcomers get."
      actions={
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={onlyCurrent}
            onChange={(event) => setOnlyCurrent(event.target.checked)}
          />
          Current releases only
        </label>
      }
    >
      {uses.error ? <Problem error={uses.error} retry={uses.refetch} /> : null}
      {uses.isPending ? <Skeleton /> : null}
      {uses.data && items.length === 0 ? (
        <Empty title={onlyCurrent ? "No current release has it" : "No release names it"}>
          {onlyCurrent
            ? "Show all releases to see those that had it."
            : "It may be deleted, or deployed to a fleet by Deploy."}
        </Empty>
      ) : null}
      {items.length > 0 ? (
        <Table
          label="Where it runs"
          head={
            <>
              <Th>Fleet</Th>
              <Th>Release</Th>
              <Th>Version</Th>
              <Th>Agents</Th>
              <Th>File</Th>
              <Th>Made</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </>
          }
        >
          {items.map((use) => (
            <tr key={`${use.releaseId} ${use.selector} ${use.fileName}`}>
              <Td>
                <Link
                  to="/fleets/$fleetId"
                  params={{ fleetId: use.fleetId }}
                  className="font-medium underline-offset-2 hover:underline"
                >
                  {use.fleetName}
                </Link>
              </Td>
              <Td>
                <Link
                  to="/fleets/$fleetId/releases/$releaseId"
                  params={{ fleetId: use.fleetId, releaseId: use.releaseId }}
                  className="tabular underline-offset-2 hover:underline"
                >
                  {use.releaseNumber}
                </Link>{" "}
                {use.current ? <Tag>current</Tag> : null}
              </Td>
              <Td className="tabular">
                {use.version}
                {use.version === config.latestVersion ? (
                  ""
                ) : (
                  <span className="text-sm text-soft"> of {config.latestVersion}</span>
                )}
              </Td>
              <Td className="min-w-36 font-mono text-sm break-all">{use.selector || "every agent"}</Td>
              <Td className="min-w-36 font-mono text-sm break-all">{use.fileName}</Td>
              <Td>
                <Time at={use.createdAt} />
              </Td>
              <Td>
                {use.current ? (
                  <Promote
                    configId={config.id}
                    from={use.fleetId}
                    fleetName={use.fleetName}
                    to={fleets.filter(({ id }) => id !== use.fleetId)}
                  />
                ) : null}
              </Td>
            </tr>
          ))}
        </Table>
      ) : null}
      <More label="Show older releases" query={uses} />
    </Panel>
  );
}

interface PromoteProps {
  configId: string;
  /** The fleet that runs it. */
  from: string;
  fleetName: string;
  to: readonly { id: string; name: string }[];
}

/** The deploy page of another fleet, with the version that this one runs. */
function Promote({ configId, from, fleetName, to }: PromoteProps) {
  const navigate = useNavigate();
  if (to.length === 0) return null;
  return (
    <MenuRoot>
      <MenuTrigger asChild>
        <IconButton label={`Bring what ${fleetName} runs to another fleet`}>
          <Ellipsis aria-hidden />
        </IconButton>
      </MenuTrigger>
      <MenuContent align="end">
        <MenuLabel>Bring this version to</MenuLabel>
        {to.map(({ id, name }) => (
          <MenuItem
            key={id}
            onSelect={() =>
              void navigate({
                to: "/fleets/$fleetId/deploy",
                params: { fleetId: id },
                search: { config: configId, from },
              })
            }
          >
            {name}
          </MenuItem>
        ))}
      </MenuContent>
    </MenuRoot>
  );
}
