import { describe, expect, test } from "vitest";
import { openPolicy, type Policy } from "./policy.ts";
import type { Strategy } from "./rollout.ts";
import { events, moved, start } from "./testing/run-rollout.ts";

const frozen = (fromSeconds: number, untilSeconds: number): Policy => ({
  ...openPolicy,
  freezes: [{ fromMs: fromSeconds * 1000, untilMs: untilSeconds * 1000, reason: "year's end" }],
});
const rolling: Strategy = { kind: "rolling", batch: 1, pauseSeconds: 0, maxUnavailable: null, rate: null };

describe("windows and freezes", () => {
  test("hold the first wave until they open, and it goes on by itself", () => {
    const rollout = start([{}], { policy: frozen(0, 3600) });
    expect(rollout.header).toMatchObject({ state: "paused", hold: "window", wave: -1, dueAt: 3_600_000 });
    expect(rollout.header.reason).toContain("Frozen until 1970-01-01T01:00Z: year's end");
    expect(moved(rollout.wait(3599), "offer")).toEqual([]);
    expect(rollout.order("resume").effects, "nobody resumes what the calendar holds").toEqual([]);
    const opened = rollout.wait(1);
    expect(events(opened)).toEqual(["rollout.resumed", "rollout.wave_started"]);
    expect(moved(opened, "offer")).toEqual([rollout.agent(0)]);
  });

  test("the rollout's own window and the environment's must both be open", () => {
    const window = { days: ["thu" as const], from: "02:00", to: "03:00", timeZone: "UTC" };
    const rollout = start([{}], {
      policy: frozen(0, 9000),
      schedule: { startAtMs: null, windows: [window] },
    });
    const offers = rollout.runFor(3600 * 2.49).flatMap((step) => moved(step, "offer"));
    expect(offers).toEqual([]);
    expect(rollout.runFor(60).flatMap((step) => moved(step, "offer"))).toEqual([rollout.agent(0)]);
  });

  test("what is in flight goes on and is judged; the next wave waits", () => {
    const rollout = start([{}, {}], {
      strategy: rolling,
      gates: { soakSeconds: 0 },
      policy: frozen(10, 3600),
    });
    rollout.wait(20);
    expect(rollout.header.state, "nothing is withheld yet").toBe("running");
    rollout.say(0, "applied");
    expect(rollout.header).toMatchObject({ hold: "window", wave: 0 });
    expect(rollout.header.waves[0]?.verdict).toBe("passed");
    expect(moved(rollout.wait(3580), "offer")).toEqual([rollout.agent(1)]);
  });

  test("the last wave succeeds and a bad one returns while closed", () => {
    const good = start([{}], { gates: { soakSeconds: 0 }, policy: frozen(10, 3600) });
    good.pass(20);
    good.say(0, "applied");
    expect(good.header.state).toBe("succeeded");
    const bad = start([{}], { policy: frozen(10, 3600) });
    bad.pass(20);
    expect(moved(bad.say(0, "failed"), "return")).toEqual([bad.agent(0)]);
  });

  test("a returner of the open wave gets no first offer while closed, even before anybody looked", () => {
    const rollout = start([{}, { connected: false }], { policy: frozen(10, 3600) });
    rollout.pass(20);
    const back = rollout.online(rollout.progress(0).connected ? 1 : 0);
    expect(moved(back, "offer")).toEqual([]);
    expect(rollout.header.hold).toBe("window");
    rollout.evict();
    rollout.runFor(1000);
    expect(rollout.states(), "who could not be offered is not given up").toContain("waiting");
    expect(rollout.runFor(2600).flatMap((step) => moved(step, "offer"))).toHaveLength(1);
  });

  test("a new policy holds at once and lets go at once", () => {
    const rollout = start([{}, {}], {
      strategy: { ...rolling, pauseSeconds: 60 },
      gates: { soakSeconds: 0 },
    });
    rollout.say(0, "applied");
    rollout.see({ kind: "policy", policy: frozen(0, 9_000) });
    rollout.wait(60);
    expect(rollout.header.hold).toBe("window");
    const lifted = rollout.see({ kind: "policy", policy: openPolicy });
    expect(moved(lifted, "offer")).toEqual([rollout.agent(1)]);
    expect(rollout.see({ kind: "policy", policy: openPolicy }).effects).toEqual([]);
  });

  test("an override lifts freezes alone, once, and says who gave which reason", () => {
    const rollout = start([{}], { policy: frozen(0, 3600) });
    const order = { kind: "override-freeze", actor: "usr_a", name: "Ada", reason: "security fix" } as const;
    const step = rollout.see(order);
    expect(moved(step, "offer")).toEqual([rollout.agent(0)]);
    expect(step.decisions.map(({ text }) => text)).toContain(
      "Ada lets the rollout go on in freezes: security fix",
    );
    expect(rollout.header.freezeOverride).toEqual({ actor: "usr_a", reason: "security fix" });
    expect(rollout.see(order).effects).toEqual([]);

    const never = { days: [], from: "00:00", to: "00:00", timeZone: "UTC" };
    const shut = start([{}], { policy: { ...frozen(0, 3600), windows: [never] } });
    expect(moved(shut.see(order), "offer")).toEqual([]);
    expect(shut.header.hold).toBe("window");
  });

  test("memory lost over an opening: one look and it goes on", () => {
    const rollout = start([{}], { policy: frozen(0, 3600) });
    rollout.pass(4000);
    rollout.evict();
    expect(rollout.header.dueAt).toBeLessThanOrEqual(4_000_000);
    expect(moved(rollout.wait(0), "offer")).toEqual([rollout.agent(0)]);
  });
});

test("a person's pause stands over the calendar, and the calendar over a promotion", () => {
  const rollout = start([{}, {}], {
    strategy: { kind: "canary", steps: [{ agents: 1 }], promotion: "manual", pauseSeconds: 0 },
    gates: { soakSeconds: 0 },
    policy: frozen(10, 3600),
  });
  rollout.say(0, "applied");
  expect(rollout.header.hold).toBe("promotion");
  rollout.wait(10);
  expect(rollout.header.hold).toBe("window");
  rollout.order("pause");
  expect(rollout.header.hold).toBe("person");
  rollout.order("resume");
  expect(rollout.header.hold).toBe("window");
  expect(moved(rollout.order("promote"), "offer"), "promoted for when it opens").toEqual([]);
  expect(moved(rollout.wait(3590), "offer")).toEqual([rollout.agent(1)]);
});

test("a paused rollout offers nobody, also not who returns, until it is resumed", () => {
  const rollout = start([{}, { connected: false }]);
  const away = rollout.states().indexOf("waiting");
  rollout.order("pause");
  expect(moved(rollout.online(away), "offer")).toEqual([]);
  expect(rollout.order("pause").effects).toEqual([]);
  expect(moved(rollout.order("resume"), "offer")).toEqual([rollout.agent(away)]);
});
