import { defaultGates } from "../../../domain/rollouts/defaults.ts";
import { noSchedule, openPolicy } from "../../../domain/rollouts/policy.ts";
import type { RolloutOrder } from "../../../protocol/rpc/fleet.ts";

/** An order's terms that ask for nothing special: at once, for everybody, verified as soon as it is applied. */
export const plainTerms = {
  revertOf: null,
  strategy: { kind: "all-at-once" },
  gates: { ...defaultGates, soakSeconds: 0, applyTimeoutSeconds: 30, progressDeadlineSeconds: 30 },
  autoRevert: true,
  person: null,
  schedule: noSchedule,
  policy: openPolicy,
  onActive: "refuse",
  overrideFreeze: null,
} satisfies Partial<RolloutOrder>;
