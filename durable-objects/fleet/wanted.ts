import { FileConflictError } from "../../domain/configs/render.ts";
import type { AgentRecord, Tx } from "./parts.ts";
import type { OpenRelease, Releases } from "./releases.ts";

/**
 * What the current release gives the agent becomes what is wanted of it. False when that is so already, or when the
 * release gives it nothing: then it keeps what it has.
 */
export function want(tx: Tx, releases: Releases, agent: AgentRecord): boolean {
  const current = releases.current();
  if (!current || agent.revokedAt !== null) return false;
  const hash = keepRender(tx, releases, current, agent);
  if (hash === null || hash === agent.wantedHash) return false;
  agent.wantedHash = hash;
  agent.wantedReleaseId = current.id;
  tx.saveAgent(agent);
  return true;
}

/** null = nothing matches, or the matching assignments contradict each other; `explain` says which. */
export function keepRender(
  tx: Tx,
  releases: Releases,
  release: OpenRelease,
  agent: AgentRecord,
): string | null {
  try {
    const { hash, files } = release.renderFor(agent.labels);
    if (hash !== null && releases.files(hash) === null) releases.keepRender(tx, hash, files);
    return hash;
  } catch (error) {
    if (error instanceof FileConflictError) return null;
    throw error;
  }
}
