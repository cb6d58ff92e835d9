import { expect, it } from "vitest";
import type { AgentId, RestartId } from "../../domain/ids.ts";
import { type AgentCapabilityName, capabilityBits } from "../../protocol/opamp/capabilities.ts";
import type { FleetTx } from "./commits.ts";
import { type RestartParts, Restarts } from "./restarts.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

const id = "agt_1" as AgentId;
const startedMs = Date.UTC(2027, 0, 5);
const timeoutMs = 120_000;

/** A restart of one agent that tells of itself what is given, under way since `startedMs`. */
function restarting(
  capabilities: AgentCapabilityName[],
  health: object | null,
  connectedAt: number | null = 1,
) {
  const agent = {
    id,
    name: "a-1",
    capabilities: capabilityBits(["AcceptsRestartCommand", ...capabilities]),
    connectedAt,
    healthy: health === null ? null : true,
    revokedAt: null,
  };
  const types: string[] = [];
  const sql = { exec: () => ({ *[Symbol.iterator]() {} }) };
  const states: string[] = [];
  const event = ({ type, data }: { type: string; data?: { state?: string } }) => {
    types.push(type);
    if (data?.state) states.push(data.state);
  };
  const tx = { nowMs: startedMs, sql, event };
  // Restarts ask for no more of them than there is here.
  const restarts = new Restarts({
    store: {
      agents: new Map([[id, agent]]),
      report: () => health && JSON.stringify(health),
    } as unknown as FleetStore,
    sql: sql as unknown as RestartParts["sql"],
    send: () => undefined,
  });
  const open = tx as unknown as FleetTx;
  const pass = (ms: number) => {
    tx.nowMs += ms;
    restarts.onDue(open);
  };
  const plan = {
    agents: [id],
    maxUnavailable: 1,
    timeoutMs,
    actor: "usr_1",
    name: "Ada",
    createdAt: startedMs,
  };
  restarts.start(open, "rst_1" as RestartId, plan);
  return { agent: agent as typeof agent & StoredAgent, restarts, pass, types, states };
}

const untold = { healthy: true, startTime: null };

it.each([
  ["reports no health", [], null],
  ["reports health, and not when it started", ["ReportsHealth"], untold],
] as const)("wakes for an agent that %s when it can be back, and not while it is away", (_, says, health) => {
  const { agent, restarts, pass, types } = restarting([...says], health);
  expect(restarts.nextDueMs()).toBe(startedMs + 10_000);
  agent.connectedAt = null;
  pass(11_000);
  expect(restarts.nextDueMs()).toBe(startedMs + timeoutMs);
  agent.connectedAt = startedMs + 11_000;
  expect(restarts.nextDueMs()).toBe(startedMs + 10_000);
  pass(0);
  expect(types).toEqual(["restart.started", "agent.restarted", "restart.ended"]);
  expect(restarts.nextDueMs()).toBeNull();
});

it("waits until its time is up for one that tells when it started, and for one that says it is unwell", () => {
  const telling = restarting(["ReportsHealth"], { healthy: true, startTime: "2027-01-04T00:00:00.000Z" });
  expect(telling.restarts.nextDueMs()).toBe(startedMs + timeoutMs);
  const unwell = restarting(["ReportsHealth"], untold);
  unwell.agent.healthy = false;
  unwell.pass(11_000);
  expect(unwell.types).toEqual(["restart.started"]);
  expect(unwell.restarts.nextDueMs()).toBe(startedMs + timeoutMs);
});

it("has failed when every agent was left out", () => {
  const { types, states } = restarting([], null, null);
  expect([types, states]).toEqual([["restart.started", "restart.ended"], ["failed"]]);
});
