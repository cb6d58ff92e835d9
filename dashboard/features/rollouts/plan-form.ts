import type { StrategyKind } from "../../../domain/rollouts/states.ts";
import type { Release, StartRolloutBody } from "../../../protocol/api/rollouts.ts";

export interface AssignmentDraft {
  /** Only for the form: assignments have no id of their own. */
  key: number;
  config: string;
  version: number | "latest";
  selector: string;
  fileName: string | undefined;
}

export interface PlanDraft {
  assignments: AssignmentDraft[];
  /** The release also holds what the current one gives besides. */
  keepOthers: boolean;
  strategy: StrategyKind;
  batch: string;
  pauseSeconds: string;
  soakSeconds: string;
  maxFailures: string;
  autoRevert: boolean;
  message: string;
}

export const defaultPlan: Omit<PlanDraft, "assignments"> = {
  keepOthers: true,
  strategy: "rolling",
  batch: "25%",
  pauseSeconds: "0",
  soakSeconds: "10",
  maxFailures: "0",
  autoRevert: true,
  message: "",
};

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

/** `3` or `25%`; null when it is neither. */
export function readCountOrPercent(text: string): number | string | null {
  const trimmed = text.trim();
  if (/^(100|[1-9]?[0-9])%$/.test(trimmed)) return trimmed;
  return /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : null;
}

/** The request's body; the server checks it, and names the field that it refuses. */
export function planBody(draft: PlanDraft): StartRolloutBody {
  return {
    assignments: draft.assignments.map(({ config, version, selector, fileName }) => ({
      config,
      version,
      selector,
      ...(fileName ? { fileName } : {}),
    })),
    keepOthers: draft.keepOthers,
    strategy:
      draft.strategy === "rolling"
        ? {
            kind: "rolling",
            batch: readCountOrPercent(draft.batch) ?? draft.batch,
            pauseSeconds: Number(draft.pauseSeconds),
          }
        : { kind: "all-at-once" },
    gates: {
      soakSeconds: Number(draft.soakSeconds),
      maxFailures: readCountOrPercent(draft.maxFailures) ?? draft.maxFailures,
    },
    autoRevert: draft.autoRevert,
    ...(draft.message.trim() ? { message: draft.message.trim() } : {}),
  };
}
