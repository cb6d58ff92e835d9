import fc from "fast-check";
import { expect, test } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import { advance, applyStep } from "../../domain/rollouts/advance.ts";
import { countStates, failureCount, sumCounts } from "../../domain/rollouts/counts.ts";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import { parsePercent, resolveCount } from "../../domain/rollouts/gates.ts";
import type { Observation, Rollout, Step } from "../../domain/rollouts/rollout.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import { type Setup, type SimulatedAgent, SimulatedFleet, target } from "./fleet.ts";
import { type Move, make, moves, settle, setup } from "./schedule.ts";

const runs = Number(process.env.MUSTER_SIMULATION_RUNS ?? 1500);
const seed = Number(process.env.MUSTER_SIMULATION_SEED ?? 20261121);

const open = new Set(["waiting", "offered", "applying", "applied"]);

function checkCounters({ header, agents }: Rollout): void {
  expect(header.totals).toEqual(countStates([...agents.values()].map((agent) => agent.state)));
  header.waves.forEach((wave, index) => {
    const members = [...agents.values()].filter((agent) => agent.wave === index);
    expect(wave.counts).toEqual(countStates(members.map((agent) => agent.state)));
  });
  expect(header.started).toEqual(
    sumCounts(header.waves.slice(0, header.wave + 1).map((wave) => wave.counts)),
  );
}

/** Law 1, and that nobody is offered the candidate twice without a cause: only one that was away and came back. */
function checkInFlight(fleet: SimulatedFleet, before: Rollout, step: Step): void {
  const { header, agents } = fleet.rollout;
  const offered = step.effects.flatMap((effect) => (effect.kind === "offer" ? effect.agents : []));
  expect(new Set(offered).size, "offered twice in one step").toBe(offered.length);
  for (const id of offered) {
    const was = before.agents.get(id);
    expect(was?.wave).toBe(header.wave);
    expect(was?.offeredAt === null || was?.connected === false, "offered again without a cause").toBe(true);
  }
  if (header.strategy.kind !== "rolling" || header.wave < 0) return;
  const changing = [...agents.values()].filter((agent) => agent.state !== "unchanged").length;
  const inFlight = [...agents.values()].filter(
    (agent) => agent.wave === header.wave && agent.offeredAt !== null && open.has(agent.state),
  ).length;
  expect(inFlight).toBeLessThanOrEqual(resolveCount(header.strategy.batch, changing));
}

/** Law 2: by a simple count over the agents, not by the engine's counters. */
function checkGate(before: Rollout, fleet: SimulatedFleet): void {
  const { header, agents } = fleet.rollout;
  header.waves.forEach((wave, index) => {
    if (index < header.wave) expect(wave.verdict).toBe("passed");
    if (wave.verdict !== "passed" || before.header.waves[index]?.verdict === "passed") return;
    const states = [...agents.values()].filter((agent) => agent.wave === index).map((agent) => agent.state);
    expect(states.filter((state) => open.has(state))).toEqual([]);
    const judged = [...agents.values()].filter((agent) => agent.wave <= index);
    const failures = failureCount(countStates(judged.map((agent) => agent.state)));
    const { maxFailures } = header.gates;
    if (typeof maxFailures === "number") expect(failures).toBeLessThanOrEqual(maxFailures);
    else {
      const reported = judged.filter(
        (agent) => !["waiting", "unreachable", "unchanged"].includes(agent.state),
      );
      expect(failures * 100).toBeLessThanOrEqual(parsePercent(maxFailures) * reported.length);
    }
  });
}

function checkStep(fleet: SimulatedFleet, observation: Observation, before: Rollout, step: Step): void {
  checkCounters(fleet.rollout);
  checkInFlight(fleet, before, step);
  checkGate(before, fleet);
  if (isTerminal(before.header.state)) {
    expect(step.effects, "law 3: a terminal rollout emits nothing").toEqual([]);
    expect(step.changes.size).toBe(0);
    expect(step.header).toEqual(before.header);
  }
  if (before.header.aborted) {
    expect(
      step.effects.filter((effect) => effect.kind === "offer"),
      "law 7",
    ).toEqual([]);
  }
  // Resumed into a gate that holds: a second resume is a person's answer to that gate.
  if (observation.kind === "resume" && fleet.rollout.header.hold === "inconclusive") return;
  const again = advance(fleet.rollout, observation, fleet.nowMs);
  expect(again.effects, `law 4: ${observation.kind} twice`).toEqual([]);
  expect(
    [...again.changes].filter(([id, progress]) => !equal(progress, fleet.rollout.agents.get(id))),
  ).toEqual([]);
}

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function checkEnd(fleet: SimulatedFleet): void {
  const { header, agents } = fleet.rollout;
  if (!isTerminal(header.state)) {
    expect(header.state, "law 5").toBe("paused");
    expect(header.reason).not.toBeNull();
    return;
  }
  expect(
    fleet.candidateFrames.filter((frame) => frame.afterAbort),
    "law 7: no candidate frame after an acknowledged abort",
  ).toEqual([]);
  const offered = new Set<AgentId>(fleet.candidateFrames.map((frame) => frame.agent));
  const isBack = (agent: SimulatedAgent) => agent.running === fleet.original.get(agent.id);
  for (const agent of fleet.agents) {
    const progress = agents.get(agent.id);
    if (!offered.has(agent.id))
      expect(isBack(agent), "an agent that was never offered is as it was").toBe(true);
    if (progress?.state === "reverted") expect(isBack(agent), "law 6").toBe(true);
    if (header.state === "rolled_back" && !agent.revoked && offered.has(agent.id)) {
      expect(progress?.state, "law 6: nobody who was reached is left out").toBe("reverted");
    }
    if (header.state === "succeeded" && progress?.state === "verified" && !agent.revoked) {
      expect(agent.running).toBe(target);
    }
  }
  if (header.state === "cancelled") expect(header.aborted).toBe(true);
}

test("laws 1 to 7 hold on every schedule", { timeout: 120_000 }, () => {
  const ends = new Map<string, number>();
  console.log(`simulation: seed ${seed}, ${runs} schedules (MUSTER_SIMULATION_SEED, MUSTER_SIMULATION_RUNS)`);
  fc.assert(
    fc.property(setup, moves, (world, schedule) => {
      const fleet = new SimulatedFleet(world, checkStep);
      fleet.observe({ kind: "start" });
      for (const one of schedule) make(fleet, one);
      settle(fleet);
      if (fleet.rollout.header.hold === "person") {
        fleet.observe({ kind: "resume", actor: "usr_a" });
        settle(fleet);
      }
      checkEnd(fleet);
      const end = fleet.rollout.header.hold ?? fleet.rollout.header.state;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }),
    { seed, numRuns: runs },
  );
  console.log(`simulation: ends ${JSON.stringify(Object.fromEntries([...ends].sort()))}`);
  for (const state of ["succeeded", "failed", "cancelled", "rolled_back", "rollback_incomplete"]) {
    expect(ends.get(state), `some schedule ends ${state}`).toBeGreaterThan(0);
  }
});

test("law 4: the order of unrelated acks does not matter", () => {
  const ack = fc.record({
    agent: fc.nat({ max: 5 }),
    status: fc.constantFrom("applying" as const, "applied" as const),
  });
  fc.assert(
    fc.property(fc.array(ack, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (acks, picks) => {
      const play = (order: typeof acks) => {
        const fleet = new SimulatedFleet(
          {
            agents: Array.from({ length: 6 }, () => ({
              behaviour: "applies" as const,
              connected: true,
              first: false,
              latched: false,
              current: false,
            })),
            strategy: { kind: "all-at-once" },
            gates: {
              ...defaultGates,
              soakSeconds: 10,
              maxFailures: 0,
              applyTimeoutSeconds: 60,
              progressDeadlineSeconds: 300,
            },
            autoRevert: true,
          },
          () => {},
        );
        fleet.observe({ kind: "start" });
        for (const { agent, status } of order) {
          const id = fleet.agents[agent]?.id as AgentId;
          fleet.observe({ kind: "status", agent: id, hash: target, status });
        }
        return { header: fleet.rollout.header, agents: [...fleet.rollout.agents] };
      };
      const queues = Map.groupBy(acks, (one) => one.agent);
      const shuffled: typeof acks = [];
      for (const pick of picks) {
        const left = [...queues.values()].filter((queue) => queue.length > 0);
        if (left.length === 0) break;
        shuffled.push((left[pick % left.length] as typeof acks).shift() as (typeof acks)[number]);
      }
      expect(play(shuffled)).toEqual(play(acks));
    }),
    { seed, numRuns: 300 },
  );
});

test("a step leaves the state that it was given as it was", () => {
  fc.assert(
    fc.property(setup, moves, (world, schedule) => {
      const fleet = new SimulatedFleet(world, (_fleet, _observation, before, step) => {
        const header = JSON.stringify(before.header);
        const map = new Map(before.agents);
        applyStep(map, step);
        expect(JSON.stringify(before.header)).toBe(header);
      });
      fleet.observe({ kind: "start" });
      for (const one of schedule) make(fleet, one);
    }),
    { seed, numRuns: 100 },
  );
});

test("losing memory after every single step changes nothing in the end", { timeout: 120_000 }, () => {
  const play = (world: Setup, schedule: Move[], evicts: boolean) => {
    const fleet = new SimulatedFleet(world, (played) => {
      if (evicts && !isTerminal(played.rollout.header.state)) played.evict();
    });
    fleet.tickSeconds = 5;
    fleet.observe({ kind: "start" });
    for (const one of schedule) make(fleet, one);
    settle(fleet);
    const { header, agents } = fleet.rollout;
    return {
      state: header.state,
      hold: header.hold,
      agents: [...agents].map(([id, { state, offeredAt }]) => [
        id,
        // Who was never offered anything is "waiting" or "unreachable" by when the memory was lost.
        offeredAt === null && (state === "waiting" || state === "unreachable") ? "not reached" : state,
      ]),
      running: fleet.agents.map((agent) => agent.running),
      offers: fleet.candidateFrames.length,
    };
  };
  fc.assert(
    fc.property(setup, moves, (world, schedule) => {
      expect(play(world, schedule, true)).toEqual(play(world, schedule, false));
    }),
    { seed, numRuns: Math.ceil(runs / 3) },
  );
});
