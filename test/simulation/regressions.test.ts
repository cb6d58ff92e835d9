/** The smallest schedules that broke a law once. */
import { expect, test } from "vitest";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import type { WebhookGate } from "../../domain/rollouts/rollout.ts";
import { domainFolder, loadEngine } from "./engine.ts";
import { play } from "./play.ts";
import type { AgentSetup, OrderSetup, Setup } from "./setup.ts";

const engine = await loadEngine(domainFolder);

function world(agent: Partial<AgentSetup>, order: Partial<OrderSetup>): Setup {
  return {
    agents: [
      {
        behaviour: "applies",
        meter: "honest",
        label: "a",
        connected: true,
        canStage: true,
        first: false,
        latched: false,
        current: false,
        ...agent,
      },
    ],
    orders: [
      {
        kind: "release",
        whom: "all",
        strategy: { kind: "all-at-once" },
        gates: defaultGates,
        autoRevert: true,
        startInSeconds: null,
        windows: [],
        onActive: "refuse",
        author: 0,
        ...order,
      },
    ],
    policies: [{ protected: false, windows: [], freezes: [] }],
  };
}

test("two systems must confirm and neither answers: no alarm rings without end", () => {
  const webhook: WebhookGate = {
    url: "https://gate.example/confirm",
    on: ["start"],
    timeoutSeconds: 10,
    attempts: 1,
    whenUnanswered: "hold",
  };
  const gates = { ...defaultGates, webhooks: [webhook, webhook] };
  expect(play(engine, world({}, { gates }), [])).toEqual({ ends: ["succeeded"], holds: ["inconclusive"] });
});

test("an agent falls sick while its wave waits for readings: no alarm rings without end", () => {
  const gates = {
    ...defaultGates,
    soakSeconds: 0,
    applyTimeoutSeconds: 60,
    progressDeadlineSeconds: 30,
    metrics: [
      { metric: "errors", as: "value" as const, per: null, max: null, min: 5, compare: null, minSamples: 2 },
    ],
  };
  const { ends } = play(engine, world({ behaviour: "sickens", meter: "is-silent" }, { gates }), [
    { kind: "frame", pick: 0 },
    { kind: "word", pick: 0 },
    { kind: "word", pick: 0 },
    { kind: "tick", pick: 0 },
    { kind: "tick", pick: 0 },
  ]);
  expect(ends).toHaveLength(1);
});
