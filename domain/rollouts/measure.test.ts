import { describe, expect, test } from "vitest";
import type { MetricGate, Strategy } from "./rollout.ts";
import { moved, start } from "./testing/run-rollout.ts";

const errors = (change: Partial<MetricGate> = {}): MetricGate => ({
  metric: "errors",
  as: "value",
  per: null,
  max: 10,
  min: null,
  compare: null,
  minSamples: 3,
  ...change,
});
const worse: MetricGate["compare"] = { worse: "higher", byPercent: 50, atLeast: 1 };
const canary: Strategy = { kind: "canary", steps: [{ agents: 1 }], promotion: "automatic", pauseSeconds: 0 };

function measured(metrics: MetricGate[], strategy: Strategy = canary) {
  const rollout = start([{}, {}, {}], { strategy, gates: { soakSeconds: 0, metrics } });
  const read = (n: number, ...values: number[]) =>
    values
      .map((value) => rollout.see({ kind: "metrics", agent: rollout.agent(n), values: { 0: value } }))
      .at(-1);
  return { ...rollout, rollout, read };
}

describe("metric gates", () => {
  test("agents are watched as they are offered, those to compare with from the start, and no more at the end", () => {
    const { rollout, read } = measured([errors({ compare: worse, max: null })]);
    expect(moved(rollout.first, "watch")).toEqual([rollout.agent(1), rollout.agent(2), rollout.agent(0)]);
    rollout.offline(1);
    expect(moved(rollout.online(1), "watch"), "a new connection is asked anew").toEqual([rollout.agent(1)]);
    rollout.say(0, "applied");
    read(1, 5, 5.1, 5.2);
    const closed = read(0, 5, 5.1, 5.2);
    expect(moved(closed as never, "unwatch")).toHaveLength(3);
    expect(rollout.header.wave).toBe(1);
  });

  test("a wave with too few readings waits a progress deadline, then holds, and passes when they come", () => {
    const { rollout, read } = measured([errors()]);
    rollout.say(0, "applied");
    expect(rollout.header).toMatchObject({ state: "running", wave: 0 });
    expect(rollout.header.reason).toContain("Wave 1 waits for readings: errors: 0 samples of the 3 needed");
    rollout.runFor(299);
    expect(rollout.header.state).toBe("running");
    rollout.runFor(2);
    expect(rollout.header).toMatchObject({ state: "paused", hold: "inconclusive", dueAt: null });
    read(0, 5, 6);
    const step = read(0, 5);
    expect(moved(step as never, "offer")).toHaveLength(2);
    expect(step?.decisions).toContainEqual(
      expect.objectContaining({
        gate: "metrics",
        verdict: "pass",
        inputs: expect.objectContaining({ samples: 3 }),
      }),
    );
  });

  test.each(["promote", "resume"] as const)("%s overrules missing readings", (kind) => {
    const { rollout } = measured([errors()]);
    rollout.say(0, "applied");
    rollout.runFor(301);
    expect(moved(rollout.order(kind), "offer")).toHaveLength(2);
  });

  test("numbers beyond a limit stop it before the wave closes, and the canary returns", () => {
    const rollout = start([{}, {}], { strategy: canary, gates: { soakSeconds: 900, metrics: [errors()] } });
    rollout.say(0, "applied");
    for (const value of [50, 51]) {
      rollout.see({ kind: "metrics", agent: rollout.agent(0), values: { 0: value } });
    }
    expect(rollout.header.state).toBe("running");
    const stopped = rollout.see({ kind: "metrics", agent: rollout.agent(0), values: { 0: 52 } });
    expect(moved(stopped, "return")).toEqual([rollout.agent(0)]);
    expect(moved(stopped, "unwatch")).toEqual([rollout.agent(0)]);
    expect(rollout.header.reason).toContain("above the limit of 10");
    expect(rollout.header.waves[0]?.verdict).toBe("failed");
  });

  test("only what an agent reports after APPLIED counts, and of others only those to compare with", () => {
    const { rollout, read } = measured([errors()]);
    read(0, 99, 99, 99);
    read(1, 99, 99, 99);
    expect(rollout.header.measurement?.gates[0]?.wave.samples).toBe(0);
    expect(rollout.header.measurement?.gates[0]?.baseline.samples).toBe(0);
    rollout.say(0, "applied");
    read(0, 5);
    expect(rollout.header.measurement?.gates[0]?.wave).toMatchObject({ samples: 1, mean: 5 });
  });

  test("worse than the rest fails, alike passes", () => {
    const bad = measured([errors({ compare: worse, max: null })]);
    bad.rollout.say(0, "applied");
    bad.read(1, 5, 5.1, 4.9);
    bad.read(0, 20, 21, 20);
    expect(bad.rollout.header.state).toBe("rolling_back");
    const good = measured([errors({ compare: worse, max: null })]);
    good.rollout.say(0, "applied");
    good.read(1, 5, 5.1, 4.9);
    good.read(0, 5, 5.1, 4.9);
    expect(good.rollout.header.wave).toBe(1);
  });

  test("the last wave has nobody to be compared with, and says so", () => {
    const { rollout } = measured([errors({ compare: worse, max: null })], { kind: "all-at-once" });
    for (let n = 0; n < 2; n++) rollout.say(n, "applied");
    const step = rollout.say(2, "applied");
    expect(rollout.header.state).toBe("succeeded");
    expect(step.decisions.map(({ text }) => text).join()).toContain("no agents of later waves");
  });

  test("readings become durable each 5 seconds, and cost no agent's row", () => {
    const { rollout, read } = measured([errors({ minSamples: 50 })]);
    rollout.say(0, "applied");
    const { revision } = rollout.header;
    const rows = rollout.rowsWritten(0);
    read(0, 5, 5);
    expect(rollout.header.revision).toBe(revision);
    rollout.pass(6);
    read(0, 5);
    expect(rollout.header.revision).toBe(revision + 1);
    read(0, 5);
    rollout.evict();
    expect(rollout.header.measurement?.gates[0]?.wave.samples).toBe(3);
    expect(rollout.rowsWritten(0)).toBe(rows);
  });
});
