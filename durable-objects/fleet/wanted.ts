import { PackageConflictError } from "../../domain/configs/packages.ts";
import { FileConflictError } from "../../domain/configs/render.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { AgentRecord, Tx } from "./parts.ts";
import type { AgentRender, OpenRelease, Releases } from "./releases.ts";

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
  const rendered = renderFor(release, agent);
  if (!rendered || rendered.hash === null) return null;
  if (releases.bundle(rendered.hash) === null) releases.keepRender(tx, rendered.hash, rendered);
  return rendered.hash;
}

/** null = the matching assignments, or packages, contradict each other. */
export function renderFor(release: OpenRelease, agent: AgentRecord): AgentRender | null {
  try {
    return release.renderFor(agent.labels, takesPackages(agent));
  } catch (error) {
    if (error instanceof FileConflictError || error instanceof PackageConflictError) return null;
    throw error;
  }
}

export function takesPackages({ capabilities }: AgentRecord): boolean {
  return hasCapability(capabilities, "AcceptsPackages");
}
