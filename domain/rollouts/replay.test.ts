import { expect, test } from "vitest";
import type { AgentId } from "../ids.ts";
import { advance, applyStep } from "./advance.ts";
import { defaultGates } from "./defaults.ts";
import { type AgentFacts, createRollout, planRollout, type RolloutTerms } from "./plan.ts";
import type { AgentProgress } from "./progress.ts";
import { type RolloutDocument, replay } from "./replay.ts";
import type { Decision, Observation, Rollout } from "./rollout.ts";
import { type LogEntry, snapshotOf, toLogged } from "./rollout-log.ts";

const start = Date.parse("2026-11-20T12:00Z");
const id = (n: number): AgentId => `agt_${String(n).padStart(26, "0")}`;
const facts: AgentFacts = {
  connected: true,
  healthy: true,
  revoked: false,
  deleted: false,
  canStage: true,
  report: null,
};
const terms: RolloutTerms = {
  id: "rol_00000000000000000000000000",
  strategy: { kind: "canary", steps: [{ agents: 1 }], promotion: "manual", pauseSeconds: 0 },
  gates: { ...defaultGates, soakSeconds: 10 },
  autoRevert: true,
};

/** A canary over four agents, which keeps its log as the fleet does. */
function record() {
  const plan = planRollout(
    [1, 2, 3, 4].map((n) => ({
      id: id(n),
      labels: {},
      target: "new",
      running: "old",
      runningReleaseId: null,
      latchedError: null,
    })),
    terms.strategy,
  );
  const created = createRollout(terms, plan, () => facts, start);
  const places = new Map(plan.flat().map((agent, place) => [agent.id, place]));
  const agents = new Map<AgentId, AgentProgress>(created.agents);
  let rollout: Rollout = { ...created, agents };
  const log: LogEntry[] = [];
  const decisions: Decision[] = [];
  let nowMs = start;
  return {
    members: plan.map((wave) => wave.map((agent) => agent.id)),
    see(observation: Observation, options: { logged: boolean } = { logged: true }) {
      const step = advance(rollout, observation, nowMs);
      applyStep(agents, step);
      rollout = { ...rollout, header: step.header };
      decisions.push(...step.decisions);
      const entry = toLogged(observation, (agent) => places.get(agent));
      if (entry && options.logged) log.push([nowMs, entry]);
    },
    pass(seconds: number) {
      nowMs += seconds * 1000;
    },
    restore() {
      log.push([nowMs, { restored: snapshotOf(rollout, created.agents) }]);
    },
    document: (): RolloutDocument =>
      // It travels as JSON.
      structuredClone(
        JSON.parse(
          JSON.stringify({
            terms,
            createdAtMs: start,
            plan,
            facts: plan.flat().map(() => facts),
            log,
            truncated: false,
            decisions,
            final: {
              header: rollout.header,
              agents: plan.flat().map((agent) => {
                const { state, error } = agents.get(agent.id) as AgentProgress;
                return { state, error };
              }),
            },
          }),
        ) as RolloutDocument,
      ),
  };
}

const applied = (agent: AgentId): Observation => ({ kind: "status", agent, hash: "new", status: "applied" });

function play(options: { lose: boolean } = { lose: false }): RolloutDocument {
  const run = record();
  const [first = [], rest = []] = run.members;
  run.see({ kind: "start" });
  for (const agent of first) run.see(applied(agent));
  run.pass(11);
  run.see({ kind: "tick" });
  run.see({ kind: "promote", actor: "usr_ada", name: "Ada" });
  run.pass(1);
  for (const agent of rest) run.see(applied(agent), { logged: !options.lose });
  if (options.lose) {
    run.pass(1);
    run.restore();
  }
  run.pass(11);
  run.see({ kind: "tick" });
  return run.document();
}

test("a whole log leads to the same state, agents and decisions", () => {
  const document = play();
  expect(document.final.header.state).toBe("succeeded");
  const { same, steps, gaps, differences } = replay(document);
  expect(differences).toEqual([]);
  expect({ same, steps, gaps }).toEqual({ same: true, steps: document.log.length, gaps: [] });
});

test("where memory was lost it goes on from what was stored, and tells the gap", () => {
  const document = play({ lose: true });
  expect(document.final.header.state).toBe("succeeded");
  const { same, gaps } = replay(document);
  expect(same).toBe(true);
  expect(gaps).toEqual([
    {
      fromMs: start + 11_000,
      toMs: start + 13_000,
      text: "memory was lost; it goes on from the stored rows",
    },
  ]);
});

test("a snapshot in parts is one", () => {
  const document = play({ lose: true });
  const log = document.log.flatMap(([atMs, entry]): LogEntry[] => {
    if (!("restored" in entry)) return [[atMs, entry]];
    const { restored } = entry;
    expect(restored.agents.length).toBeGreaterThan(1);
    return restored.agents.map((agent, index) => [
      atMs,
      { restored: { ...restored, agents: [agent] }, ...(index > 0 && { continued: true }) },
    ]);
  });
  const { differences, gaps } = replay({ ...document, log });
  expect(differences).toEqual([]);
  expect(gaps).toHaveLength(1);
});

test("a snapshot holds only what differs from the start", () => {
  const document = play({ lose: true });
  const [, restored] = document.log.find(([, entry]) => "restored" in entry) ?? [];
  if (!restored || !("restored" in restored)) throw new Error("no snapshot was kept");
  for (const [, changed] of restored.restored.agents) {
    expect(Object.keys(changed)).not.toContain("target");
    expect(Object.keys(changed)).toContain("state");
  }
});

test.each<[string, (document: RolloutDocument) => void, string]>([
  ["the state", ({ final }) => Object.assign(final.header, { state: "failed" }), "state"],
  ["an agent's state", ({ final }) => Object.assign(final.agents[2] ?? {}, { state: "failed" }), `state of `],
  [
    "a wave's verdict",
    ({ final }) => Object.assign(final.header.waves[1] ?? {}, { verdict: "failed" }),
    "verdict of wave 2",
  ],
  [
    "a decision's input",
    ({ decisions }) => Object.assign(decisions[0]?.inputs ?? {}, { verified: 99 }),
    "decision 1",
  ],
  [
    "a decision that was never made",
    ({ decisions }) => decisions.splice(1, 0, { ...(decisions[0] as Decision), gate: "made-up" }),
    "decision 2",
  ],
  ["a decision that is missing", ({ decisions }) => decisions.pop(), "one decision more"],
  ["an observation that is missing", ({ log }) => log.splice(log.length - 1, 1), "state"],
])("finds that %s is not the same", (_, spoil, what) => {
  const document = play();
  spoil(document);
  const { same, differences } = replay(document);
  expect(same).toBe(false);
  expect(differences.map((one) => one.what).join("\n")).toContain(what);
});

test("of a log that was full, only what it holds is compared", () => {
  const document = play();
  const kept = { ...document, log: document.log.slice(0, 2), truncated: true };
  const { same, gaps, steps } = replay(kept);
  expect({ same, steps }).toEqual({ same: true, steps: 2 });
  expect(gaps[0]?.text).toBe("the log was full after 2 entries");
});

test("a document that contradicts itself is refused", () => {
  const document = play();
  expect(() => replay({ ...document, log: [[start, { kind: "offline", agent: 99 }]] })).toThrow(/place 99/);
});
