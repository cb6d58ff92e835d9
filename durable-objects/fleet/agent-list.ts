import { refuse } from "../../domain/errors.ts";
import { matchSelector, parseSelector } from "../../domain/fleets/selector.ts";
import { labelMatcher } from "../../domain/tenancy/label-filter.ts";
import type { FleetSummary, ListAgents, Paged } from "../../protocol/rpc/fleet.ts";
import { configStateOf, statusOf } from "./agent-view.ts";
import type { StoredAgent } from "./store.ts";

type Order = (a: Place, b: Place) => number;
/** Where an agent stands in a sorted list: the sort key, then the id. */
type Place = readonly [key: string | number, id: string];

/** A page of agents, filtered and sorted in memory. The cursor is the place of the last item of the page before. */
export function pageOfAgents(
  agents: Iterable<StoredAgent>,
  query: ListAgents,
  lastSeenMs: (agent: StoredAgent) => number | null,
): Paged<StoredAgent> {
  const selector = query.label ? parseSelector(query.label) : [];
  const isVisible = query.visible ? labelMatcher(query.visible) : () => true;
  const text = query.q?.toLowerCase();
  const descending = query.sort.startsWith("-");
  const order: Order = descending ? (a, b) => compare(b, a) : compare;
  const place = (agent: StoredAgent): Place => [sortKey(agent, query.sort, lastSeenMs), agent.id];
  const after = query.cursor === undefined ? null : readCursor(query.cursor);
  const found: { agent: StoredAgent; place: Place }[] = [];
  for (const agent of agents) {
    if (query.status && statusOf(agent) !== query.status) continue;
    if (query.configState && configStateOf(agent) !== query.configState) continue;
    if (query.drifted !== undefined && query.drifted !== Boolean(agent.drift)) continue;
    if (!matchSelector(selector, agent.labels)) continue;
    if (!isVisible(agent.labels)) continue;
    if (text && !mentions(agent, text)) continue;
    const at = place(agent);
    if (after === null || order(at, after) > 0) found.push({ agent, place: at });
  }
  found.sort((a, b) => order(a.place, b.place));
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(({ agent }) => agent),
    nextCursor: last && found.length > items.length ? JSON.stringify(last.place) : null,
  };
}

function mentions(agent: StoredAgent, text: string): boolean {
  return [agent.name, agent.type ?? "", agent.id, agent.uid].some((word) =>
    word.toLowerCase().includes(text),
  );
}

function sortKey(
  agent: StoredAgent,
  sort: ListAgents["sort"],
  lastSeenMs: (agent: StoredAgent) => number | null,
): string | number {
  switch (sort) {
    case "name":
    case "-name":
      return agent.name.toLowerCase();
    case "status":
    case "-status":
      return statusOf(agent);
    case "lastSeenAt":
    case "-lastSeenAt":
      return lastSeenMs(agent) ?? 0;
    case "enrolledAt":
    case "-enrolledAt":
      return agent.enrolledAt;
  }
}

function compare(a: Place, b: Place): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1;
}

function readCursor(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(cursor);
    if (Array.isArray(place) && place.length === 2 && typeof place[1] === "string") return place as never;
  } catch {
    // Told below, like any other text that is no cursor.
  }
  return refuse("validation_failed", "The cursor is not one of this list: leave it out to start anew", [
    { path: "cursor", message: "is not a cursor of this list" },
  ]);
}

export function countAgents(agents: Iterable<StoredAgent>): FleetSummary["counts"] {
  const counts = { total: 0, online: 0, offline: 0, revoked: 0, unhealthy: 0, failed: 0, drifted: 0 };
  for (const agent of agents) {
    const status = statusOf(agent);
    counts.total++;
    counts[status]++;
    if (status === "online" && agent.healthy === false) counts.unhealthy++;
    if (agent.drift) counts.drifted++;
    if (status !== "revoked" && configStateOf(agent) === "failed") counts.failed++;
  }
  return counts;
}
