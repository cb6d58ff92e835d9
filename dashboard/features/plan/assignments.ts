import type { Release } from "../../../protocol/api/rollouts.ts";

export interface AssignmentDraft {
  /** Only for the form: assignments have no id of their own. */
  key: number;
  config: string;
  /** A number, `latest`, or a label of a version. */
  version: number | string;
  selector: string;
  fileName: string | undefined;
}

export interface PackageDraft {
  key: number;
  name: string;
  version: string;
  url: string;
  sha256: string;
  /** Base64; empty = not signed. */
  signature: string;
  type: "top-level" | "addon";
  selector: string;
}

export const emptyPackage: Omit<PackageDraft, "key"> = {
  name: "",
  version: "",
  url: "",
  sha256: "",
  signature: "",
  type: "top-level",
  selector: "",
};

/** What a release is to hold. */
export interface ReleaseDraft {
  assignments: AssignmentDraft[];
  packages: PackageDraft[];
  /** The release also holds what the current one gives besides. */
  keepOthers: boolean;
  /** What is kept gets today's variables and secrets too. */
  refreshInputs: boolean;
}

/**
 * What a deploy starts from: the named config for the agents that it is for now, at its latest version, or at the one
 * that `origin` gives, a release of another fleet. A config that is new here is for whom it is there.
 */
export function startingAssignments(
  current: Release | null,
  configId: string | undefined,
  origin: Release | null = null,
): AssignmentDraft[] {
  const placed = (release: Release | null) =>
    release?.assignments.filter((assignment) => assignment.configId === configId) ?? [];
  const [here, there] = [placed(current), placed(origin)];
  const places = here.length > 0 ? here : there;
  if (places.length === 0) return [emptyAssignment(0, configId)];
  return places.map(({ selector, fileName }, key) => {
    const like = there.find((one) => one.selector === selector && one.fileName === fileName) ?? there[0];
    return { key, config: configId ?? "", version: like?.version ?? "latest", selector, fileName };
  });
}

/** Another config in a row: where it is now, or for every agent. */
export function chooseConfig(current: Release | null, config: string): Omit<AssignmentDraft, "key"> {
  const { key: _, ...first } = startingAssignments(current, config)[0] ?? emptyAssignment(0, config);
  return first;
}

/** What the current release gives besides the drafts' configs. */
export function otherAssignments(current: Release | null, drafts: readonly AssignmentDraft[]) {
  const named = new Set(drafts.map((draft) => draft.config));
  return (current?.assignments ?? []).filter((assignment) => !named.has(assignment.configId));
}

/** What the current release brings besides the drafts' packages. */
export function otherPackages(current: Release | null, drafts: readonly PackageDraft[]) {
  const named = new Set(drafts.map((draft) => draft.name.trim()));
  return (current?.packages ?? []).filter((one) => !named.has(one.name));
}

export function emptyAssignment(key: number, config = ""): AssignmentDraft {
  return { key, config, version: "latest", selector: "", fileName: undefined };
}

export function releaseBody({ assignments, packages, keepOthers, refreshInputs }: ReleaseDraft) {
  return {
    assignments: assignments.map(({ config, version, selector, fileName }) => ({
      config,
      version,
      selector,
      ...(fileName ? { fileName } : {}),
    })),
    packages: packages.map(({ key: _, name, version, url, sha256, signature, type, selector }) => ({
      name: name.trim(),
      version: version.trim(),
      url: url.trim(),
      sha256: sha256.trim().toLowerCase(),
      signature: signature.trim() || null,
      type,
      selector,
    })),
    keepOthers,
    refreshInputs: keepOthers && refreshInputs,
  };
}
