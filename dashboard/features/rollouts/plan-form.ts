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
  strategy: StrategyKind;
  batch: string;
  pauseSeconds: string;
  soakSeconds: string;
  maxFailures: string;
  autoRevert: boolean;
  message: string;
}

export const defaultPlan: Omit<PlanDraft, "assignments"> = {
  strategy: "rolling",
  batch: "25%",
  pauseSeconds: "0",
  soakSeconds: "10",
  maxFailures: "0",
  autoRevert: true,
  message: "",
};

/**
 * What a deploy starts from: everything that the fleet runs now, since a release replaces the one before it, with
 * the named config at its latest version.
 */
export function startingAssignments(
  current: Release | null,
  configId: string | undefined,
): AssignmentDraft[] {
  const drafts: AssignmentDraft[] = (current?.assignments ?? []).map((assignment, key) => ({
    key,
    config: assignment.configId,
    version: assignment.configId === configId ? "latest" : assignment.version,
    selector: assignment.selector,
    fileName: assignment.fileName,
  }));
  if (configId && !drafts.some((draft) => draft.config === configId)) {
    drafts.push(emptyAssignment(drafts.length, configId));
  }
  return drafts.length > 0 ? drafts : [emptyAssignment(0, configId ?? "")];
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
