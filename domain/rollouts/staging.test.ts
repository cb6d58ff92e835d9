import { describe, expect, test } from "vitest";
import type { Strategy } from "./rollout.ts";
import { events, moved, start, type TestAgent } from "./testing/run-rollout.ts";

const blueGreen = (activation: "manual" | "automatic"): Strategy => ({ kind: "blue-green", activation });
const able = (count: number): TestAgent[] => Array.from({ length: count }, () => ({ canStage: true }));

describe("blue/green", () => {
  test("stages everywhere, activates together", () => {
    const rollout = start(able(3), { strategy: blueGreen("automatic"), gates: { soakSeconds: 0 } });
    expect(moved(rollout.first, "stage")).toEqual(rollout.agents);
    expect(moved(rollout.first, "offer")).toEqual([]);
    rollout.stage(0);
    rollout.stage(1);
    expect(rollout.stage(1).effects, "twice is once").toEqual([]);
    const last = rollout.stage(2);
    expect(events(last)).toEqual(["rollout.staged", "rollout.activated"]);
    expect(moved(last, "offer")).toEqual(rollout.agents);
    for (let n = 0; n < 3; n++) rollout.say(n, "applied");
    expect(rollout.header.state).toBe("succeeded");
    for (let n = 0; n < 3; n++) expect(rollout.rowsWritten(n)).toBeLessThanOrEqual(3);
  });

  test("a person activates where that was asked for; memory may be lost before and after", () => {
    const rollout = start(able(2), { strategy: blueGreen("manual") });
    rollout.evict();
    expect(rollout.states()).toEqual(["staging", "staging"]);
    rollout.stage(0);
    rollout.evict();
    rollout.stage(1);
    expect(rollout.header).toMatchObject({ hold: "promotion", staging: "staged" });
    rollout.evict();
    expect(rollout.states()).toEqual(["staged", "staged"]);
    expect(moved(rollout.wait(86_400), "offer"), "no deadline while a person is waited for").toEqual([]);
    expect(rollout.states()).toEqual(["staged", "staged"]);
    const step = rollout.order("promote");
    expect(moved(step, "offer")).toEqual(rollout.agents);
    expect(step.decisions.map(({ text }) => text)).toContain(
      "Ada promoted the rollout: what is staged may be activated",
    );
  });

  test("who stages over a connection that was replaced is asked again, and nobody else is", () => {
    const rollout = start(able(2), { strategy: blueGreen("automatic") });
    rollout.stage(1);
    const online = (n: number, renewed?: true) =>
      rollout.see({ kind: "online", agent: rollout.agent(n), healthy: true, ...(renewed && { renewed }) });
    expect(moved(online(0), "stage"), "nothing is new").toEqual([]);
    expect(moved(online(0, true), "stage")).toEqual([rollout.agent(0)]);
    expect(moved(online(1, true), "stage"), "it has answered").toEqual([]);
    rollout.order("abort");
    expect(moved(online(0, true), "stage")).toEqual([]);
  });

  test("too many refusals: nothing is activated, and nobody needs to return", () => {
    const rollout = start(able(3), { strategy: blueGreen("automatic") });
    rollout.stage(0);
    const refused = rollout.stage(1, "line 3");
    expect(rollout.header.state).toBe("failed");
    expect(rollout.header.reason).toContain("1 agent failed, more than the 0 allowed");
    expect(moved(refused, "return")).toEqual([]);
    expect(moved(refused, "latch")).toEqual([rollout.agent(1)]);
    expect(rollout.progress(1)).toMatchObject({ state: "failed", error: "line 3" });
  });

  test("a share of refusals is of those that said something", () => {
    const rollout = start(able(4), { strategy: blueGreen("automatic"), gates: { maxFailures: "25%" } });
    for (const n of [0, 1, 2]) rollout.stage(n);
    expect(moved(rollout.stage(3, "line 3"), "offer")).toEqual([0, 1, 2].map(rollout.agent));
  });

  test("on a failed gate after the activation all return at once", () => {
    const rollout = start(able(3), { strategy: blueGreen("automatic") });
    for (let n = 0; n < 3; n++) rollout.stage(n);
    rollout.say(0, "applied");
    expect(new Set(moved(rollout.say(1, "failed"), "return"))).toEqual(new Set(rollout.agents));
  });

  test("who cannot stage or is offline gets it at the activation, or when it is back", () => {
    const agents: TestAgent[] = [
      { canStage: true },
      { canStage: false },
      { canStage: true, connected: false },
    ];
    const rollout = start(agents, { strategy: blueGreen("automatic"), gates: { soakSeconds: 0 } });
    const [staging, unable, away] = ["staging", true, false].map((what, place) =>
      place === 0
        ? rollout.states().indexOf("staging")
        : rollout.agents.findIndex((_, n) => {
            const { state, connected } = rollout.progress(n);
            return state === "waiting" && connected === what;
          }),
    ) as [number, number, number];
    const offered = moved(rollout.stage(staging), "offer");
    expect(new Set(offered)).toEqual(new Set([rollout.agent(staging), rollout.agent(unable)]));
    expect(moved(rollout.online(away), "offer")).toEqual([rollout.agent(away)]);
  });

  test("one that comes back while the others stage is staged; memory lost does not change that", () => {
    const rollout = start(able(2), { strategy: blueGreen("automatic") });
    rollout.offline(0);
    expect(rollout.states()[0]).toBe("waiting");
    expect(moved(rollout.online(0), "stage")).toEqual([rollout.agent(0)]);
    rollout.evict();
    expect(rollout.states()).toEqual(["staging", "staging"]);
  });

  test("silence while staging ends at the progress deadline and is no failure", () => {
    const rollout = start(able(2), { strategy: blueGreen("automatic"), gates: { soakSeconds: 0 } });
    rollout.stage(0);
    const end = rollout.wait(300);
    expect(rollout.progress(1)).toMatchObject({ state: "unreachable" });
    expect(moved(end, "offer")).toEqual([rollout.agent(0)]);
    rollout.offline(1);
    expect(moved(rollout.online(1), "offer"), "back in the open wave").toEqual([rollout.agent(1)]);
  });

  test("all refuse within what is allowed: nobody runs it, so it fails", () => {
    const rollout = start(able(1), { strategy: blueGreen("manual"), gates: { maxFailures: 1 } });
    rollout.stage(0, "line 3");
    expect(rollout.header.state).toBe("failed");
  });

  test("a pause holds the activation; an abort touches nobody", () => {
    const rollout = start(able(1), { strategy: blueGreen("automatic") });
    rollout.order("pause");
    rollout.stage(0);
    expect(rollout.states()).toEqual(["staged"]);
    expect(moved(rollout.order("abort"), "return")).toEqual([]);
    expect(rollout.header).toMatchObject({ state: "cancelled", reason: "A person aborted it" });
  });

  test("`promotion` webhooks are asked before the activation", () => {
    const webhook = {
      url: "https://gate.example/",
      on: ["promotion" as const],
      timeoutSeconds: 60,
      attempts: 1,
      whenUnanswered: "hold" as const,
    };
    const rollout = start(able(1), { strategy: blueGreen("automatic"), gates: { webhooks: [webhook] } });
    expect(moved(rollout.stage(0), "offer")).toEqual([]);
    const answer = {
      kind: "confirmation",
      id: "promotion-0-0",
      attempt: 1,
      verdict: "confirm",
      text: "",
    } as const;
    expect(moved(rollout.see(answer), "offer")).toEqual([rollout.agent(0)]);
  });
});
