import { expect, test } from "vitest";
import type { AgentId } from "../ids.ts";
import { advance, applyStep } from "./advance.ts";
import { defaultGates } from "./defaults.ts";
import { bucketSize, inFlightLimit, offersPerMinute } from "./pace.ts";
import { createRollout, planRollout } from "./plan.ts";
import { type AgentProgress, isUnavailable } from "./progress.ts";
import type { Observation, RateRamp, Rollout, Strategy } from "./rollout.ts";
import { agentId, moved, start } from "./testing/run-rollout.ts";

const rolling = (limits: { maxUnavailable?: number | string; rate?: RateRamp }): Strategy => ({
  kind: "rolling",
  batch: "100%",
  pauseSeconds: 0,
  maxUnavailable: limits.maxUnavailable ?? null,
  rate: limits.rate ?? null,
});
const many = (count: number) => Array.from({ length: count }, () => ({}));
const rate = (perMinute: number, more: Partial<RateRamp> = {}): RateRamp => ({
  perMinute,
  factor: 1,
  everySucceeded: 10,
  maxPerMinute: 100_000,
  ...more,
});

test.each([
  [2, 10, 2],
  ["25%", 10, 3],
  ["1%", 10, 1],
  ["100%", 10, 10],
])("maxUnavailable %s of %i agents leaves room for %i", (maxUnavailable, count, limit) => {
  const rollout = start(many(count), { strategy: rolling({ maxUnavailable }) });
  expect(inFlightLimit(rollout.header)).toBe(limit);
  expect(moved(rollout.first, "offer")).toEqual(rollout.agents.slice(0, limit));
});

test("an offer leaves as soon as one that was in flight is verified, in the order of the plan", () => {
  const rollout = start(many(4), { strategy: rolling({ maxUnavailable: 2 }), gates: { soakSeconds: 0 } });
  expect(moved(rollout.say(1, "applying"), "offer")).toEqual([]);
  expect(moved(rollout.say(1, "applied"), "offer")).toEqual([rollout.agent(2)]);
  rollout.evict();
  expect(moved(rollout.say(0, "applied"), "offer")).toEqual([rollout.agent(3)]);
  rollout.say(2, "applied");
  rollout.say(3, "applied");
  expect(rollout.header).toMatchObject({ state: "succeeded", unavailable: 0 });
});

test("one that is reached and goes offline takes up room until it is back", () => {
  const rollout = start(many(3), { strategy: rolling({ maxUnavailable: 1 }), gates: { soakSeconds: 0 } });
  rollout.say(0, "applied");
  rollout.say(1, "applied");
  rollout.offline(0);
  expect(rollout.header.unavailable).toBe(2);
  expect(rollout.states().filter((_, n) => isUnavailable(rollout.progress(n)))).toHaveLength(2);
  expect(moved(rollout.say(2, "applied"), "offer")).toEqual([]);
});

test("no room for ever: it holds, says why, and goes on when there is room again", () => {
  const rollout = start(many(3), { strategy: rolling({ maxUnavailable: 1 }), gates: { soakSeconds: 0 } });
  rollout.offline(0);
  rollout.runFor(400);
  expect(rollout.states()).toEqual(["unreachable", "waiting", "waiting"]);
  expect(rollout.header).toMatchObject({ state: "paused", hold: "inconclusive" });
  expect(rollout.header.reason).toContain("1 agent that the rollout reached is offline or unhealthy");
  expect(rollout.order("promote").effects, "a limit is overruled by nobody").toEqual([]);
  const gone = rollout.see({ kind: "revoked", agent: rollout.agent(0) });
  expect(moved(gone, "offer")).toEqual([rollout.agent(1)]);
  expect(rollout.header.state).toBe("running");
});

test("who waits its turn is not given up, however long the others take", () => {
  const rollout = start(many(2), { strategy: rolling({ maxUnavailable: 1 }), gates: { soakSeconds: 900 } });
  rollout.say(0, "applied");
  rollout.runFor(900);
  expect(rollout.states()).toEqual(["verified", "offered"]);
  rollout.say(1, "applied");
  rollout.runFor(901);
  expect(rollout.header.state).toBe("succeeded");
});

test.each([
  [rate(60), 0, 60],
  [rate(60, { factor: 2 }), 9, 60],
  [rate(60, { factor: 2 }), 10, 120],
  [rate(60, { factor: 2 }), 35, 480],
  [rate(60, { factor: 2, maxPerMinute: 100 }), 35, 100],
])("%o with %i verified: %i a minute", (ramp, verified, expected) => {
  expect(offersPerMinute(ramp, verified)).toBe(expected);
  expect(bucketSize(expected)).toBe(Math.max(1, expected / 60));
});

test("a rate lets offers leave one after the other, and survives a loss of memory", () => {
  const rollout = start(many(5), { strategy: rolling({ rate: rate(6) }), gates: { soakSeconds: 0 } });
  expect(moved(rollout.first, "offer")).toHaveLength(1);
  expect(rollout.header.dueAt).toBe(10_000);
  rollout.evict();
  expect(rollout.header.dueAt).toBe(10_000);
  expect(moved(rollout.wait(9.75), "offer")).toEqual([]);
  expect(moved(rollout.wait(0.25), "offer")).toEqual([rollout.agent(1)]);
  const later = rollout.runFor(20).flatMap((step) => moved(step, "offer"));
  expect(later).toEqual([rollout.agent(2), rollout.agent(3)]);
});

test("a rate rises with what succeeded", () => {
  const ramp = rate(60, { factor: 10, everySucceeded: 2 });
  const rollout = start(many(30), { strategy: rolling({ rate: ramp }), gates: { soakSeconds: 0 } });
  rollout.say(0, "applied");
  rollout.runFor(1);
  rollout.say(1, "applied");
  const next = rollout.runFor(1).flatMap((step) => moved(step, "offer"));
  expect(next.length).toBeGreaterThanOrEqual(9);
});

test("one that returns while others wait takes its place in the plan", () => {
  const agents = many(4);
  const rollout = start(agents, { strategy: rolling({ maxUnavailable: 1 }), gates: { soakSeconds: 0 } });
  rollout.offline(1);
  expect(moved(rollout.say(0, "applied"), "offer")).toEqual([rollout.agent(2)]);
  rollout.online(1);
  expect(moved(rollout.say(2, "applied"), "offer")).toEqual([rollout.agent(1)]);
});

test("one that returns costs no look at the others of its wave", () => {
  const id = "rol_00000000000000000000000000";
  const candidates = Array.from({ length: 300 }, (_, n) => ({
    id: agentId(n),
    labels: {},
    target: "new",
    running: "old",
    runningReleaseId: null,
    latchedError: null,
  }));
  const offline = { connected: false, healthy: true, revoked: false, deleted: false };
  const strategy: Strategy = { kind: "all-at-once" };
  const created = createRollout(
    { id, strategy, gates: defaultGates, autoRevert: true },
    planRollout(candidates, strategy),
    () => ({ ...offline, canStage: false, report: null }),
    0,
  );
  let looks = 0;
  class Watched extends Map<AgentId, AgentProgress> {
    override get(key: AgentId) {
      looks++;
      return super.get(key);
    }
  }
  const agents = new Watched(created.agents);
  let rollout: Rollout = { ...created, agents };
  const see = (observation: Observation) => {
    const step = advance(rollout, observation, 0);
    applyStep(agents, step);
    rollout = { ...rollout, header: step.header };
    return step;
  };
  see({ kind: "start" });
  for (const agent of [...agents.keys()].reverse()) {
    looks = 0;
    expect(moved(see({ kind: "online", agent, healthy: true }), "offer")).toEqual([agent]);
    expect(looks).toBeLessThan(10);
  }
});

test("a paced agent costs no more than three rows", () => {
  const rollout = start(many(3), { strategy: rolling({ maxUnavailable: 1, rate: rate(60) }) });
  for (let n = 0; n < 3; n++) {
    rollout.say(n, "applying");
    rollout.say(n, "applied");
    rollout.runFor(12);
  }
  expect(rollout.header.state).toBe("succeeded");
  for (let n = 0; n < 3; n++) expect(rollout.rowsWritten(n)).toBe(2);
});
