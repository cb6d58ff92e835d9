import type { AgentId } from "../../domain/ids.ts";
import type { SecretUse } from "../../protocol/rpc/fleet.ts";
import type { AgentRecord } from "./parts.ts";
import type { Releases } from "./releases.ts";

const agentsNamed = 10;

/** Which of these versions of secrets stand in the files that agents run; each distinct set of files is read once. */
export function secretUse(
  releases: Releases,
  records: Iterable<AgentRecord>,
  versionIds: readonly string[],
): SecretUse["versions"] {
  const agentsOf = new Map<string, { id: AgentId; name: string }[]>(versionIds.map((id) => [id, []]));
  const known = new Map<string, string[]>();
  for (const { id, name, runningHash } of records) {
    if (runningHash === "") continue;
    let named = known.get(runningHash);
    if (!named) {
      named = [...releases.secretsIn(runningHash)].filter((versionId) => agentsOf.has(versionId));
      known.set(runningHash, named);
    }
    for (const versionId of named) agentsOf.get(versionId)?.push({ id, name });
  }
  return [...agentsOf].map(([versionId, agents]) => ({
    versionId,
    agents: agents.length,
    first: agents.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, agentsNamed),
  }));
}
