import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { done } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import type { AgentLogsRpc } from "../../protocol/rpc/agent-logs.ts";
import { fleetWorld } from "../../test/harness/worker/fleet-world.ts";
import type { FleetTx } from "./commits.ts";
import { LogKeeper } from "./log-keeper.ts";
import type { Sessions } from "./sessions.ts";

const shipping = { enabled: true, sources: ["program"], retentionDays: 1, dailyMegabytes: 1 };

/** A keeper of so many agents that ship, over real SQL; `fails` says whose object does not answer now. */
async function withKeeper(
  agents: number,
  work: (parts: {
    keeper: LogKeeper;
    tx: FleetTx;
    told: string[];
    erased: string[];
    fails: Set<string>;
  }) => Promise<void>,
): Promise<void> {
  const { stub, scope } = await fleetWorld();
  await runInDurableObject(stub, async (_, { storage: { sql } }) => {
    const fails = new Set<string>();
    const told: string[] = [];
    const erased: string[] = [];
    const heard = (list: string[], id: AgentId) => {
      if (fails.has(id)) throw new Error("the object does not answer");
      list.push(id);
      return done(null);
    };
    const logs = (id: AgentId) =>
      ({
        changed: async () => heard(told, id),
        erase: async () => heard(erased, id),
      }) as Partial<AgentLogsRpc> as AgentLogsRpc;
    const keeper = new LogKeeper({
      sql,
      agents: new Map(),
      sessions: {} as Sessions,
      meter: { onLogsShipped: () => undefined },
      scope: () => scope,
      logs,
      background: () => undefined,
    });
    for (let i = 0; i < agents; i++) {
      sql.exec("INSERT INTO shipping_agents (id, stated_until) VALUES (?, 0)", `agt_${i}`);
    }
    const tx = { sql, nowMs: 0, after: () => undefined } as unknown as FleetTx;
    await work({ keeper, tx, told, erased, fails });
  });
}

it("tells the objects of all agents that ship of a change, some at a time, until each has taken it", async () => {
  await withKeeper(120, async ({ keeper, tx, told, fails }) => {
    expect(keeper.owes).toBe(false);
    fails.add("agt_7");
    keeper.set(tx, shipping, 1);
    let failures = 0;
    for (let turn = 1; keeper.owes && turn <= 10; turn++) {
      const before = told.length;
      await keeper.tellOwed().catch(() => failures++);
      expect(told.length - before).toBeLessThanOrEqual(50);
      if (turn === 5) fails.clear();
    }
    expect([keeper.owes, failures > 0]).toEqual([false, true]);
    expect(new Set(told).size).toBe(120);
    expect(told).toHaveLength(120);
  });
});

it("erases the logs of many agents in several calls, and of none twice", async () => {
  await withKeeper(620, async ({ keeper, erased, fails }) => {
    fails.add("agt_0");
    await expect(keeper.erase()).rejects.toThrow("does not answer");
    fails.clear();
    const calls = [await keeper.erase()];
    while (!calls.at(-1)) calls.push(await keeper.erase());
    expect(calls).toEqual([false, true]);
    expect([new Set(erased).size, erased.length]).toEqual([620, 620]);
  });
});
