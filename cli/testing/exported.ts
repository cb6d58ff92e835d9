import { advance, applyStep } from "../../domain/rollouts/advance.ts";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import { createRollout, type Plan, type RolloutTerms } from "../../domain/rollouts/plan.ts";
import type { RolloutDocument } from "../../domain/rollouts/replay.ts";
import type { Decision, Observation } from "../../domain/rollouts/rollout.ts";
import { type LogEntry, toLogged } from "../../domain/rollouts/rollout-log.ts";
import { type RolloutExport, rolloutExport } from "../../protocol/api/rollouts.ts";
import { fakeId } from "./bodies.ts";

const createdAtMs = Date.parse("2026-11-21T09:00:00.000Z");
const agent = fakeId("agt");
const terms: RolloutTerms = {
  id: fakeId("rol"),
  strategy: { kind: "all-at-once" },
  gates: defaultGates,
  autoRevert: false,
};
const plan: Plan = [
  [
    {
      id: agent,
      change: "changed",
      target: "ab".repeat(32),
      previous: "",
      previousReleaseId: null,
      latchedError: null,
    },
  ],
];
const facts = {
  connected: true,
  healthy: true,
  revoked: false,
  deleted: false,
  canStage: false,
  report: null,
};
const observed: Observation[] = [
  { kind: "start" },
  { kind: "offline", agent },
  { kind: "abort", actor: "ada@example.com" },
];

/** What a fleet would have written of a small rollout that a person has stopped. */
export function exportedRollout(): RolloutExport {
  const created = createRollout(terms, plan, () => facts, createdAtMs);
  const agents = new Map(created.agents);
  let rollout = { ...created, agents };
  const log: LogEntry[] = [];
  const decisions: Decision[] = [];
  for (const [i, observation] of observed.entries()) {
    const atMs = createdAtMs + i * 1000;
    const step = advance(rollout, observation, atMs);
    applyStep(agents, step);
    rollout = { ...rollout, header: step.header };
    decisions.push(...step.decisions);
    const logged = toLogged(observation, () => 0);
    if (logged !== null) log.push([atMs, logged]);
  }
  const document: RolloutDocument = {
    terms,
    createdAtMs,
    plan,
    facts: [facts],
    log,
    truncated: false,
    decisions,
    final: {
      header: rollout.header,
      agents: [...agents.values()].map(({ state, error }) => ({ state, error })),
    },
  };
  return rolloutExport.parse({ format: "muster.rollout/1", rolloutId: terms.id, document });
}
