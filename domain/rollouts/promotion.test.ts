import { describe, expect, test } from "vitest";
import type { Strategy } from "./rollout.ts";
import { events, moved, start } from "./testing/run-rollout.ts";

const canary = (promotion: "manual" | "automatic", pauseSeconds = 0): Strategy => ({
  kind: "canary",
  steps: [{ agents: 1 }, { agents: "50%" }],
  promotion,
  pauseSeconds,
});
const four = [{}, {}, {}, {}];

describe("a canary", () => {
  test("waits for a person after each step, and after the last wave for nobody", () => {
    const rollout = start(four, { strategy: canary("manual", 60), gates: { soakSeconds: 0 } });
    expect(moved(rollout.first, "offer")).toEqual([rollout.agent(0)]);
    const passed = rollout.say(0, "applied");
    expect(events(passed)).toEqual(["rollout.wave_passed", "rollout.paused"]);
    expect(rollout.header).toMatchObject({ state: "paused", hold: "promotion" });
    expect(rollout.header.reason).toBe("Wave 2 of 3 waits for a person to promote it");
    expect(moved(rollout.wait(86_400), "offer")).toEqual([]);
    expect(rollout.header.dueAt).toBeNull();
    const promoted = rollout.order("promote");
    expect(moved(promoted, "offer")).toEqual([rollout.agent(1), rollout.agent(2)]);
    expect(promoted.decisions).toContainEqual(
      expect.objectContaining({
        gate: "person",
        verdict: "pass",
        text: "Ada promoted the rollout: wave 2 may start",
      }),
    );
    expect(rollout.order("promote").effects, "the wave is under way").toEqual([]);
    rollout.say(1, "applied");
    rollout.say(2, "applied");
    rollout.order("promote");
    rollout.say(3, "applied");
    expect(rollout.header.state).toBe("succeeded");
  });

  test("goes on by itself after its pause where that was asked for", () => {
    const rollout = start(four, { strategy: canary("automatic", 60), gates: { soakSeconds: 0 } });
    rollout.say(0, "applied");
    expect(rollout.header.reason).toBe("Wave 2 starts after a pause of 60 s");
    expect(moved(rollout.wait(59), "offer")).toEqual([]);
    expect(moved(rollout.wait(1), "offer")).toHaveLength(2);
  });

  test("resume is no promotion, and a pause by a person comes before it", () => {
    const rollout = start(four, { strategy: canary("manual"), gates: { soakSeconds: 0 } });
    rollout.say(0, "applied");
    expect(rollout.order("resume").effects).toEqual([]);
    rollout.order("pause");
    expect(rollout.order("promote").effects, "a person's pause is ended first").toEqual([]);
    rollout.order("resume");
    expect(rollout.header.hold, "what was behind the pause is seen again").toBe("promotion");
    expect(moved(rollout.order("promote"), "offer")).toHaveLength(2);
  });

  test("a bad step is returned, and nobody else was touched", () => {
    const rollout = start(four, { strategy: canary("manual") });
    const failed = rollout.say(0, "failed");
    expect(moved(failed, "return")).toEqual([rollout.agent(0)]);
    expect(rollout.states()).toEqual(["reverting", "waiting", "waiting", "waiting"]);
    expect(rollout.header.waves[0]?.verdict).toBe("failed");
  });
});

test.each(["promotion", "wave"] as const)("memory lost while it waits (%s) is no promotion", (what) => {
  const rollout = start(four, {
    strategy: canary(what === "promotion" ? "manual" : "automatic", 60),
    gates: { soakSeconds: 0 },
  });
  rollout.say(0, "applied");
  const { state, hold, reason } = rollout.header;
  rollout.evict();
  expect(rollout.header).toMatchObject({ state, hold, reason });
  expect(moved(rollout.wait(1), "offer")).toEqual([]);
  expect(moved(rollout.order("promote"), "offer")).toHaveLength(2);
});

describe("stopped, not failed", () => {
  test.each([true, false])("an aborted wave is stopped (return: %s)", (autoRevert) => {
    const rollout = start(four, { strategy: canary("manual"), autoRevert });
    rollout.order("abort");
    expect(rollout.header.waves[0]?.verdict).toBe("stopped");
  });

  test("a superseded rollout leaves agents as they are, whatever its return", () => {
    const rollout = start(four, { strategy: canary("manual"), autoRevert: true });
    rollout.say(0, "applying");
    const by = "rol_00000000000000000000000001" as const;
    const step = rollout.see({ kind: "supersede", actor: "usr_a", by });
    expect(rollout.header).toMatchObject({
      state: "cancelled",
      reason: `Superseded by ${by}`,
      supersededBy: by,
    });
    expect(moved(step, "return")).toEqual([]);
    expect(moved(step, "release")).toEqual([rollout.agent(0)]);
    expect(rollout.header.waves[0]?.verdict).toBe("stopped");
  });

  test("one that rolls back is not superseded", () => {
    const rollout = start([{}, {}]);
    rollout.say(0, "failed");
    const by = "rol_00000000000000000000000001" as const;
    expect(rollout.see({ kind: "supersede", actor: "usr_a", by }).effects).toEqual([]);
    expect(rollout.header.state).toBe("rolling_back");
  });
});

describe("too few reports", () => {
  test.each([
    { minReported: 1, silent: 2, holds: false },
    { minReported: 2, silent: 2, holds: true },
    { minReported: 9, silent: 0, holds: false },
  ])(
    "of 3 agents $silent are silent, $minReported must report: held $holds",
    ({ minReported, silent, holds }) => {
      const rollout = start([{}, {}, {}], { gates: { soakSeconds: 0, minReported } });
      for (let n = silent; n < 3; n++) rollout.say(n, "applied");
      rollout.wait(300);
      expect(rollout.header.hold === "inconclusive").toBe(holds);
      if (!holds) return;
      expect(rollout.header.reason).toContain(
        "1 of 3 agents that were offered the release reported, and 2 must",
      );
      rollout.say(0, "applied");
      expect(rollout.header.state, "it goes on when one is heard of").toBe("succeeded");
    },
  );
});

describe("who leaves", () => {
  test("a deleted agent leaves the counts and is waited for no longer", () => {
    const rollout = start([{}, {}, {}], { gates: { soakSeconds: 0, maxFailures: 1 } });
    rollout.say(0, "failed");
    rollout.say(1, "applied");
    rollout.see({ kind: "deleted", agent: rollout.agent(0) });
    rollout.see({ kind: "deleted", agent: rollout.agent(2) });
    expect(rollout.progress(2)).toMatchObject({ state: "unreachable", error: "left the fleet" });
    expect(rollout.header.totals).toMatchObject({ failed: 0, unreachable: 2, verified: 1 });
    expect(rollout.header).toMatchObject({
      state: "succeeded",
      reason: "2 agents deleted or revoked meanwhile",
    });
  });

  test("one that finishes after its wave has closed is judged like the others", () => {
    const rollout = start([{}, {}, {}], { strategy: canary("manual"), gates: { minReported: 1 } });
    rollout.wait(300);
    rollout.order("promote");
    rollout.order("promote");
    rollout.say(0, "applied");
    expect(rollout.states()[0]).toBe("applied");
    rollout.runFor(10.25);
    expect(rollout.states()[0]).toBe("verified");
  });
});
