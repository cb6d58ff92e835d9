import type { AgentId, ReleaseId, RolloutId } from "../../domain/ids.ts";
import { createRollout } from "../../domain/rollouts/plan.ts";
import type { AgentProgress, StoredProgress } from "../../domain/rollouts/progress.ts";
import { restoreRollout, toStored } from "../../domain/rollouts/restore.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { type Snapshot, snapshotOf } from "../../domain/rollouts/rollout-log.ts";
import { ObservationLog } from "./observation-log.ts";
import type { OpenRelease } from "./open-release.ts";
import type { AgentRecord, Tx } from "./parts.ts";
import type { Releases } from "./releases.ts";
import { factsOf } from "./rollout-plan.ts";
import type { RolloutFacts, RolloutRow, RolloutRows } from "./rollout-rows.ts";

/** The one rollout that has started and not ended, held in memory; every part of it is found again from rows. */
export interface Active {
  facts: RolloutFacts;
  rollout: Rollout;
  agents: Map<AgentId, AgentProgress>;
  release: OpenRelease;
  log: ObservationLog;
  /** For a revert: the release that each agent goes back to. */
  sources: ReadonlyMap<AgentId, ReleaseId | null> | null;
  /** Who said APPLYING since `checkpointAt` was set: memory alone knows it. */
  applying: Set<AgentId>;
  checkpointAt: number | null;
}

/** The rows that a rollout is held in. */
export interface Held {
  sql: SqlStorage;
  rows: RolloutRows;
  releases: Releases;
}

export function holdRollout(
  { sql, rows }: Held,
  facts: RolloutFacts,
  rollout: Rollout,
  release: OpenRelease,
): Active {
  const agents = new Map(rollout.agents);
  const places = new Map([...agents.keys()].map((agent, index) => [agent, index]));
  return {
    facts,
    rollout: { ...rollout, agents },
    agents,
    release,
    log: new ObservationLog(sql, rollout.header.id, places),
    sources: facts.revertOf === null ? null : sourcesOf(rows, facts.revertOf),
    applying: new Set<AgentId>(),
    checkpointAt: null,
  };
}

/** After memory was lost: the running rollout out of rows; null = none runs. */
export function loadRollout(held: Held, recordOf: ReadonlyMap<AgentId, AgentRecord>): Active | null {
  const row = held.rows.findActive();
  if (!row) return null;
  const { facts, header } = row;
  const release = held.releases.find(facts.releaseId);
  if (!release) throw new Error(`The release ${facts.releaseId} of the running rollout is not held`);
  const rollout = restoreRollout(
    header,
    held.rows.plan(header),
    (id) => factsOf(recordOf.get(id)),
    (id) => storedOf(recordOf.get(id), header.id),
    Date.now(),
  );
  return holdRollout(held, facts, rollout, held.releases.open(release));
}

export const rowOf = ({ facts, rollout }: Active): RolloutRow => ({ facts, header: rollout.header });

/** What the log goes on from where entries were lost. */
export function snapshotNow({ rollout, facts }: Active, rows: RolloutRows): Snapshot {
  const { header } = rollout;
  const known = new Map(rows.started(header.id).map(([, { id }, agent]) => [id, agent]));
  const factsThen = (id: AgentId) => known.get(id) ?? factsOf(undefined);
  const terms = facts.begun?.terms ?? header;
  const created = createRollout(terms, rows.plan(header), factsThen, facts.begun?.at ?? header.progressAt);
  return snapshotOf(rollout, created.agents);
}

/** The release that the rollout offers to this agent. */
export function sourceOf(
  rows: RolloutRows,
  { revertOf, releaseId }: RolloutFacts,
  id: AgentId,
  known?: Active["sources"],
): ReleaseId | null {
  if (revertOf === null) return releaseId;
  return (known ?? sourcesOf(rows, revertOf)).get(id) ?? null;
}

function sourcesOf(rows: RolloutRows, reverted: RolloutId): ReadonlyMap<AgentId, ReleaseId | null> {
  return new Map(
    rows.finalAgents(reverted).map(({ id, previousReleaseId }) => [id, previousReleaseId ?? null]),
  );
}

export function storedOf(record: AgentRecord | undefined, id: RolloutId): StoredProgress | null {
  return record?.progress?.rolloutId === id ? record.progress : null;
}

export function keepProgress(tx: Tx, record: AgentRecord, id: RolloutId, progress: AgentProgress): void {
  const stored = toStored(id, progress);
  if (JSON.stringify(stored) === JSON.stringify(record.progress)) return;
  record.progress = stored;
  tx.saveAgent(record);
}
