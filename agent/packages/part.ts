import type { AgentState } from "../state-file.ts";
import type { OfferedPackage, PackageSet } from "./offer.ts";

/** What a change of programs asks for: nothing, that the program looks again, or that it starts anew. */
export type Replaced = "nothing" | "addons" | "program";

/** What became of an agent that another one handed over to. */
export type HandOver =
  /** This process is the new one, on probation. */
  | { state: "probation" }
  /** This process is the new one, and was proven before it ended. */
  | { state: "proven" }
  /** It did not prove itself; this process is the one before. */
  | { state: "returned"; reason: string }
  | { state: "none" };

/** The programs of a target: taken together with its files, or left together with them. */
export interface PackagePart {
  /** Downloads and checks what is missing, beside what runs. Answers why the set is refused; null = all is here. */
  bring(set: PackageSet, signal: AbortSignal): Promise<string | null>;
  /** Makes a set what is started from now on; null = what was there before the server's first. */
  place(set: PackageSet | null): Replaced;
  /** A command with the program that the set brings in place of the host's own. */
  words(words: readonly string[], set: PackageSet | null): string[];
  /** Whether another agent than this one is to run with the set. */
  switchesAgent(set: PackageSet | null): boolean;
  /** Whether a set differs in the agent alone from the one that was good last. */
  onlyAgent(set: PackageSet | null): boolean;
  /** Durable: the set's agent starts next, on probation. */
  handOver(set: PackageSet | null): void;
  afterHandOver(set: PackageSet | null): HandOver;
  /** This process is the new agent: resolves with null when it is proven, else with why it is not. */
  proven(): Promise<string | null>;
  /** Ends this process, so that the agent before returns. */
  giveBack(reason: string): void;
  /** What the state file is to say at the end of an apply. `failure`: why the set is not taken. */
  outcome(set: PackageSet | null, failure: string | null): Pick<AgentState, "packages" | "packageFailures">;
  /** Forgets every download and program that the sets do not name. */
  keep(sets: readonly PackageSet[]): void;
}

/** By what is in them as well: whoever sends a hash may send anything with it. */
export const sameSet = (a: PackageSet | null | undefined, b: PackageSet | null | undefined) =>
  contentOf(a) === contentOf(b);

function contentOf(set: PackageSet | null | undefined): string | null {
  if (!set) return null;
  const packages = set.packages.map(({ name, type, version, sha256, url }) => [
    name,
    type,
    version,
    sha256,
    url,
  ]);
  return JSON.stringify([set.allHash, packages]);
}

/** Those of `set` that `before` did not have, or had otherwise. */
export function changedPackages(set: PackageSet | null, before: PackageSet | null): OfferedPackage[] {
  const known = new Map((before?.packages ?? []).map((one) => [one.name, one.hash]));
  return (set?.packages ?? []).filter((one) => known.get(one.name) !== one.hash);
}
