import { InputConflictError } from "../../domain/configs/inputs/values.ts";
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
  const rendered = renderFor(current, agent);
  if (!rendered || losesFiles(releases, rendered, agent)) return false;
  const hash = keep(tx, releases, rendered);
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
  return rendered && keep(tx, releases, rendered);
}

function keep(tx: Tx, releases: Releases, rendered: AgentRender): string | null {
  if (rendered.hash === null) return null;
  if (releases.bundle(rendered.hash) === null) releases.keepRender(tx, rendered.hash, rendered);
  return rendered.hash;
}

/**
 * Whether packages alone would take an agent the files that it has from Muster: a package is for a program, and no
 * reason to stop it. Such an agent keeps all that it runs.
 */
export function losesFiles(
  releases: Pick<Releases, "bundle">,
  { files, packages }: AgentRender,
  { wantedHash, runningHash }: AgentRecord,
): boolean {
  const has = wantedHash ?? runningHash;
  if (files.length > 0 || packages.length === 0 || has === "") return false;
  return releases.bundle(has)?.files.length !== 0;
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

const unrenderable = [FileConflictError, FileInputError, InputConflictError];

/** Whether the release and the agent's labels contradict each other; a defect does not count. */
export function isUnrenderable(error: unknown): error is DomainError {
  return unrenderable.some((kind) => error instanceof kind);
}

export function takesPackages({ capabilities }: AgentRecord): boolean {
  return hasCapability(capabilities, "AcceptsPackages");
}
