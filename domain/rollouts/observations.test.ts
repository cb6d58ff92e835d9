import { expect, test } from "vitest";
import { moved, start } from "./testing/run-rollout.ts";

const inTwo = {
  strategy: { kind: "rolling" as const, batch: 1, pauseSeconds: 0, maxUnavailable: null, rate: null },
  gates: { soakSeconds: 0 },
};

test.each([[1], [0]])(
  "who fails before its wave is not offered it, and counts (%i may fail)",
  (maxFailures) => {
    const rollout = start([{}, {}, {}], { ...inTwo, gates: { soakSeconds: 0, maxFailures } });
    rollout.say(1, "failed");
    expect(rollout.progress(1)).toMatchObject({ state: "failed", offeredAt: null, error: "line 3" });
    expect(rollout.header.state).toBe("running");
    rollout.evict();
    const step = rollout.say(0, "applied");
    expect(moved(step, "offer")).toEqual(maxFailures === 1 ? [rollout.agent(2)] : []);
    expect(rollout.header.state).toBe(maxFailures === 1 ? "running" : "rolling_back");
  },
);

test("a failure that was lifted before the rollout keeps nobody from being offered it", () => {
  const report = { hash: "new", status: "failed" as const };
  const rollout = start([{ report }, { report }], inTwo);
  expect(moved(rollout.first, "offer")).toEqual([rollout.agent(0)]);
  expect(moved(rollout.say(0, "applied"), "offer")).toEqual([rollout.agent(1)]);
});

test("who was verified and then drops is still verified after a loss of memory", () => {
  const rollout = start([{}, {}], { gates: { soakSeconds: 10 } });
  rollout.say(0, "applied");
  rollout.wait(10);
  expect(rollout.progress(0).state).toBe("verified");
  rollout.offline(0);
  rollout.evict();
  expect(rollout.progress(0).state).toBe("verified");
});
