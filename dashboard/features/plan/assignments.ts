import type { Release } from "../../../protocol/api/rollouts.ts";

export interface AssignmentDraft {
  /** Only for the form: assignments have no id of their own. */
  key: number;
  config: string;
  version: number | "latest";
  selector: string;
  fileName: string | undefined;
}

/** What a release is to hold. */
export interface ReleaseDraft {
  assignments: AssignmentDraft[];
  /** The release also holds what the current one gives besides. */
  keepOthers: boolean;
}

/** What a deploy starts from: the named config at its latest version, for the agents that it is for now. */
export function startingAssignments(
  current: Release | null,
  configId: string | undefined,
): AssignmentDraft[] {
  const known = current?.assignments.filter((assignment) => assignment.configId === configId) ?? [];
  if (known.length === 0) return [emptyAssignment(0, configId)];
  return known.map(({ selector, fileName }, key) => ({
    ...emptyAssignment(key, configId),
    selector,
    fileName,
  }));
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

export function emptyAssignment(key: number, config = ""): AssignmentDraft {
  return { key, config, version: "latest", selector: "", fileName: undefined };
}

export function releaseBody({ assignments, keepOthers }: ReleaseDraft) {
  return {
    assignments: assignments.map(({ config, version, selector, fileName }) => ({
      config,
      version,
      selector,
      ...(fileName ? { fileName } : {}),
    })),
    keepOthers,
  };
}
