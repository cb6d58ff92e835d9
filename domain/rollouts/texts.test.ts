import { expect, test } from "vitest";
import type { AgentId } from "../ids.ts";
import { advance, applyStep } from "./advance.ts";
import { defaultGates } from "./defaults.ts";
import { type AgentFacts, createRollout, planRollout } from "./plan.ts";
import type { AgentProgress } from "./progress.ts";
import type { Observation, Rollout } from "./rollout.ts";

const id = (n: number): AgentId => `agt_${String(n).padStart(26, "0")}`;
const facts: AgentFacts = {
  connected: true,
  healthy: true,
  revoked: false,
  deleted: false,
  canStage: false,
  report: null,
};

/** What a rollout to so many agents says of itself, while each does what it is told to. */
function textsOf(count: number, autoRevert: boolean, steps: ((agent: AgentId) => Observation)[]): string[] {
  const candidates = Array.from({ length: count }, (_, n) => ({
    id: id(n),
    labels: {},
    target: "new",
    running: "old",
    runningReleaseId: null,
    latchedError: null,
  }));
  const gates = {
    ...defaultGates,
    soakSeconds: 0,
    maxFailures: count - 1,
    applyTimeoutSeconds: 60,
    progressDeadlineSeconds: 60,
  };
  const strategy = { kind: "all-at-once" } as const;
  const terms = { id: "rol_00000000000000000000000000", strategy, gates, autoRevert } as const;
  const plan = planRollout(candidates, strategy);
  const created = createRollout(terms, plan, () => facts, 0);
  const agents = new Map<AgentId, AgentProgress>(created.agents);
  let rollout: Rollout = { ...created, agents };
  const texts: string[] = [];
  const see = (observation: Observation) => {
    const step = advance(rollout, observation, 0);
    applyStep(agents, step);
    rollout = { ...rollout, header: step.header };
    for (const effect of step.effects) if (effect.kind === "event") texts.push(effect.summary);
    for (const decision of step.decisions) texts.push(decision.text);
  };
  see({ kind: "start" });
  for (const step of steps) for (let n = 0; n < count; n++) see(step(id(n)));
  return texts;
}

const said = (status: "applied" | "failed", hash: string) => (agent: AgentId) =>
  ({ kind: "status", agent, hash, status, error: "line 3" }) as const;
const abort = () => ({ kind: "abort", actor: "Ada" }) as const;

test.each([
  [1, ["1 agent in 1 wave", "1 of 1 agent runs the release"]],
  [2, ["2 agents in 1 wave", "2 of 2 agents run the release"]],
])("a success of %i in the right number", (count, wanted) => {
  const texts = textsOf(count, true, [said("applied", "new")]).join("\n");
  for (const text of wanted) expect(texts).toContain(text);
});

test.each([
  [1, ["1 agent goes back to what it ran before", "1 agent runs again what it ran before"]],
  [2, ["2 agents go back to what they ran before", "2 agents run again what they ran before"]],
])("a return of %i in the right number", (count, wanted) => {
  const texts = textsOf(count, true, [abort, said("applied", "old")]).join("\n");
  for (const text of wanted) expect(texts).toContain(text);
});

test.each([
  [1, "0 agents are back, 1 did not confirm; that one returns when it is heard of again"],
  [2, "0 agents are back, 2 did not confirm; those return when they are heard of again"],
])("a return of %i that nobody confirms in the right number", (count, wanted) => {
  expect(textsOf(count, true, [abort, said("failed", "old")])).toContain(wanted);
});

test.each([
  [1, "1 agent reached and left with what it runs"],
  [2, "2 agents reached and left with what they run"],
])("a stop without return of %i in the right number", (count, wanted) => {
  expect(textsOf(count, false, [abort]).join("\n")).toContain(wanted);
});
