import { sha256Hex } from "../../../domain/configs/hash.ts";
import { formatSelector } from "../../../domain/fleets/selector.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import type { PackageIndex } from "../../../protocol/package-index.ts";
import { emptyPackage, type PackageDraft } from "./assignments.ts";

/** What agents of ours are called among packages. */
export const ownPackage = "muster-agent";

/** Muster's own newest agent, as the control plane serves it. */
export interface OwnRelease {
  version: string;
  /** Of the index that names a file for each kind of host. */
  url: string;
  sha256: string;
}

/** null = nobody has published a release. */
export async function loadOwnRelease(origin: string): Promise<OwnRelease | null> {
  const response = await fetch("/downloads/latest/muster-agent.json");
  if (!response.ok) return null;
  const text = await response.text();
  const { version } = JSON.parse(text) as PackageIndex;
  return {
    version,
    url: new URL(`/downloads/${encodeURIComponent(version)}/muster-agent.json`, origin).href,
    sha256: sha256Hex(text),
  };
}

/**
 * What an upgrade starts from: the package `name` for whom it is meant, beside what the current release has of that name
 * for others, since a release replaces all that it names.
 */
export function startingPackages(
  current: Release | null,
  name: string,
  selector: string,
  own: OwnRelease | null,
): PackageDraft[] {
  const first: PackageDraft = { key: 0, ...emptyPackage, ...(name === ownPackage && own), name, selector };
  const others = (current?.packages ?? []).filter((one) => one.name === name && one.selector !== selector);
  return [first, ...others.map((one, at) => ({ ...one, key: at + 1, signature: one.signature ?? "" }))];
}

/** A selector that an agent's labels match, and as few others as labels can say. */
export const selectorOf = (labels: Readonly<Record<string, string>>): string =>
  formatSelector(Object.entries(labels).map(([key, value]) => ({ key, operator: "=", value })));
