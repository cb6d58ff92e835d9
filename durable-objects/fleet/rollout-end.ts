import type { ReleaseId } from "../../domain/ids.ts";
import type { AgentProgress } from "../../domain/rollouts/progress.ts";
import { type Active, rowOf } from "./active-rollout.ts";
import type { AgentRecord, FleetContext, Tx } from "./parts.ts";
import type { Releases } from "./releases.ts";
import type { FinalAgent, RolloutFacts, RolloutRows } from "./rollout-rows.ts";
import { want } from "./wanted.ts";

/** Keeps how the rollout ended, gives everybody what is current then, and drops what nobody needs any more. */
export function endRollout(
  tx: Tx,
  fleet: FleetContext,
  rows: RolloutRows,
  releases: Releases,
  active: Active,
): void {
  const { rollout, facts } = active;
  const final = rollout.waves.flat().map((id): FinalAgent => {
    // Every id of the plan has its progress.
    const progress = active.agents.get(id) as AgentProgress;
    const { wave, state, target, previous, previousReleaseId, error } = progress;
    return { id, wave, state, target, previous, previousReleaseId, error };
  });
  active.log.flush(tx);
  const succeeded = rollout.header.state === "succeeded";
  if (succeeded) changeCurrent(tx, rows, releases, active);
  rows.close(tx, rowOf(active), final);
  const brought: Iterable<AgentRecord> = succeeded
    ? fleet.agents.values()
    : facts.relabelled.flatMap((id) => fleet.agents.get(id) ?? []);
  for (const record of brought) {
    if (want(tx, releases, record)) tx.offer(record.id);
  }
  dropUnused(tx, fleet, rows, releases);
}

/** After a revert: what was current before the rollout that it took back, unless another release has become so since. */
export function nextCurrent(facts: RolloutFacts, rows: RolloutRows, releases: Releases): ReleaseId | null {
  if (facts.revertOf === null) return facts.releaseId;
  const current = releases.current()?.id ?? null;
  const reverted = rows.find(facts.revertOf);
  const isStillCurrent = reverted?.header.state === "succeeded" && reverted.facts.madeCurrent === current;
  return isStillCurrent ? reverted.facts.previousReleaseId : current;
}

function changeCurrent(tx: Tx, rows: RolloutRows, releases: Releases, active: Active): void {
  const id = nextCurrent(active.facts, rows, releases);
  active.facts = { ...active.facts, madeCurrent: id };
  if (id === active.release.id) {
    releases.setCurrent(tx, active.release);
    return;
  }
  const kept = id === null ? null : releases.find(id);
  releases.setCurrent(tx, kept && releases.open(kept));
}

/** Old rollouts, and what no agent and no rollout needs any more. */
export function dropUnused(tx: Tx, fleet: FleetContext, rows: RolloutRows, releases: Releases): void {
  const { hashes, releaseIds, renderable } = rows.dropOld(tx);
  for (const agent of fleet.agents.values()) {
    for (const hash of [agent.wantedHash, agent.offeredHash, agent.runningHash]) if (hash) hashes.add(hash);
    for (const id of [agent.wantedReleaseId, agent.runningReleaseId]) if (id) releaseIds.add(id);
  }
  releases.dropUnused(tx, hashes, releaseIds, renderable);
}
