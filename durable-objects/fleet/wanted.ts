import { InputConflictError } from "../../domain/configs/inputs/values.ts";
import { PackageConflictError } from "../../domain/configs/packages.ts";
import { FileConflictError, FileInputError } from "../../domain/configs/render.ts";
import type { DomainError } from "../../domain/errors.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { AgentRender, OpenRelease } from "./open-release.ts";
import type { AgentRecord, Tx } from "./parts.ts";
import type { Releases } from "./releases.ts";

/**
 * What the current release gives the agent becomes what is wanted of it. False when that is so already, or when the
 * release gives it nothing: then it keeps what it has.
 */
export function want(tx: Tx, releases: Releases, agent: AgentRecord): boolean {
  const current = releases.current();
  if (!current || agent.revokedAt !== null) return false;
  const hash = keepRender(tx, releases, current, agent);
  if (hash === null || (agent.wantedHash !== null && hash === releases.baseOf(agent.wantedHash)))
    return false;
  agent.wantedHash = hash;
  agent.wantedReleaseId = current.id;
  tx.saveAgent(agent);
  return true;
}

/** null = nothing matches, or it cannot be rendered for this agent; `explain` says why. */
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

/** null = it cannot be rendered for this agent. */
export function renderFor(release: OpenRelease, agent: AgentRecord): AgentRender | null {
  try {
    return release.renderFor(agent.labels, takesPackages(agent));
  } catch (error) {
    if (isUnrenderable(error)) return null;
    throw error;
  }
}

const unrenderable = [FileConflictError, FileInputError, InputConflictError, PackageConflictError];

/** Whether the release and the agent's labels contradict each other; a defect does not count. */
export function isUnrenderable(error: unknown): error is DomainError {
  return unrenderable.some((kind) => error instanceof kind);
}

export function takesPackages({ capabilities }: AgentRecord): boolean {
  return hasCapability(capabilities, "AcceptsPackages");
}
