import type { Labels } from "../../../domain/fleets/agent-state.ts";

/** In one order, so that equal labels are stored as equal texts. */
export const sortedLabels = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
