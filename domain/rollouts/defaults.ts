import type { Gates } from "./rollout.ts";

/** What a rollout is judged by where its author says nothing. */
export const defaultGates: Gates = {
  soakSeconds: 10,
  maxFailures: 0,
  minReported: 1,
  applyTimeoutSeconds: 120,
  progressDeadlineSeconds: 600,
  metrics: [],
  webhooks: [],
  approval: false,
};
