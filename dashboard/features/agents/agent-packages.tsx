import type { AgentDetail, AgentPackage } from "../../../protocol/api/agents.ts";
import { words } from "../../lib/format.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Panel } from "../../ui/page.tsx";
import { Tag, type Tone } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { selectorOf } from "../plan/upgrade-draft.ts";

const tones: Record<AgentPackage["status"], Tone> = {
  installed: "good",
  installing: "busy",
  downloading: "busy",
  install_pending: "warn",
  install_failed: "bad",
};

interface AgentPackagesProps {
  agent: AgentDetail;
  /** Why the person may not start a rollout. */
  refused: string | undefined;
}

/** What the agent reports on its packages; one that reports none has no such part. */
export function AgentPackages({ agent, refused }: AgentPackagesProps) {
  const { packages, fleetId, labels } = agent;
  const upgradable = agent.status !== "revoked" && agent.capabilities.includes("AcceptsPackages");
  if (packages.length === 0) return null;
  return (
    <Panel title="Packages" description="What the agent reports it has, beside what it was offered." flush>
      <Table
        label="Packages"
        head={
          <>
            <Th>Package</Th>
            <Th>State</Th>
            <Th>Has</Th>
            <Th>Offered</Th>
            <Th>Error</Th>
            {upgradable ? (
              <Th>
                <span className="sr-only">Upgrade</span>
              </Th>
            ) : null}
          </>
        }
      >
        {packages.map((one) => (
          <tr key={one.name}>
            <Td className="font-medium">{one.name}</Td>
            <Td>
              <Tag tone={tones[one.status]}>{words(one.status)}</Tag>
            </Td>
            <Td className="tabular">{one.version || "nothing"}</Td>
            <Td className="tabular">{one.offeredVersion || "nothing"}</Td>
            <Td className="max-w-md text-sm break-words">{one.error ?? "–"}</Td>
            {upgradable ? (
              <Td>
                <LinkButton
                  size="sm"
                  to="/fleets/$fleetId/deploy"
                  params={{ fleetId }}
                  search={{ upgrade: one.name, selector: selectorOf(labels) }}
                  refused={refused}
                >
                  Upgrade<span className="sr-only"> {one.name}</span>
                </LinkButton>
              </Td>
            ) : null}
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
