import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  agentDiagram,
  agentTransitions,
  rolloutDiagram,
  rolloutTransitions,
  seldomTable,
  type Transition,
} from "../../domain/rollouts/diagram.ts";
import { collectTransitions } from "./transitions.ts";

const seed = Number(process.env.MUSTER_SIMULATION_SEED ?? 20261121);
const seen = collectTransitions({ seed, runs: 20_000 });

const written = (transitions: readonly Transition<string>[]) =>
  transitions.filter(({ kind }) => kind !== "fleet").map(({ from, to }) => `${from}>${to}`);

test.each([
  ["a rollout", rolloutTransitions, seen.rollout],
  ["an agent", agentTransitions, seen.agent],
])("every change that the engine makes of %s is written down, and the other way round", (_, all, found) => {
  expect(new Set(written(all)).size, "each is written once").toBe(
    all.filter(({ kind }) => kind !== "fleet").length,
  );
  expect([...found.keys()].sort()).toEqual(written(all).sort());
});

test.each([
  ["a rollout", rolloutTransitions],
  ["an agent", agentTransitions],
])(
  "what happens of %s over several steps at once is made of single ones",
  (_, all: readonly Transition<string>[]) => {
    const steps = all.filter(({ kind }) => kind !== "several");
    for (const { from, to } of all.filter(({ kind }) => kind === "several")) {
      const reached = new Set([from]);
      for (const state of reached) {
        for (const step of steps) if (step.from === state) reached.add(step.to);
      }
      expect(reached, `${from} leads to ${to}`).toContain(to);
    }
  },
);

test("the guide shows them as they are", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/rollouts.md"), "utf8");
  expect(guide).toContain(`\`\`\`mermaid\n${rolloutDiagram}\n\`\`\``);
  expect(guide).toContain(`\`\`\`mermaid\n${agentDiagram}\n\`\`\``);
  expect(guide).toContain(seldomTable);
});
