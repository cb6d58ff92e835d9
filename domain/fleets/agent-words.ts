import type { AgentStatus, Labels } from "./agent-state.ts";

const described = /^(host|os|service|process|telemetry)\./;

/** Labels that people gave first; what the agent tells of itself after them. Each by name. */
export function byGiver(labels: Labels): { given: [string, string][]; told: [string, string][] } {
  const all = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    given: all.filter(([key]) => !described.test(key)),
    told: all.filter(([key]) => described.test(key)),
  };
}

interface Said {
  status: AgentStatus;
  healthy: boolean | null;
  decommissioned?: object | null | undefined;
}

/** Its status as people are told it: who left for good was not cut off. */
export const statusWord = ({ status, decommissioned }: Said): string =>
  decommissioned ? "decommissioned" : status;

/** Its health in a word; of one that is not here only what it said last. null = it never said. */
export function healthWord({ status, healthy }: Said): string | null {
  if (healthy === null) return null;
  const word = healthy ? "healthy" : "unhealthy";
  return status === "online" ? word : `was ${word}`;
}
