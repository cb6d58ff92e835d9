import { describe, expect, test } from "vitest";
import type { DomainError } from "../errors.ts";
import type { AgentId } from "../ids.ts";
import { countStates } from "./counts.ts";
import { defaultGates } from "./defaults.ts";
import { judgeFailures, resolveCount } from "./gates.ts";
import { type Candidate, planRollout, planToken } from "./plan.ts";
import type { CanaryStep, Strategy } from "./rollout.ts";

const id = (n: number): AgentId => `agt_${String(n).padStart(26, "0")}`;
const candidate = (n: number, changes: Partial<Candidate> = {}): Candidate => ({
  id: id(n),
  labels: {},
  target: "new",
  running: "old",
  runningReleaseId: null,
  latchedError: null,
  ...changes,
});
const many = (count: number, changes: Partial<Candidate> = {}) =>
  Array.from({ length: count }, (_, n) => candidate(n, changes));
const rolling = (batch: number | string): Strategy => ({
  kind: "rolling",
  batch,
  pauseSeconds: 0,
  maxUnavailable: null,
  rate: null,
});
const sizes = (count: number, strategy: Strategy) =>
  planRollout(many(count), strategy).map((wave) => wave.length);

describe("planRollout", () => {
  test.each([
    [10, { kind: "all-at-once" } as Strategy, [10]],
    [10, rolling(4), [4, 4, 2]],
    [10, rolling("25%"), [3, 3, 3, 1]],
    [3, rolling("1%"), [1, 1, 1]],
    [2, rolling(10), [2]],
    [0, rolling(3), []],
    [5, rolling("100%"), [5]],
  ])("%i agents, %o → waves of %o", (count, strategy, expected) => {
    expect(sizes(count, strategy)).toEqual(expected);
  });

  test("the order is that of the ids' hashes, whatever order the agents come in", () => {
    const agents = many(20);
    const plan = planRollout(agents, rolling(3));
    expect(planRollout([...agents].reverse(), rolling(3))).toEqual(plan);
    expect(plan.flat().map((agent) => agent.id)).not.toEqual(agents.map((agent) => agent.id));
    expect(new Set(plan.flat().map((agent) => agent.id)).size).toBe(20);
  });

  test("agents that run their target take no place in a batch; latched ones do", () => {
    const agents = [
      candidate(0, { running: "new" }),
      candidate(1),
      candidate(2, { latchedError: "line 3" }),
      candidate(3),
    ];
    const plan = planRollout(agents, rolling(2));
    expect(plan.map((wave) => wave.length)).toEqual([2, 2]);
    expect(plan.at(-1)?.at(-1)).toMatchObject({ id: id(0), change: "unchanged" });
    expect(plan.flat().find((agent) => agent.id === id(2))).toMatchObject({ change: "latched" });
    expect(planRollout(many(3, { running: "new" }), rolling(1)).map((wave) => wave.length)).toEqual([3]);
  });

  test("refuses more waves than an answer can hold, and says what to do", () => {
    let error: unknown;
    try {
      planRollout(many(501), rolling(1));
    } catch (caught) {
      error = caught;
    }
    expect((error as DomainError).refusal).toMatchObject({ code: "plan_impossible" });
    expect((error as DomainError).refusal.detail).toContain("larger batch");
    expect(sizes(501, rolling(2))).toHaveLength(251);
  });

  const canary = (...steps: CanaryStep[]): Strategy => ({
    kind: "canary",
    steps,
    promotion: "manual",
    pauseSeconds: 0,
  });
  test.each([
    [10, [{ agents: 1 }], [1, 9]],
    [10, [{ agents: 1 }, { agents: "25%" }], [1, 3, 6]],
    [10, [{ agents: 4 }, { agents: 6 }], [4, 6]],
    [3, [{ agents: "50%" }, { agents: "50%" }], [2, 1]],
    [3, [{ agents: "100%" }], [3]],
    [1, [{ agents: 1 }], [1]],
  ])("%i agents, canary %o → waves of %o", (count, steps, expected) => {
    expect(sizes(count, canary(...steps))).toEqual(expected);
  });

  test("a step by labels takes those that match and are not placed yet; the rest is the last wave", () => {
    const agents = many(6).map((agent, n) => ({ ...agent, labels: { zone: n < 3 ? "a" : "b" } }));
    const plan = planRollout(agents, canary({ agents: 2 }, { selector: "zone=a" }));
    const early = plan[0]?.map((agent) => agent.id) ?? [];
    const inZone = agents.filter((agent) => agent.labels.zone === "a").map((agent) => agent.id);
    expect(new Set(plan[1]?.map((agent) => agent.id))).toEqual(
      new Set(inZone.filter((one) => !early.includes(one))),
    );
    expect(plan.flat()).toHaveLength(6);
  });

  test.each([
    ["larger than the fleet", canary({ agents: 4 }), "strategy.steps[0].agents", "only 3 agents are left"],
    ["nobody left", canary({ agents: 3 }, { agents: "10%" }), "strategy.steps[1].agents", "nobody is left"],
    ["no agent", canary({ agents: 0 }), "strategy.steps[0].agents", "takes no agent"],
    ["matches nobody", canary({ selector: "zone=x" }), "strategy.steps[0].selector", "matches none"],
    [
      "matches only placed ones",
      canary({ selector: "zone=a" }, { selector: "zone=a" }),
      "strategy.steps[1].selector",
      "matches only agents that earlier steps take (3)",
    ],
    ["empty selector", canary({ selector: " " }), "strategy.steps[0].selector", "empty selector"],
    ["broken selector", canary({ selector: "zone=" }), "strategy.steps[0].selector", "cannot be read"],
    ["batch of 0", rolling(0), "strategy.batch", "never ends"],
  ])("refuses a plan: %s", (_, strategy, path, text) => {
    const agents = many(3, { labels: { zone: "a" } });
    let error: unknown;
    try {
      planRollout(agents, strategy);
    } catch (caught) {
      error = caught;
    }
    const { refusal } = error as DomainError;
    expect(refusal.detail).toContain(text);
    expect(refusal.errors?.map((one) => one.path)).toEqual([path]);
  });

  test("a canary of an empty fleet is refused; where all run the release already there is nothing to try out", () => {
    expect(() => planRollout([], canary({ agents: 1 }))).toThrow("asks for 1 agent");
    expect(sizes(0, { kind: "blue-green", activation: "manual" })).toEqual([]);
    const current = many(3, { running: "new" });
    expect(planRollout(current, canary({ agents: 1 })).map((wave) => wave.length)).toEqual([3]);
    expect(() => planRollout([...current, candidate(3)], canary({ selector: "a" }))).toThrow("matches none");
  });

  test("the token changes with agents, waves and files, and with nothing else", () => {
    const token = planToken(planRollout(many(4), rolling(2)));
    expect(planToken(planRollout(many(4).reverse(), rolling(2)))).toBe(token);
    expect(planToken(planRollout(many(5), rolling(2)))).not.toBe(token);
    expect(planToken(planRollout(many(4), rolling(3)))).not.toBe(token);
    expect(planToken(planRollout(many(4, { target: "other" }), rolling(2)))).not.toBe(token);
    expect(planToken(planRollout(many(4, { running: "else" }), rolling(2)))).not.toBe(token);
  });
});

describe("judgeFailures", () => {
  const gates = { ...defaultGates, soakSeconds: 0, applyTimeoutSeconds: 1, progressDeadlineSeconds: 1 };
  const counts = (failed: number, verified: number, unreachable = 0) =>
    countStates([
      ...Array<"failed">(failed).fill("failed"),
      ...Array<"verified">(verified).fill("verified"),
      ...Array<"unreachable">(unreachable).fill("unreachable"),
    ]);

  test.each([
    [0, 0, 5, "pass"],
    [0, 1, 5, "fail"],
    [2, 2, 0, "pass"],
    [2, 3, 100, "fail"],
    ["25%", 1, 3, "pass"],
    ["25%", 1, 2, "fail"],
    ["0%", 1, 1000, "fail"],
    ["100%", 5, 0, "pass"],
  ] as const)("at most %s: %i failed and %i verified → %s", (maxFailures, failed, verified, verdict) => {
    expect(judgeFailures(counts(failed, verified), { ...gates, maxFailures }, 0).verdict).toBe(verdict);
  });

  test("a share is taken over the agents that reported, not over the total", () => {
    const judged = judgeFailures(counts(1, 1, 98), { ...gates, maxFailures: "25%" }, 0);
    expect(judged.verdict).toBe("fail");
    expect(judged.text).toBe("1 of 2 agents that reported failed, more than 25%");
  });

  test("a share does not stop a wave that may still come out well", () => {
    expect(judgeFailures(counts(1, 0), { ...gates, maxFailures: "25%" }, 3).verdict).toBe("pass");
    expect(judgeFailures(counts(1, 0), { ...gates, maxFailures: "25%" }, 2).verdict).toBe("fail");
  });

  test("percentages are rounded up, and are at least one", () => {
    expect([
      resolveCount("10%", 11),
      resolveCount("10%", 1),
      resolveCount("0%", 9),
      resolveCount(7, 3),
    ]).toEqual([2, 1, 1, 7]);
  });
});
