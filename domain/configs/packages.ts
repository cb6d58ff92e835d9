import { DomainError } from "../errors.ts";
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
}

/** Two packages of one name are for the same agent. */
export class PackageConflictError extends DomainError {
  constructor(name: string, first: [number, AssignedPackage], second: [number, AssignedPackage]) {
    const [a, b] = [describe(first[1]), describe(second[1])];
    super({
      code: "plan_impossible",
      detail: `${a} and ${b} are both the package "${name}" of the same agent. Give them selectors that exclude each other, or leave one out.`,
      errors: [
        { path: `packages[${first[0]}].selector`, message: `"${name}" is also brought by ${b}` },
        { path: `packages[${second[0]}].selector`, message: `"${name}" is also brought by ${a}` },
      ],
    });
    this.name = "PackageConflictError";
  }
}

const none: Packages = { packages: [], hash: null };

/**
 * Parses the selectors once and picks the packages for one agent's labels after another.
 * @throws SelectorError for a selector that cannot be read
 * @throws PackageConflictError from the function that it answers
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
      result = combine(matched.map(({ one, index }) => [index, one]));
      known.set(key, result);
    }
    return result;
  };
}

function combine(matched: readonly [number, AssignedPackage][]): Packages {
  if (matched.length === 0) return none;
  const byName = new Map<string, [number, AssignedPackage]>();
  for (const place of matched) {
    const other = byName.get(place[1].name);
    if (other) throw new PackageConflictError(place[1].name, other, place);
    byName.set(place[1].name, place);
  }
  const packages = matched
    .map(([, { selector: _, ...reference }]): PackageReference => reference)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { packages, hash: hashPackages(packages) };
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

function describe({ name, version, selector }: AssignedPackage): string {
  return `${name} ${version} (${selector === "" ? "every agent" : selector})`;
}
