import { describe, expect, it } from "vitest";
import type { DriftPolicy } from "../../domain/fleets/drift.ts";
import type { AgentId } from "../../domain/ids.ts";
import { capabilityBits } from "../../protocol/opamp/capabilities.ts";
import { DriftKeeper } from "./drift-keeper.ts";
import type { Tx } from "./parts.ts";
import type { RolloutRunner } from "./rollout-runner.ts";
import { hiddenText } from "./secrets.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

const longAgoMs = Date.now() - 3_600_000;

function drifted(id: string, effective = "e"): StoredAgent {
  const files = [{ name: "a.conf", change: "changed" as const, severity: "major" as const }];
  const drift = { since: longAgoMs, severity: "major" as const, files, expected: "h", effective };
  const capabilities = capabilityBits(["ReportsStatus", "AcceptsRemoteConfig"]);
  // Of an agent only what its repair goes by.
  return { id, drift, capabilities, connectedAt: 1, wantedHash: "h", runningHash: "h" } as StoredAgent;
}

function fleet(...agents: StoredAgent[]) {
  return fleetOf("reapply", agents);
}

function fleetOf(policy: DriftPolicy, agents: StoredAgent[]) {
  const state = { active: null as string | null, runsCurrent: true, said: "" };
  const store = {
    agents: new Map(agents.map((agent) => [agent.id, agent])),
    effectiveConfig: () => [{ name: "a.conf", contentType: "", content: state.said, encoding: "utf8" }],
  };
  const rollouts = {
    activeId: () => state.active,
    queue: { size: 0 },
    find: () => null,
    expected: () => null,
    runsCurrent: () => state.runsCurrent,
  };
  const sql = { exec: () => ({ toArray: () => [] }) };
  const orders: AgentId[][] = [];
  const tx = {
    nowMs: Date.now(),
    sql,
    saveAgent() {},
    event() {},
    outbox: ({ agents }: { agents: AgentId[] }) => orders.push(agents),
  };
  // The keeper asks for no more of them than there is here.
  const keeper = new DriftKeeper(
    store as unknown as FleetStore,
    rollouts as unknown as RolloutRunner,
    sql as unknown as SqlStorage,
    () => ({ organizationId: "org_1", fleetId: "flt_1" }),
    (text) => text,
  );
  const open = tx as unknown as Tx;
  keeper.setPolicy(open, policy, 1);
  return { keeper, state, tx: open, orders };
}

describe("when the fleet looks at what drifted", () => {
  it("is never while nobody can be repaired, also after its memory was lost", () => {
    const { keeper, state } = fleet(drifted("agt_1"));
    expect(keeper.nextDueMs()).toBeLessThanOrEqual(Date.now());
    state.runsCurrent = false;
    keeper.forget();
    keeper.setPolicy(fleet().tx, "reapply", 1);
    expect(keeper.nextDueMs()).toBeNull();
  });

  it("is at once when a rollout has ended that leaves an agent where it can be repaired", () => {
    const { keeper, state } = fleet(drifted("agt_1"));
    state.runsCurrent = false;
    expect(keeper.nextDueMs()).toBeNull();
    state.active = "rol_1";
    expect(keeper.nextDueMs()).toBeNull();
    Object.assign(state, { active: null, runsCurrent: true });
    expect(keeper.nextDueMs()).toBeLessThanOrEqual(Date.now());
  });

  it("is at once when the one has gone that another waited for, since both had changed one file", () => {
    const other = drifted("agt_2", "f");
    const { keeper, tx } = fleetOf("accept", [drifted("agt_1"), other]);
    expect(keeper.nextDueMs()).toBeNull();
    keeper.onGone(tx, other);
    expect(keeper.nextDueMs()).toBeLessThanOrEqual(Date.now());
  });

  it("is a while after a refusal, since the next order would likely be refused too", () => {
    const { keeper, tx, orders } = fleet(drifted("agt_1"));
    keeper.onDue(tx);
    expect(orders).toEqual([["agt_1"]]);
    keeper.refuseOrder(tx, keeper.known.order?.rolloutId ?? "rol_0", "the environment is frozen");
    // As one that no order has named yet.
    for (const agent of keeper.agents()) agent.repairs = null;
    expect(keeper.nextDueMs()).toBe(tx.nowMs + 60_000);
    keeper.onDue(tx);
    expect(orders).toHaveLength(1);
    keeper.onDue({ ...tx, nowMs: tx.nowMs + 60_000 });
    expect(orders).toHaveLength(2);
    keeper.refuseOrder(tx, keeper.known.order?.rolloutId ?? "rol_0", "the environment is frozen");
    for (const agent of keeper.agents()) agent.repairs = null;
    expect(keeper.nextDueMs()).toBe(tx.nowMs + 120_000);
  });
});

it("does not take a report in which nothing can be recognised for what a client says of its config", () => {
  const agent = { ...drifted("agt_1"), drift: null, effectiveHash: "e" };
  const { keeper, state, tx } = fleet(agent);
  state.said = hiddenText;
  keeper.observe(tx, agent, true);
  expect(agent.shown).toBeUndefined();
  state.said = "port 1";
  keeper.observe(tx, agent, true);
  expect(agent.shown).toEqual({ hash: "h", first: "e" });
});
