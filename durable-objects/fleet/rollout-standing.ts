import type { RolloutId } from "../../domain/ids.ts";
import type { AgentProgress, StoredProgress } from "../../domain/rollouts/progress.ts";
import type { Decision } from "../../domain/rollouts/rollout.ts";
import type { OpenRelease } from "./open-release.ts";
import type { AgentRecord } from "./parts.ts";
import type { Releases } from "./releases.ts";
import type { RolloutRow, RolloutRows } from "./rollout-rows.ts";
import { losesFiles, renderFor } from "./wanted.ts";

/** What `explainAgent` needs to know of an agent besides its row. */
export interface Standing {
  /** The release that its wanted config comes from; the current one, where that gives the same. */
  release: OpenRelease | null;
  current: OpenRelease | null;
  /** The current one has packages for it and no config, and would take its files: it keeps them. */
  keepsFiles: boolean;
  /** The running rollout, or the last one that reached it, and its place in it. */
  row: RolloutRow | null;
  progress: AgentProgress | StoredProgress | null;
  /** The last judgement on its wave; before there is one, that on the wave before it. */
  gate: Decision | null;
}

/** `active`: the running rollout and the agent's place in it, where it has one. */
export function standingOf(
  agent: AgentRecord,
  active: { row: RolloutRow; progress: AgentProgress } | null,
  rows: RolloutRows,
  releases: Releases,
  find: (id: RolloutId) => RolloutRow | null,
): Standing {
  const row = active?.row ?? (agent.progress ? find(agent.progress.rolloutId) : null);
  const progress = row ? (active?.progress ?? endOf(agent, rows)) : null;
  const gates = row && progress ? rows.decisions(row.header.id) : [];
  const judgement = (wave: number) =>
    gates.findLast((one) => one.wave === wave && one.verdict !== "info") ?? null;
  const current = releases.current();
  const rendered = current && renderFor(current, agent);
  return {
    release: releaseOf(agent, releases),
    current,
    keepsFiles: rendered !== null && losesFiles(releases, rendered, agent),
    row,
    progress,
    gate: progress ? (judgement(progress.wave) ?? judgement(progress.wave - 1)) : null,
  };
}

/** An agent's row need not have the last step of a rollout that has ended: the rollout itself has. */
function endOf({ id, progress }: AgentRecord, rows: RolloutRows): StoredProgress | null {
  const end = progress && rows.finalAgent(progress.rolloutId, id);
  return end ? { ...progress, state: end.state, error: end.error } : progress;
}

/** An agent that a newer release leaves as it is keeps the older one's name in its row. */
function releaseOf(agent: AgentRecord, releases: Releases): OpenRelease | null {
  const current = releases.current();
  if (agent.wantedHash === null) return null;
  if (current && renderFor(current, agent)?.hash === releases.baseOf(agent.wantedHash)) return current;
  const kept = agent.wantedReleaseId === null ? null : releases.find(agent.wantedReleaseId);
  return kept ? releases.open(kept) : null;
}
