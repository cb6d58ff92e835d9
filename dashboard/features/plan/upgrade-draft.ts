import { formatSelector } from "../../../domain/fleets/selector.ts";
import type { AgentRelease } from "../../../protocol/api/agent-releases.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { agentPackageName } from "../../../protocol/package-index.ts";
import { emptyPackage, type PackageDraft } from "./assignments.ts";

/** Fields of a package that bring one of Muster's own agents. */
export const draftOfRelease = ({ package: one }: AgentRelease): Partial<PackageDraft> => ({
  name: one.name,
  version: one.version,
  url: one.url,
  sha256: one.sha256,
  signature: "",
  type: "top-level",
});

/** The release that the package is, just as it is served. */
export const releaseOfDraft = (releases: readonly AgentRelease[], draft: PackageDraft) =>
  releases.find(({ package: one }) => one.url === draft.url && one.sha256 === draft.sha256);

/**
 * What an upgrade starts from: the package `name` for whom it is meant, before what the current release has of that name
 * for others, since a release replaces all that it names, and the first that matches an agent counts.
 */
export function startingPackages(
  current: Release | null,
  name: string,
  selector: string,
  latest: AgentRelease | undefined,
): PackageDraft[] {
  const first: PackageDraft = {
    key: 0,
    ...emptyPackage,
    ...(name === agentPackageName && latest && draftOfRelease(latest)),
    name,
    selector,
  };
  const others = (current?.packages ?? []).filter(
    (one) => one.name === name && selector !== "" && one.selector !== selector,
  );
  return [first, ...others.map((one, at) => ({ ...one, key: at + 1, signature: one.signature ?? "" }))];
}

/** What an upgrade changes: who is chosen by it would lose the package as soon as it has it. */
const versionLabel = "service.version";

/**
 * A selector that an agent's labels match, also after an upgrade where they say more than its version, and as few others
 * as labels can say. Never empty for an agent with labels: that would be everybody.
 */
export function selectorOf(labels: Readonly<Record<string, string>>): string {
  const all = Object.entries(labels);
  const lasting = all.filter(([key]) => key !== versionLabel);
  const terms = lasting.length > 0 ? lasting : all;
  return formatSelector(terms.map(([key, value]) => ({ key, operator: "=", value })));
}
