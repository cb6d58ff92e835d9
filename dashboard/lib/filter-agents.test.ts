import { expect, test } from "vitest";
import type { Agent } from "../../protocol/api/agents.ts";
import { filterAgents } from "./filter-agents.ts";

const agent = (fields: Partial<Agent>): Agent => ({
  id: "agt_1",
  fleetId: "flt_1",
  instanceUid: "ab12",
  name: "web-1",
  type: "nginx",
  version: null,
  labels: {},
  status: "online",
  healthy: true,
  healthError: null,
  transport: "websocket",
  credential: "agent",
  capabilities: [],
  config: { state: "in_sync", wantedHash: null, reportedHash: null, releaseId: null, error: null },
  drift: null,
  enrolledAt: "2026-11-21T12:00:00.000Z",
  connectedAt: null,
  lastSeenAt: null,
  ...fields,
});
const agents = [
  agent({ name: "web-1", labels: { role: "web", region: "eu" } }),
  agent({ name: "web-2", labels: { role: "web", region: "us" }, status: "offline" }),
  agent({
    name: "db-1",
    type: null,
    labels: { role: "db" },
    config: { state: "failed", wantedHash: "a", reportedHash: "a", releaseId: null, error: "no" },
  }),
];
const names = (filter: Parameters<typeof filterAgents>[1]) =>
  filterAgents(agents, filter).agents.map((each) => each.name);

test.each([
  [{}, ["web-1", "web-2", "db-1"]],
  [{ q: " WEB" }, ["web-1", "web-2"]],
  [{ status: "offline" as const }, ["web-2"]],
  [{ config: "failed" as const }, ["db-1"]],
  [{ label: "role=web,region!=us" }, ["web-1"]],
  [{ q: "web", label: "role=db" }, []],
])("%j", (filter, found) => {
  expect(names(filter)).toEqual(found);
});

test("a selector that cannot be read filters nothing and says what is wrong", () => {
  const answer = filterAgents(agents, { label: "role==(" });
  expect(answer.agents).toHaveLength(3);
  expect(answer.selectorError).toContain("column");
});
