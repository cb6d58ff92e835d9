import fc from "fast-check";
import { expect, it } from "vitest";
import { addInterval, hourMs, hourOf } from "./hours.ts";
import { closeConnection, unsettledConnections } from "./settlement.ts";
import { usageOf } from "./usage-log.ts";

it("splits an interval by UTC hour to the millisecond", () => {
  const hours = new Map<number, number>();
  addInterval(hours, hourMs - 1, 2 * hourMs + 5);
  expect([...hours]).toEqual([
    [0, 1],
    [hourMs, hourMs],
    [2 * hourMs, 5],
  ]);
  addInterval(hours, 10, 10);
  addInterval(hours, 20, 10);
  expect(hours.size).toBe(3);
});

const time = fc.integer({ min: 0, max: 6 * hourMs });

it("loses and invents no millisecond", () => {
  fc.assert(
    fc.property(time, time, (a, b) => {
      const hours = new Map<number, number>();
      addInterval(hours, a, b);
      expect([...hours.values()].reduce((sum, ms) => sum + ms, 0)).toBe(Math.max(0, b - a));
      for (const [hour, ms] of hours) {
        expect(hourOf(hour)).toBe(hour);
        expect(ms).toBeGreaterThan(0);
        expect(ms).toBeLessThanOrEqual(hourMs);
      }
    }),
  );
});

it("settling early and closing later adds up to the interval, also when the end turns out to be earlier", () => {
  fc.assert(
    fc.property(time, time, time, (connectedAt, endedAt, now) => {
      const settledUntil = hourOf(now);
      const total = new Map<number, number>();
      const add = (changes: Map<number, number>) => {
        for (const [hour, ms] of changes) total.set(hour, (total.get(hour) ?? 0) + ms);
      };
      if (connectedAt < settledUntil) {
        add(unsettledConnections([{ connectedAt, deliveries: null }], 0, settledUntil));
      }
      add(closeConnection(connectedAt, endedAt, settledUntil));
      const expected = new Map<number, number>();
      addInterval(expected, connectedAt, endedAt);
      expect(new Map([...total].filter(([, ms]) => ms !== 0))).toEqual(expected);
    }),
  );
});

it("counts each fact of the log once, and an ended interval over its open version", () => {
  const open = { kind: "connected", connection: "1", connectedAt: 5, endedAt: null } as const;
  const ended = { ...open, endedAt: 1005 };
  const delivered = { kind: "delivered", agentId: "a", hash: "h", at: 7 } as const;
  const shipped = { kind: "shipped", agentId: "a", hour: hourMs, bytes: 42 } as const;
  const metered = { kind: "metered", agentId: "a", from: hourMs - 10, until: hourMs + 20 } as const;
  for (const log of [
    [open, ended, delivered, shipped, metered],
    [delivered, shipped, metered, ended, open, open, metered, ended, delivered, shipped],
  ]) {
    const used = usageOf(log, 2 * hourMs);
    expect([...used.connected_agent_seconds]).toEqual([[0, 1000]]);
    expect([...used.config_deliveries]).toEqual([[0, 1]]);
    expect([...used.shipped_log_bytes]).toEqual([[hourMs, 42]]);
    expect([...used.metered_agent_seconds]).toEqual([
      [0, 10],
      [hourMs, 20],
    ]);
  }
  expect(usageOf([open], 105).connected_agent_seconds.get(0)).toBe(100);
});
