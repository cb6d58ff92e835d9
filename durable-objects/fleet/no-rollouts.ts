import type { RolloutPart } from "./parts.ts";

/** A fleet that nothing was ever rolled out to. */
export const noRollouts: RolloutPart = {
  onConfigStatus() {},
  onHealth() {},
  onOnline() {},
  onOffline() {},
  onLabelsChanged() {},
  onRevoked() {},
  onDue() {},
  nextDueMs: () => null,
  assignCurrent() {},
  files: () => null,
  forget() {},
};
