import { describe, expect, test } from "vitest";
import type { Observation, Strategy, WebhookGate } from "./rollout.ts";
import { confirms, events, moved, start } from "./testing/run-rollout.ts";

const hook = (change: Partial<WebhookGate> = {}): WebhookGate => ({
  url: "https://user:secret@gate.example:8443/confirm?token=x",
  on: ["start"],
  timeoutSeconds: 60,
  attempts: 2,
  whenUnanswered: "hold",
  ...change,
});
type Answer = Extract<Observation, { kind: "confirmation" }>;
const answer = (id: string, verdict: Answer["verdict"], attempt = 1, text = ""): Answer => ({
  kind: "confirmation",
  id,
  attempt,
  verdict,
  text,
});
const canary: Strategy = {
  kind: "canary",
  steps: [{ agents: 1 }, { agents: 1 }],
  promotion: "automatic",
  pauseSeconds: 0,
};
const gates = (...webhooks: WebhookGate[]) => ({ soakSeconds: 0, webhooks });

test("each phase is asked where it belongs, with a name that stays", () => {
  const all = hook({ on: ["start", "wave", "promotion", "rollback"] });
  const rollout = start([{}, {}, {}], { strategy: canary, gates: gates(all) });
  const asked = (step: Parameters<typeof confirms>[0]) =>
    confirms(step).map(({ id, phase, wave, attempt }) => [id, phase, wave, attempt]);
  expect(asked(rollout.first)).toEqual([["start-0-0", "start", null, 1]]);
  expect(moved(rollout.first, "offer"), "nothing starts before the answer").toEqual([]);
  expect(rollout.header).toMatchObject({
    state: "running",
    reason: "Waits for the confirmation of gate.example:8443",
  });
  expect(moved(rollout.see(answer("start-0-0", "confirm")), "offer")).toEqual([rollout.agent(0)]);
  expect(asked(rollout.say(0, "applied"))).toEqual([["wave-1-0", "wave", 1, 1]]);
  rollout.see(answer("wave-1-0", "confirm"));
  expect(asked(rollout.say(1, "applied"))).toEqual([
    ["wave-2-0", "wave", 2, 1],
    ["promotion-2-0", "promotion", 2, 1],
  ]);
  expect(moved(rollout.see(answer("wave-2-0", "confirm")), "offer"), "both must confirm").toEqual([]);
  expect(moved(rollout.see(answer("promotion-2-0", "confirm")), "offer")).toEqual([rollout.agent(2)]);
  const failed = rollout.say(2, "failed");
  expect(asked(failed), "told, not asked").toEqual([["rollback-2-0", "rollback", null, 1]]);
  expect(moved(failed, "return")).toHaveLength(3);
});

describe("no answer", () => {
  test("is asked again with doubled spacing, then holds, and goes on when the answer still comes", () => {
    const rollout = start([{}], { gates: gates(hook({ attempts: 3 })) });
    const asked = rollout.runFor(3600).flatMap((step) => confirms(step).map(({ attempt }) => attempt));
    expect(asked).toEqual([2, 3]);
    expect(rollout.header.confirmations[0]?.askedAt).toBe(180_000);
    expect(rollout.header).toMatchObject({ state: "paused", hold: "inconclusive", dueAt: null });
    expect(rollout.header.reason).toContain("gate.example:8443 did not confirm in 3 attempts");
    const late = rollout.see(answer("start-0-0", "confirm", 1));
    expect(moved(late, "offer"), "the answer to an old attempt counts").toEqual([rollout.agent(0)]);
  });

  test.each(["promote", "resume"] as const)("%s overrules it", (kind) => {
    const rollout = start([{}], { gates: gates(hook()) });
    rollout.runFor(3600);
    const step = rollout.order(kind);
    expect(moved(step, "offer")).toEqual([rollout.agent(0)]);
    expect(step.decisions).toContainEqual(expect.objectContaining({ gate: "person", verdict: "pass" }));
  });

  test.each(["promote", "resume"] as const)("%s overrules it before an activation", (kind) => {
    const rollout = start([{ canStage: true }], {
      strategy: { kind: "blue-green", activation: "automatic" },
      gates: gates(hook({ on: ["promotion"] })),
    });
    rollout.stage(0);
    rollout.runFor(3600);
    expect(rollout.header).toMatchObject({ state: "paused", hold: "inconclusive" });
    expect(moved(rollout.order(kind), "offer")).toEqual([rollout.agent(0)]);
  });

  test("stops the rollout where that was asked for, and says what was wrong", () => {
    const rollout = start([{}], { gates: gates(hook({ whenUnanswered: "fail" })) });
    rollout.see(answer("start-0-0", "unanswered", 1, "HTTP 500"));
    rollout.runFor(3600);
    expect(rollout.header.state).toBe("failed");
    expect(rollout.header.reason).toContain("did not confirm in 2 attempts (HTTP 500)");
  });
});

test("`wait` is asked again after the timeout and uses up no attempt; repeated it changes nothing", () => {
  const rollout = start([{}], { gates: gates(hook({ attempts: 1 })) });
  const told: string[] = [];
  for (let attempt = 1; attempt <= 5; attempt++) {
    const said = rollout.see(answer("start-0-0", "wait", attempt, "not yet"));
    told.push(...said.decisions.map(({ text }) => text));
    rollout.pass(30);
    rollout.see(answer("start-0-0", "wait", attempt, "not yet"));
    expect(confirms(rollout.wait(30))).toMatchObject([{ id: "start-0-0", attempt: attempt + 1 }]);
  }
  expect(told, "the log says it once").toEqual(["gate.example:8443 asks to wait: not yet"]);
  expect(rollout.header.reason).toContain("it says: not yet");
  rollout.runFor(60);
  expect(rollout.header.hold).toBe("inconclusive");
});

test.each(["running", "paused"])(
  "a refusal stops it at once while it is %s, and what was reached returns",
  (state) => {
    const rollout = start([{}, {}, {}], { strategy: canary, gates: gates(hook({ on: ["wave"] })) });
    rollout.say(0, "applied");
    if (state === "paused") rollout.order("pause");
    const refused = rollout.see(answer("wave-1-0", "deny", 1, "on call says no"));
    expect(moved(refused, "return")).toEqual([rollout.agent(0)]);
    expect(rollout.header.reason).toBe("Stopped: gate.example:8443 refused: on call says no");
  },
);

test("answers to what is not awaited change nothing", () => {
  const rollout = start([{}], { gates: gates(hook()) });
  expect(rollout.see(answer("wave-7-0", "deny")).effects).toEqual([]);
  rollout.see(answer("start-0-0", "confirm"));
  expect(rollout.see(answer("start-0-0", "deny")).effects).toEqual([]);
  expect(rollout.header.state).toBe("running");
});

test("memory lost while it waits asks nothing twice, and keeps when it asks again", () => {
  const rollout = start([{}], { gates: gates(hook()) });
  rollout.evict();
  expect(rollout.header.dueAt).toBe(60_000);
  expect(confirms(rollout.wait(59))).toEqual([]);
  expect(confirms(rollout.wait(1))).toMatchObject([{ attempt: 2 }]);
  rollout.evict();
  expect(events(rollout.see(answer("start-0-0", "confirm", 2)))).toEqual(["rollout.wave_started"]);
});
