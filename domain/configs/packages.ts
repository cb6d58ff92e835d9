import type { Labels } from "../fleets/agent-state.ts";
import { matchSelector, parseSelector } from "../fleets/selector.ts";
import { sha256Hex } from "./hash.ts";

/** A program that a release brings to the agents that its selector matches. */
export interface AssignedPackage {
  name: string;
  version: string;
  url: string;
  /** Hex, of what lies at `url`. */
  sha256: string;
  /** Base64; null = not signed. */
  signature: string | null;
  type: "top-level" | "addon";
  selector: string;
}
export type PackageReference = Omit<AssignedPackage, "selector">;

export interface Packages {
  /** Sorted by name, each name once. */
  packages: PackageReference[];
  /** Hex; null = none. */
  hash: string | null;
  /** Names of which the release brings the agent a second package, which is passed over. */
  passedOver: string[];
}

const none: Packages = { packages: [], hash: null, passedOver: [] };

/**
 * Parses the selectors once and picks the packages for one agent's labels after another: of each name the first that
 * matches, so that an upgrade named in front of what a release has already is what counts.
 * @throws SelectorError for a selector that cannot be read
 */
export function packagePicker(assigned: readonly AssignedPackage[]): (labels: Labels) => Packages {
  if (assigned.length === 0) return () => none;
  const parsed = assigned.map((one, index) => ({ one, index, selector: parseSelector(one.selector) }));
  const known = new Map<string, Packages>();
  return (labels) => {
    const matched = parsed.filter(({ selector }) => matchSelector(selector, labels));
    const key = matched.map(({ index }) => index).join();
    let result = known.get(key);
    if (!result) {
      result = combine(matched.map(({ one }) => one));
      known.set(key, result);
    }
    return result;
  };
}

function combine(matched: readonly AssignedPackage[]): Packages {
  if (matched.length === 0) return none;
  const byName = new Map<string, PackageReference>();
  const passedOver: string[] = [];
  for (const { selector: _, ...reference } of matched) {
    if (byName.has(reference.name)) passedOver.push(reference.name);
    else byName.set(reference.name, reference);
  }
  const packages = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { packages, hash: hashPackages(packages), passedOver };
}

/** Equal sets of packages have equal hashes, whatever release they come from. `packages`: sorted by name. */
export function hashPackages(packages: readonly PackageReference[]): string {
  return sha256Hex(
    JSON.stringify(
      packages.map(({ name, version, url, sha256, signature, type }) => [
        name,
        version,
        url,
        sha256,
        signature,
        type,
      ]),
    ),
  );
}

/** What an agent runs as one hash: that of its files, and of its packages where it has some. */
export function targetHash(configHash: string, packagesHash: string | null): string {
  return packagesHash === null ? configHash : sha256Hex(`${configHash}\n${packagesHash}`);
}
