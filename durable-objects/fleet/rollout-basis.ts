import { refuse } from "../../domain/errors.ts";
import { changedMeanwhile, type PlacedVersion } from "../../domain/rollouts/succession.ts";
import type { KeptRelease } from "./open-release.ts";
import type { Releases } from "./releases.ts";
import type { RolloutFacts } from "./rollout-rows.ts";

/** What a release that waits was made on top of. */
export function basisOf(current: KeptRelease | null): PlacedVersion[] {
  return (current?.assignments ?? []).map(({ configId, configName, version, selector, fileName }) => ({
    configId,
    configName,
    version,
    selector,
    fileName,
  }));
}

/**
 * A release is frozen when it is ordered. One that waited behind another rollout must not set back what that one brought.
 * @throws DomainError `plan_outdated`
 */
export function refuseIfUndoing({ releaseId, releaseNumber, basis }: RolloutFacts, releases: Releases): void {
  const next = releases.find(releaseId);
  if (!basis || !next) return;
  const current = releases.current();
  const changed = changedMeanwhile(next.assignments, basis, basisOf(current));
  if (changed.length === 0) return;
  const what = current ? `Release ${current.number} has become current` : "The fleet has no current release";
  refuse(
    "plan_outdated",
    `${what} since release ${releaseNumber} was made, which would undo that: ${changed.join("; ")}. Order the rollout again, so that it is made from what is current.`,
  );
}
