import { describe, expect, test } from "vitest";
import { emptyConfigHash } from "../configs/render.ts";
import { defaultGates } from "./defaults.ts";
import { events, moved, start } from "./testing/run-rollout.ts";

describe("the way forward", () => {
  test("offers to all, verifies after the soak, succeeds", () => {
    const rollout = start([{}, {}]);
    expect(moved(rollout.first, "offer")).toHaveLength(2);
    rollout.say(0, "applying");
    rollout.say(0, "applied");
    rollout.say(1, "applied");
    expect(rollout.wait(9.7).effects).toEqual([]);
    const end = rollout.wait(0.5);
    expect(events(end)).toEqual(["rollout.wave_passed", "rollout.succeeded"]);
    expect(rollout.header.state).toBe("succeeded");
    expect(rollout.states()).toEqual(["verified", "verified"]);
  });

  test("APPLIED alone is not enough: sickness during the soak starts it anew, and lasting sickness fails", () => {
    const rollout = start([{}], { gates: { maxFailures: 0 } });
    rollout.say(0, "applied");
    rollout.pass(5);
    rollout.see({ kind: "health", agent: rollout.agent(0), healthy: false });
    expect(rollout.wait(6).effects).toEqual([]);
    rollout.see({ kind: "health", agent: rollout.agent(0), healthy: true });
    rollout.wait(9);
    expect(rollout.states()).toEqual(["applied"]);
    rollout.see({ kind: "health", agent: rollout.agent(0), healthy: false });
    rollout.wait(49);
    expect(rollout.states()).toEqual(["applied"]);
    const end = rollout.wait(2);
    expect(moved(end, "return")).toEqual([rollout.agent(0)]);
    expect(rollout.header.reason).toContain("1 agent failed, more than the 0 allowed");
  });

  test("an agent that does not report health is verified by staying connected", () => {
    const rollout = start([{ healthy: null }]);
    rollout.say(0, "applied");
    rollout.pass(5);
    rollout.see({ kind: "offline", agent: rollout.agent(0) });
    rollout.wait(10);
    expect(rollout.states()).toEqual(["applied"]);
    rollout.see({ kind: "online", agent: rollout.agent(0), healthy: null });
    rollout.wait(10.25);
    expect(rollout.header.state).toBe("succeeded");
  });

  test("no wave starts before the one before it has passed, and the pause is kept", () => {
    const rollout = start([{}, {}, {}], {
      strategy: { kind: "rolling", batch: 1, pauseSeconds: 30, maxUnavailable: null, rate: null },
    });
    expect(moved(rollout.first, "offer")).toEqual([rollout.agent(0)]);
    rollout.say(0, "applied");
    const passed = rollout.wait(10);
    expect(events(passed)).toEqual(["rollout.wave_passed"]);
    expect(moved(rollout.wait(29), "offer")).toEqual([]);
    expect(moved(rollout.wait(1), "offer")).toEqual([rollout.agent(1)]);
    rollout.see({ kind: "pause", actor: "usr_a" });
    rollout.say(1, "applied");
    rollout.wait(10);
    expect(rollout.header).toMatchObject({ state: "paused", wave: 1 });
    rollout.wait(1000);
    expect(rollout.header.dueAt, "nothing is due while a person holds it").toBeNull();
    rollout.see({ kind: "resume", actor: "usr_a" });
    expect(moved(rollout.wait(30), "offer")).toEqual([rollout.agent(2)]);
  });

  test("agents that run it already are not touched; a plan of nobody else succeeds at once", () => {
    const rollout = start([{ running: "new" }, { running: "new" }]);
    expect(rollout.header.state).toBe("succeeded");
    expect(moved(rollout.first, "offer")).toEqual([]);
    expect(start([]).header.state).toBe("succeeded");
  });

  test("a failure in a wave that has passed still counts", () => {
    const rollout = start([{}, {}], {
      strategy: { kind: "rolling", batch: 1, pauseSeconds: 0, maxUnavailable: null, rate: null },
    });
    rollout.say(0, "applied");
    rollout.wait(10);
    expect(rollout.header.wave).toBe(1);
    const late = rollout.say(0, "failed");
    expect(rollout.header.state).toBe("rolling_back");
    expect(new Set(moved(late, "return"))).toEqual(new Set([rollout.agent(0), rollout.agent(1)]));
  });
});

describe("agents that do not answer", () => {
  test("who is offline does not block for ever, and is offered when it returns while its wave runs", () => {
    const rollout = start([{}, { connected: false }, { connected: false }], { gates: { soakSeconds: 0 } });
    rollout.say(0, "applied");
    const back = rollout.see({ kind: "online", agent: rollout.agent(1), healthy: true });
    const offered = moved(back, "offer");
    rollout.say(1, "applied");
    expect(rollout.header.state).toBe("running");
    rollout.wait(301);
    expect(rollout.header.state).toBe("succeeded");
    expect(offered).toEqual([rollout.agent(1)]);
    expect(rollout.states()).toEqual(["verified", "verified", "unreachable"]);
    expect(rollout.header.reason).toContain("1 agent not reached");
  });

  test("silent is unreachable and no failure; said APPLYING and hung is", () => {
    const silent = start([{}, {}, {}], { gates: { soakSeconds: 0 } });
    silent.say(0, "applied");
    silent.say(1, "applied");
    silent.wait(300);
    expect(silent.states()).toEqual(["verified", "verified", "unreachable"]);
    expect(silent.header.state).toBe("succeeded");

    const hung = start([{}, {}], { gates: { soakSeconds: 0 } });
    hung.say(0, "applied");
    hung.say(1, "applying");
    hung.wait(60);
    expect(hung.progress(1).error).toContain("did not finish within 60 s");
    expect(hung.header.state).toBe("rolling_back");
  });

  test("one that comes and goes while it applies cannot keep the rollout from ending", () => {
    const rollout = start([{}, {}], { gates: { soakSeconds: 0 } });
    rollout.say(0, "applied");
    for (let seconds = 0; seconds < 3600 && rollout.header.state === "running"; seconds += 20) {
      rollout.say(1, "applying");
      rollout.see({ kind: "offline", agent: rollout.agent(1) });
      rollout.pass(10);
      rollout.see({ kind: "online", agent: rollout.agent(1), healthy: null });
      rollout.wait(10);
    }
    expect(rollout.header.state).toBe("rolling_back");
    expect(rollout.header.reason).toContain("1 agent failed");
    expect(rollout.progress(1).error).toContain("came and went, and did not finish within 360 s");
  });

  test("a wave that nobody answered holds, and goes on when somebody does or a person says so", () => {
    const heard = start([{}, {}], { gates: { soakSeconds: 0 } });
    const held = heard.wait(300);
    expect(events(held)).toEqual(["rollout.paused"]);
    expect(heard.header).toMatchObject({ state: "paused", hold: "inconclusive", dueAt: null });
    expect(heard.header.reason).toContain("none of the 2 agents");
    expect(events(heard.say(0, "applied"))).toContain("rollout.resumed");
    expect(heard.header.state).toBe("succeeded");

    const overruled = start([{}, {}], {
      strategy: { kind: "rolling", batch: 1, pauseSeconds: 0, maxUnavailable: null, rate: null },
      gates: { soakSeconds: 0 },
    });
    overruled.wait(300);
    const resumed = overruled.see({ kind: "resume", actor: "usr_a" });
    expect(moved(resumed, "offer")).toEqual([overruled.agent(1)]);
    expect(resumed.decisions).toContainEqual(expect.objectContaining({ gate: "person", verdict: "pass" }));
  });

  test("a promotion lets a wave without evidence pass, and ends a pause; otherwise it changes nothing", () => {
    const strategy = {
      kind: "rolling",
      batch: 1,
      pauseSeconds: 600,
      maxUnavailable: null,
      rate: null,
    } as const;
    const silent = start([{}, {}], { strategy, gates: { soakSeconds: 0 } });
    silent.wait(300);
    expect(silent.header.hold).toBe("inconclusive");
    silent.see({ kind: "promote", actor: "usr_a" });
    expect(silent.header).toMatchObject({ state: "running", hold: null });

    const resting = start([{}, {}], { strategy, gates: { soakSeconds: 0 } });
    expect(moved(resting.see({ kind: "promote", actor: "usr_a" }), "offer")).toEqual([]);
    resting.say(0, "applied");
    expect(resting.header.nextWaveAt).not.toBeNull();
    const promoted = resting.see({ kind: "promote", actor: "usr_a" });
    expect(moved(promoted, "offer")).toEqual([resting.agent(1)]);
    expect(promoted.decisions).toContainEqual(expect.objectContaining({ gate: "person", verdict: "pass" }));
    expect(resting.header).toMatchObject({ state: "running", nextWaveAt: null, wave: 1 });
  });

  test("failures that are allowed are evidence too: the wave goes on", () => {
    const rollout = start([{}, {}], {
      strategy: { kind: "rolling", batch: 1, pauseSeconds: 0, maxUnavailable: null, rate: null },
      gates: { ...defaultGates, soakSeconds: 0, maxFailures: 1 },
    });
    rollout.say(0, "failed");
    expect(rollout.header).toMatchObject({ state: "running", wave: 1 });
    rollout.say(1, "applied");
    expect(rollout.header.state).toBe("succeeded");
  });

  test("nobody reached at all is a failure that touched nothing", () => {
    const rollout = start([{ connected: false }]);
    const end = rollout.wait(300);
    expect(rollout.header.state).toBe("failed");
    expect(events(end)).toContain("rollout.failed");
  });

  test("a revoked agent is waited for no longer", () => {
    const rollout = start([{}, {}], { gates: { soakSeconds: 0 } });
    rollout.say(0, "applied");
    rollout.see({ kind: "revoked", agent: rollout.agent(1) });
    expect(rollout.header.state).toBe("succeeded");
    expect(rollout.progress(1)).toMatchObject({ state: "unreachable", error: "its credential was revoked" });
  });
});

describe("the way back", () => {
  test("returns each to what it ran; one that restored itself is not told again", () => {
    const rollout = start([{ running: "" }, { running: "older" }, {}], { gates: { maxFailures: 0 } });
    const none = [0, 1, 2].find((n) => rollout.progress(n).previous === "") as number;
    const older = [0, 1, 2].find((n) => rollout.progress(n).previous === "older") as number;
    const old = [0, 1, 2].find((n) => rollout.progress(n).previous === "old") as number;
    rollout.say(none, "applied");
    rollout.say(old, "applied");
    const stopped = rollout.say(older, "failed");
    expect(rollout.header.state).toBe("rolling_back");
    expect(moved(stopped, "return")).toHaveLength(3);
    rollout.say(older, "applied", "older");
    rollout.say(old, "applied", "old");
    expect(rollout.header.state).toBe("rolling_back");
    const end = rollout.say(none, "applied", emptyConfigHash);
    expect(events(end)).toEqual(["rollout.rolled_back"]);
    expect(rollout.states()).toEqual(["reverted", "reverted", "reverted"]);
    expect(rollout.say(none, "applied").effects, "a terminal rollout is silent").toEqual([]);
  });

  test("who finishes the candidate after all is sent back again; who never confirms makes it incomplete", () => {
    const rollout = start([{}, {}, {}]);
    rollout.say(0, "failed");
    expect(moved(rollout.say(1, "applied"), "return")).toEqual([rollout.agent(1)]);
    rollout.say(0, "applied", "old");
    rollout.say(1, "applied", "old");
    rollout.wait(300);
    expect(rollout.header.state).toBe("rollback_incomplete");
    expect(rollout.states()).toEqual(["reverted", "reverted", "revert_failed"]);
  });

  test("one that comes and goes on the way back is told each time, and does not keep it from ending", () => {
    const rollout = start([{}, {}]);
    rollout.say(0, "failed");
    rollout.say(0, "applied", "old");
    for (let seconds = 0; seconds < 3600 && rollout.header.state === "rolling_back"; seconds += 20) {
      rollout.see({ kind: "offline", agent: rollout.agent(1) });
      rollout.pass(10);
      const back = rollout.see({ kind: "online", agent: rollout.agent(1), healthy: null });
      expect(moved(back, "return")).toEqual([rollout.agent(1)]);
      rollout.wait(10);
    }
    expect(rollout.header.state).toBe("rollback_incomplete");
    expect(rollout.progress(1).error).toContain("did not confirm its return within 300 s");
  });

  test("an agent that refuses what it ran before makes it incomplete", () => {
    const rollout = start([{}, {}]);
    rollout.say(0, "failed");
    rollout.say(0, "applied", "old");
    rollout.say(1, "failed", "old");
    expect(rollout.header.state).toBe("rollback_incomplete");
    expect(rollout.progress(1)).toMatchObject({ state: "revert_failed", error: "line 3" });
  });

  test("known failures stop it before anybody is touched", () => {
    const rollout = start([{}, { latchedError: "line 3" }]);
    expect(rollout.header.state).toBe("failed");
    expect(moved(rollout.first, "offer")).toEqual([]);
    expect(rollout.header.reason).toContain("failed on this very config before");
    expect(start([{}, { latchedError: "line 3" }], { gates: { maxFailures: 1 } }).header.state).toBe(
      "running",
    );
  });

  test("without return a stop leaves every agent with what it runs", () => {
    const rollout = start([{}, {}, {}], { autoRevert: false });
    rollout.say(0, "applied");
    rollout.say(1, "applying");
    const stopped = rollout.say(2, "failed");
    expect(rollout.header.state).toBe("failed");
    expect(moved(stopped, "return")).toEqual([]);
    expect(moved(stopped, "release")).toEqual([rollout.agent(1)]);
  });
});

describe("abort", () => {
  test.each([true, false])("ends every offer at once (return: %s)", (autoRevert) => {
    const rollout = start([{}, {}], {
      autoRevert,
      strategy: { kind: "rolling", batch: 1, pauseSeconds: 0, maxUnavailable: null, rate: null },
    });
    rollout.say(0, "applied");
    const aborted = rollout.see({ kind: "abort", actor: "usr_a" });
    expect(events(aborted)[0]).toBe("rollout.abort_requested");
    expect(rollout.header.state).toBe(autoRevert ? "rolling_back" : "cancelled");
    expect(moved(rollout.wait(1000), "offer")).toEqual([]);
    expect(rollout.see({ kind: "abort", actor: "usr_a" }).effects).toEqual([]);
  });

  test("with nobody reached it is cancelled", () => {
    const rollout = start([{ connected: false }]);
    rollout.see({ kind: "abort", actor: "usr_a" });
    expect(rollout.header.state).toBe("cancelled");
    expect(rollout.header.reason).toBe("A person aborted it");
  });
});
