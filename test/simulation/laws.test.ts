import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import { domainFolder, loadEngine } from "./engine.ts";
import { SimulatedFleet, type Watch } from "./fleet.ts";
import { play } from "./play.ts";
import { moves, setup } from "./schedule.ts";
import { settle } from "./settle.ts";
import type { AgentSetup, OrderSetup, Setup } from "./setup.ts";
import { targetOf } from "./setup.ts";
import { simulate } from "./simulate.ts";
import { startJob } from "./start-job.ts";
import { type Move, make, wake } from "./world.ts";

const engine = await loadEngine(domainFolder);
const schedules = 5_000;
const jobs = 2;
const unwatched: Watch = { stepped: () => {}, started: () => {}, sends: () => {} };

test("every law holds on every schedule", { timeout: 300_000 }, async () => {
  console.log(`simulation: seeds 1 to ${schedules}; more of them: npm run simulate -- --seeds <number>`);
  const share = schedules / jobs;
  const reports = await Promise.all(
    Array.from({ length: jobs }, (_, job) =>
      startJob(["--seed", `${1 + job * share}`, "--seeds", `${share}`]),
    ),
  );
  const failures = reports.flatMap((report) => report.failures);
  for (const { seed, path, text } of failures) {
    console.log(`${text}\n  again: npm run simulate -- --seed ${seed} --path ${path}`);
  }
  expect(failures.map(({ seed, law }) => `seed ${seed}: ${law}`)).toEqual([]);
  expect(reports.reduce((sum, report) => sum + report.played, 0)).toBe(schedules);
  for (const state of ["succeeded", "failed", "cancelled", "rolled_back", "rollback_incomplete"]) {
    const times = reports.reduce((sum, report) => sum + (report.ends[state] ?? 0), 0);
    expect(times, `rollouts that ended ${state}`).toBeGreaterThan(50);
  }
});

test("a seed is one schedule, bit for bit", () => {
  const play = (seed: number) => {
    const played: unknown[] = [];
    expect(simulate(engine, seed, { onPlayed: (one) => played.push(one) })).toBeNull();
    return played;
  };
  for (let seed = 1; seed <= 20; seed++) expect(play(seed)).toEqual(play(seed));
});

const plainAgent: AgentSetup = {
  behaviour: "applies",
  meter: "honest",
  label: "a",
  connected: true,
  canStage: true,
  first: false,
  latched: false,
  current: false,
};
const plainOrder: OrderSetup = {
  kind: "release",
  whom: "all",
  strategy: { kind: "all-at-once" },
  gates: defaultGates,
  autoRevert: true,
  startInSeconds: null,
  windows: [],
  onActive: "refuse",
  author: 0,
};

test("law 4: the order of unrelated acks does not matter", () => {
  const ack = fc.record({
    agent: fc.nat({ max: 5 }),
    status: fc.constantFrom("applying" as const, "applied" as const),
  });
  const world: Setup = {
    agents: Array.from({ length: 6 }, () => plainAgent),
    orders: [plainOrder],
    policies: [{ protected: false, windows: [], freezes: [] }],
  };
  fc.assert(
    fc.property(fc.array(ack, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (acks, picks) => {
      const hear = (order: typeof acks) => {
        const fleet = new SimulatedFleet(engine, world, unwatched);
        make(fleet, { kind: "order", pick: 0 });
        for (const { agent, status } of order) {
          const id = fleet.agents[agent]?.id;
          if (id) fleet.commit(() => fleet.heardStatus(id, { hash: targetOf(0), status }));
        }
        return { header: fleet.rollout?.header, agents: [...(fleet.rollout?.agents ?? [])] };
      };
      const queues = [...Map.groupBy(acks, (one) => one.agent).values()];
      const shuffled: typeof acks = [];
      for (const pick of picks) {
        const left = queues.filter((queue) => queue.length > 0);
        if (left.length === 0) break;
        const next = left[pick % left.length]?.shift();
        if (next) shuffled.push(next);
      }
      expect(hear(shuffled)).toEqual(hear(acks));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("a step leaves the state that it was given as it was", () => {
  fc.assert(
    fc.property(setup, moves, (world, schedule) => {
      const frozen = {
        ...engine,
        advance: (...[rollout, observation, nowMs]: Parameters<typeof engine.advance>) => {
          const before = JSON.stringify([rollout.header, [...rollout.agents]]);
          const step = engine.advance(rollout, observation, nowMs);
          expect(JSON.stringify([rollout.header, [...rollout.agents]])).toBe(before);
          return step;
        },
      };
      play(frozen, world, schedule);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("law 8: no clock but the one that is passed in decides", () => {
  const { now } = Date;
  Date.now = () => {
    throw new Error("somebody looked at the machine's clock");
  };
  try {
    for (let seed = 1; seed <= 100; seed++) {
      const [example] = fc.sample(fc.tuple(setup, moves), { seed, numRuns: 1 });
      if (example) play(engine, ...example);
    }
  } finally {
    Date.now = now;
  }
});

/** Faults that the two runs to compare do not share. */
const memoryMoves = new Set<Move["kind"]>(["evict", "crash", "fail-commit", "step-back", "reading"]);

test("losing memory after every single step changes nothing in the end", { timeout: 120_000 }, () => {
  const outcome = (world: Setup, schedule: readonly Move[], evicts: boolean) => {
    const fleet = new SimulatedFleet(engine, world, unwatched);
    const forget = () => {
      if (evicts) fleet.evict();
    };
    make(fleet, { kind: "order", pick: 0 });
    forget();
    for (const move of schedule) {
      if (memoryMoves.has(move.kind)) continue;
      // Reading the rows back looks at the time as an alarm does, so here no alarm is late.
      if (move.kind === "tick") fleet.wallMs += 5_000;
      else make(fleet, move);
      if (move.kind === "tick" || move.kind === "pass") wake(fleet);
      forget();
    }
    settle(fleet, { answers: true });
    return {
      ends: fleet.rows.rollouts.map((kept) => [
        kept.header.state,
        // Who was never offered anything waits or is unreachable by when the memory was lost.
        kept.final?.map(({ state }) => (state === "unreachable" ? "waiting" : state)),
      ]),
      state: fleet.rollout?.header.state,
      running: fleet.agents.map((agent) => agent.running),
      sent: fleet.sent,
    };
  };
  fc.assert(
    fc.property(setup, moves, (world, schedule) => {
      const unread = world.orders.map((order) => ({ ...order, gates: { ...order.gates, metrics: [] } }));
      const lossy = outcome({ ...world, orders: unread }, schedule, true);
      expect(lossy).toEqual(outcome({ ...world, orders: unread }, schedule, false));
    }),
    { seed: 1, numRuns: 500 },
  );
});
