/** What a fleet does when an agent runs other files than it was given: say so, give them anew, or take them over. */
export const driftPolicies = ["tell", "reapply", "accept"] as const;
export type DriftPolicy = (typeof driftPolicies)[number];

/** `critical`: a file is missing. `major`: it means something else. `minor`: only how it is written differs. */
export const driftSeverities = ["minor", "major", "critical"] as const;
export type DriftSeverity = (typeof driftSeverities)[number];

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
