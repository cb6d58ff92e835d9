import { expect, it } from "vitest";
import { type AlarmStorage, Alarms, type LogicalAlarm } from "./alarms.ts";

/** The physical alarm as a Map of one. */
function storage(): AlarmStorage & { set: Map<"alarm", number>; writes: number } {
  const set = new Map<"alarm", number>();
  return {
    set,
    writes: 0,
    getAlarm: async () => set.get("alarm") ?? null,
    async setAlarm(dueMs) {
      this.writes++;
      set.set("alarm", dueMs);
    },
    async deleteAlarm() {
      set.delete("alarm");
    },
  };
}

const source = (name: string, due: { at: number | null }, onDue: LogicalAlarm["onDue"]): LogicalAlarm => ({
  name,
  nextDueMs: () => due.at,
  onDue,
});

it("sets the physical alarm to the earliest, and moves it only forward in time", async () => {
  const physical = storage();
  const a = { at: 500 as number | null };
  const b = { at: 300 as number | null };
  const alarms = new Alarms(physical, [source("a", a, () => {}), source("b", b, () => {})], () => {});
  await alarms.arm();
  expect(physical.set.get("alarm")).toBe(300);
  b.at = 900;
  await alarms.arm();
  await alarms.arm();
  expect(physical.set.get("alarm")).toBe(300);
  a.at = 100;
  await alarms.arm();
  expect(physical.set.get("alarm")).toBe(100);
  expect(physical.writes).toBe(2);
});

it("sets the alarm at the next change when storage refused it once", async () => {
  const physical = storage();
  const { setAlarm } = physical;
  physical.setAlarm = async () => {
    throw new Error("storage is away");
  };
  const alarms = new Alarms(physical, [source("a", { at: 500 }, () => {})], () => {});
  await expect(alarms.arm()).rejects.toThrow("storage is away");
  physical.setAlarm = setAlarm;
  await alarms.arm();
  expect(physical.set.get("alarm")).toBe(500);
});

it("calls who is due, once each, and sets the next", async () => {
  const physical = storage();
  const calls: string[] = [];
  const a = { at: 100 as number | null };
  const b = { at: 200 as number | null };
  const sources = [
    source("a", a, () => {
      calls.push("a");
      a.at = null;
    }),
    source("b", b, () => {
      calls.push("b");
      b.at = null;
    }),
  ];
  const alarms = new Alarms(physical, sources, () => {});
  await alarms.fire(100);
  expect(calls).toEqual(["a"]);
  expect(physical.set.get("alarm")).toBe(200);
  await alarms.fire(150);
  await alarms.fire(250);
  await alarms.fire(250);
  expect(calls).toEqual(["a", "b"]);
});

it("tries one that throws again with back-off, without stopping the others or giving up", async () => {
  const physical = storage();
  const errors: string[] = [];
  let fine = 0;
  let broken = 0;
  const sources = [
    source("broken", { at: 0 }, () => {
      broken++;
      if (broken <= 7) throw new Error("no");
    }),
    source("fine", { at: 0 }, () => {
      fine++;
    }),
  ];
  const alarms = new Alarms(physical, sources, (name) => errors.push(name));
  let now = 0;
  for (let i = 0; i < 8; i++) {
    await alarms.fire(now);
    now += 600_000;
  }
  expect(errors).toEqual(Array(7).fill("broken"));
  expect({ fine, broken }).toEqual({ fine: 8, broken: 8 });
  await alarms.fire(now);
  broken = 0;
  await alarms.fire(now);
  expect(broken).toBe(1);
  await alarms.fire(now + 500);
  expect(broken).toBe(1);
});
