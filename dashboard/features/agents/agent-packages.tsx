import type { AgentPackage } from "../../../protocol/api/agents.ts";
import { words } from "../../lib/format.ts";
import { Panel } from "../../ui/page.tsx";
import { Tag, type Tone } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";

const tones: Record<AgentPackage["status"], Tone> = {
  installed: "good",
  installing: "busy",
  downloading: "busy",
  install_pending: "warn",
  install_failed: "bad",
};

/** What the agent reports on its packages; one that reports none has no such part. */
export function AgentPackages({ packages }: { packages: AgentPackage[] }) {
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
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
