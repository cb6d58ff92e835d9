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

/** Values of old versions that are kept when another is set; older ones go, unless a fleet may still send them. */
export const oldValuesKept = 20;
/** Values of one secret that may be kept at a time, those that wait for an approval included. */
export const maxValuesKept = 100;

/** Of the versions that still have their values, newest first: those that may go when another value is set. */
export const expiring = <V extends { number: number; state: SecretDecision }>(
  kept: readonly V[],
  current: number,
): V[] => kept.filter(({ state, number }) => state === "approved" && number < current).slice(oldValuesKept);
