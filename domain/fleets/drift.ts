import { sameMeaning } from "../configs/meaning.ts";
import type { AgentId } from "../ids.ts";
import type { PartialReach } from "../tenancy/label-filter.ts";
import type { LabelChange } from "./operator-labels.ts";

/** What a fleet does when an agent runs other files than it was given: say so, give them anew, or take them over. */
export const driftPolicies = ["tell", "reapply", "accept"] as const;
export type DriftPolicy = (typeof driftPolicies)[number];

/** `critical`: a file is missing. `major`: it means something else. `minor`: only how it is written differs. */
export const driftSeverities = ["minor", "major", "critical"] as const;
export type DriftSeverity = (typeof driftSeverities)[number];

/** What an agent's report is compared with; `own_form`: with what it reported right after it applied the config. */
export const driftComparisons = ["files", "own_form", "none"] as const;
export type DriftComparison = (typeof driftComparisons)[number];

/** What the policy does next about one agent. */
export const repairKinds = ["tell", "reapply", "accept", "given_up"] as const;
export type RepairKind = (typeof repairKinds)[number];

export interface DriftedFile {
  name: string;
  change: "missing" | "changed";
  severity: DriftSeverity;
}

/** On the agent's row while it lasts. */
export interface Drift {
  /** Epoch ms by the fleet's clock. */
  since: number;
  severity: DriftSeverity;
  files: DriftedFile[];
  /** Hash of what was expected and key of what was reported. */
  expected: string;
  effective: string;
}

export interface ExpectedFile {
  name: string;
  kind: string;
  contentType: string;
  content: string;
}

/** A file as an agent reports it. */
export interface ReportedFile {
  name: string;
  content: string;
  encoding: "utf8" | "base64";
}

/** What differs from what was expected. Files that nobody gave do not count. */
export function compareFiles(
  expected: readonly ExpectedFile[],
  reported: readonly ReportedFile[],
): DriftedFile[] {
  const byName = new Map(reported.map((file) => [file.name, file]));
  return expected.flatMap((file): DriftedFile[] => {
    const found = byName.get(file.name);
    if (!found) return [{ name: file.name, change: "missing", severity: "critical" }];
    if (found.encoding === "utf8" && found.content === file.content) return [];
    const isSame =
      found.encoding === "utf8" && sameMeaning(file.kind, file.contentType, file.content, found.content);
    return [{ name: file.name, change: "changed", severity: isSame ? "minor" : "major" }];
  });
}

/** @throws RangeError for no files */
export function worstSeverity(files: readonly DriftedFile[]): DriftSeverity {
  const worst = Math.max(...files.map(({ severity }) => driftSeverities.indexOf(severity)));
  const severity = driftSeverities[worst];
  if (!severity) throw new RangeError("no files, no severity");
  return severity;
}

/** A rollout of the current release for some agents alone: it gives drifted ones anew what they run already. */
export interface Reapply {
  agents: AgentId[];
  /** Makes the hashes that it offers new, so that every client applies them. */
  salt: string;
  /** The fleet's policy ordered it, and not a person. */
  byPolicy: boolean;
  /** They have not drifted: their labels are changed, and they get what the current release gives those. */
  relabel?: LabelChange;
  /** No agent is labelled into what these let its author do to some agents only. */
  reaches?: PartialReach[];
}

/** How often the policy has repaired one agent, and when last. */
export interface Repairs {
  count: number;
  /** Epoch ms. */
  lastAt: number;
}

/** Agents that drift together are repaired together; an editor may save more than once. */
const settleMs = 3_000;
const firstWaitMs = 5 * 60_000;
const longestWaitMs = 3_600_000;
/** At once, then after 5, 10, 20, 40 and 60 minutes. */
export const maxRepairs = 6;
/** After so long without a repair the count begins anew. */
const forgottenMs = 24 * 3_600_000;

/** When the policy may repair this agent; null = it has tried often enough, and only tells. */
export function nextRepairMs(since: number, repairs: Repairs | null): number | null {
  const earliest = since + settleMs;
  if (!repairs || repairs.count === 0) return earliest;
  if (repairs.count >= maxRepairs) return null;
  const waitMs = Math.min(firstWaitMs * 2 ** (repairs.count - 1), longestWaitMs);
  return Math.max(earliest, repairs.lastAt + waitMs);
}

/** What is still held against an agent that drifts now. */
export function repairsLeft(repairs: Repairs | null, nowMs: number): Repairs | null {
  return repairs && nowMs - repairs.lastAt < forgottenMs ? repairs : null;
}
