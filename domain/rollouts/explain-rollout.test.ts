import { expect, test } from "vitest";
import type { AgentId } from "../ids.ts";
import { advance, applyStep } from "./advance.ts";
import { defaultGates } from "./defaults.ts";
import { explainRollout, type RolloutFactsToExplain } from "./explain-rollout.ts";
import { type AgentFacts, createPending, createRollout, planRollout, type RolloutTerms } from "./plan.ts";
import { openPolicy } from "./policy.ts";
import type { AgentProgress } from "./progress.ts";
import type { Decision, Gates, Observation, Rollout, Strategy } from "./rollout.ts";

const start = Date.parse("2026-11-20T12:00Z");
const rolloutId = "rol_00000000000000000000000000" as const;
const id = (n: number): AgentId => `agt_${String(n).padStart(26, "0")}`;
const facts: AgentFacts = {
  connected: true,
  healthy: true,
  revoked: false,
  deleted: false,
  canStage: true,
  report: null,
};
const told: RolloutFactsToExplain = {
  releaseNumber: 7,
  author: "Ada",
  createdAt: start - 60_000,
  revertOf: null,
  approval: null,
  freezeOverride: null,
  pending: null,
};
const canary: Strategy = { kind: "canary", steps: [{ agents: 1 }], promotion: "manual", pauseSeconds: 0 };
const rolling: Strategy = { kind: "rolling", batch: 1, pauseSeconds: 300, maxUnavailable: null, rate: null };
const oneAway: Strategy = { ...rolling, batch: 2, maxUnavailable: 1 };
const metric = {
  metric: "errors",
  as: "value" as const,
  per: null,
  max: 1,
  min: null,
  compare: null,
  minSamples: 5,
};
const webhook = {
  url: "https://ci.example.com/gate",
  on: ["start" as const],
  timeoutSeconds: 60,
  attempts: 3,
  whenUnanswered: "hold" as const,
};
const freeze = { fromMs: start - 1000, untilMs: start + 3_600_000, reason: "stocktaking" };

interface Given {
  strategy: Strategy;
  gates?: Partial<Gates>;
  policy?: RolloutTerms["policy"];
}

/** After these observations, a rollout over two agents; waits in seconds between them. */
function after({ strategy, gates = {}, policy = openPolicy }: Given, moves: (Observation | number)[]) {
  const terms: RolloutTerms = {
    id: rolloutId,
    strategy,
    gates: { ...defaultGates, ...gates },
    autoRevert: true,
    policy,
  };
  const candidates = [1, 2].map((n) => ({
    id: id(n),
    labels: {},
    target: "new",
    running: "old",
    runningReleaseId: null,
    latchedError: null,
  }));
  const created = createRollout(terms, planRollout(candidates, strategy), () => facts, start);
  const agents = new Map<AgentId, AgentProgress>(created.agents);
  let rollout: Rollout = { ...created, agents };
  let nowMs = start;
  const decisions: Decision[] = [];
  const see = (observation: Observation) => {
    const step = advance(rollout, observation, nowMs);
    applyStep(agents, step);
    rollout = { ...rollout, header: step.header };
    decisions.push(...step.decisions);
  };
  for (const move of moves) {
    if (typeof move === "number") {
      nowMs += move * 1000;
      see({ kind: "tick" });
    } else see(move);
  }
  const first = rollout.waves[0]?.[0] ?? id(1);
  return { explained: explainRollout(rollout.header, told, decisions, nowMs), first };
}

const begin: Observation = { kind: "start" };
const actor = { actor: "usr_ada", name: "Ada" };
const firstOf = (strategy: Strategy) => after({ strategy }, []).first;
const applied = (strategy: Strategy): Observation => ({
  kind: "status",
  agent: firstOf(strategy),
  hash: "new",
  status: "applied",
});
const failed = (strategy: Strategy): Observation =>
  ({ ...applied(strategy), status: "failed" }) as Observation;

test.each<[string, Given, (Observation | number)[], RegExp, RegExp | null]>([
  [
    "agents that have not answered",
    { strategy: canary },
    [begin],
    /1 agent of wave 1 to answer the offer/,
    /rollouts agents rol_\w+ --state offered/,
  ],
  [
    "a soak",
    { strategy: canary },
    [begin, applied(canary)],
    /1 agent of wave 1 to stay healthy for 10 s/,
    /--state applied/,
  ],
  [
    "a promotion",
    { strategy: canary },
    [begin, applied(canary), 11],
    /a person to promote it to wave 2/,
    /rollouts promote rol_/,
  ],
  [
    "a pause between waves",
    { strategy: rolling },
    [begin, applied(rolling), 11],
    /the pause before wave 2 to end/,
    /rollouts promote/,
  ],
  [
    "a person who paused it",
    { strategy: canary },
    [begin, { kind: "pause", ...actor }],
    /a person to resume it/,
    /rollouts resume/,
  ],
  [
    "a webhook",
    { strategy: canary, gates: { webhooks: [webhook] } },
    [begin],
    /https:\/\/ci\.example\.com\/gate to confirm \(attempt 1 of 3\)/,
    null,
  ],
  [
    "a freeze",
    { strategy: canary, policy: { ...openPolicy, freezes: [freeze] } },
    [begin],
    /frozen until 2026-11-20T13:00Z: stocktaking/,
    /override-freeze/,
  ],
  ["evidence", { strategy: canary }, [begin, 601], /more to judge by, or a person/, /rollouts promote/],
  [
    "room that nobody can promote into being",
    { strategy: oneAway },
    [begin, { kind: "offline", agent: firstOf(oneAway) }, 601, 601],
    /maxUnavailable allows 1/,
    null,
  ],
  ["a turn", { strategy: oneAway }, [begin], /1 agent of wave 1 to get a turn/, /--state waiting/],
  [
    "readings",
    { strategy: canary, gates: { metrics: [metric] } },
    [begin, applied(canary), 11],
    /more readings of 1 metric of wave 1/,
    null,
  ],
  [
    "files to be taken in",
    { strategy: { kind: "blue-green", activation: "automatic" } },
    [begin],
    /2 agents of wave 1 to take the files in and check them/,
    /--state staging/,
  ],
  [
    "the way back",
    { strategy: canary },
    [begin, applied(canary), { kind: "abort", ...actor }],
    /1 agent to confirm the way back/,
    /--state reverting/,
  ],
])("names what it waits on: %s", (_, given, moves, on, command) => {
  const { explained } = after(given, moves);
  const [first] = explained.waits;
  expect(first?.on).toMatch(on);
  if (command === null) expect(first?.action).toBeNull();
  else expect(first?.action?.command).toMatch(command);
});

test("says until when", () => {
  const { explained } = after({ strategy: rolling }, [begin, applied(rolling), 11]);
  expect(explained.waits[0]?.until).toBe("2026-11-20T12:05:11.000Z");
  const frozen = after({ strategy: canary, policy: { ...openPolicy, freezes: [freeze] } }, [begin]);
  expect(frozen.explained.waits[0]?.until).toBe("2026-11-20T13:00:00.000Z");
});

test("an approval that is waited for names who may", () => {
  const approval = {
    required: true,
    byAnother: true,
    verdict: null,
    by: null,
    person: null,
    comment: null,
    at: null,
  };
  const terms = { id: rolloutId, strategy: canary, gates: defaultGates, autoRevert: true };
  const { header } = createPending(terms, "awaiting_approval", start);
  const { waits, summary } = explainRollout(header, { ...told, approval }, [], start);
  expect(summary).toBe("The rollout of release 7 by Ada waits for an approval.");
  expect(waits[0]).toEqual({
    on: "another person than Ada to approve it, since the environment is protected",
    since: "2026-11-20T11:59:00.000Z",
    until: null,
    action: { label: "Approve it", command: `muster rollouts approve ${rolloutId}` },
  });
});

test("one that waits for its turn says for what, and how to take it back", () => {
  const terms = { id: rolloutId, strategy: canary, gates: defaultGates, autoRevert: true };
  const { header } = createPending(terms, "scheduled", start);
  const pending = { reason: "It starts at 2026-11-22T02:00Z", untilMs: Date.parse("2026-11-22T02:00Z") };
  const { waits } = explainRollout(header, { ...told, pending }, [], start);
  expect(waits[0]).toMatchObject({
    on: "it starts at 2026-11-22T02:00Z",
    until: "2026-11-22T02:00:00.000Z",
    action: { command: `muster rollouts abort ${rolloutId}` },
  });
});

test("one that has ended waits on nothing and tells what led to it, the newest first", () => {
  const { explained, first } = after({ strategy: canary }, [
    begin,
    failed(canary),
    { kind: "status", agent: firstOf(canary), hash: "old", status: "applied" },
  ]);
  expect(first).toBe(firstOf(canary));
  expect(explained.state).toBe("rolled_back");
  expect(explained.waits).toEqual([]);
  expect(explained.why.at(-1)?.text).toBe("Ada ordered release 7");
  const judged = explained.why.findIndex(({ text }) =>
    text.startsWith("The failures gate of wave 1 stopped it: 1 agent failed"),
  );
  expect(judged).toBeGreaterThanOrEqual(0);
  expect(explained.why[0]?.text).toBe("It was rolled back: its agents run again what they ran before");
  const times = explained.why.map(({ at }) => at ?? "");
  expect(times).toEqual([...times].sort().reverse());
});
