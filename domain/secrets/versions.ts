export const secretVersionStates = ["current", "old", "pending", "rejected", "destroyed"] as const;
export type SecretVersionState = (typeof secretVersionStates)[number];

/** As it is kept: which of the approved ones is current, the secret alone knows. */
export const secretDecisions = ["pending", "approved", "rejected"] as const;
export type SecretDecision = (typeof secretDecisions)[number];

export function versionState(
  version: { number: number; state: SecretDecision; destroyed: boolean },
  current: number,
): SecretVersionState {
  if (version.state === "rejected") return "rejected";
  if (version.destroyed) return "destroyed";
  if (version.state === "pending") return "pending";
  return version.number === current ? "current" : "old";
}
