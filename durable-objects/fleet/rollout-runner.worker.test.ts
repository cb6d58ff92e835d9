import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { emptyConfigHash } from "../../domain/configs/render.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import { defaultGates } from "../../domain/rollouts/defaults.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { FakeAgent } from "../../test/harness/fake-agent.ts";
import {
  type DialedAgent,
  type FleetWorld,
  fleetWorld,
  until,
  value,
} from "../../test/harness/worker/fleet-world.ts";
import {
  agentsOf,
  applies,
  ended,
  failsOn,
  hashOf,
  isSilent,
  order,
} from "../../test/harness/worker/orders.ts";

const running = async (world: FleetWorld, id: AgentId) =>
  value(await world.stub.getAgent(world.scope, id)).config;

test("moves every agent, makes the release current, and gives it to newcomers", async () => {
  const world = await fleetWorld();
  const agents = await agentsOf(world, [applies, applies, applies]);
  const first = order("hello");
  const preview = value(await world.stub.previewRollout(world.scope, first));
  expect(preview).toMatchObject({ total: 3, unchanged: 0, warnings: [] });
  expect(preview.waves[0]?.agents.map((agent) => agent.change)).toEqual(["changed", "changed", "changed"]);

  const started = value(
    await world.stub.startRollout(world.scope, { ...first, planToken: preview.planToken }),
  );
  expect(started.state).toBe("running");
  const end = await ended(world, first.id);
  expect(end).toMatchObject({ state: "succeeded", total: 3, counts: { verified: 3 }, live: true });
  expect(end.waves).toMatchObject([{ number: 1, state: "passed", size: 3 }]);
  expect(end.decisions?.map((decision) => decision.verdict)).toContain("pass");
  for (const one of agents) {
    expect(one.agent.offers).toEqual([hashOf("hello")]);
    expect(await running(world, one.id)).toMatchObject({ state: "in_sync", releaseId: first.release.id });
  }
  expect(value(await world.stub.summary(world.scope))).toMatchObject({
    activeRolloutId: null,
    currentReleaseId: first.release.id,
  });

  const newcomer = await world.dial(world.token());
  newcomer.agent.hello();
  await until(
    () => newcomer.agent.offers,
    (offers) => offers.length === 1,
  );
  expect(newcomer.agent.offers).toEqual([hashOf("hello")]);

  expect(value(await world.stub.startRollout(world.scope, first)).state, "the same order again").toBe(
    "succeeded",
  );
  const again = order("hello");
  value(await world.stub.startRollout(world.scope, again));
  const unchanged = await ended(world, again.id);
  expect(unchanged).toMatchObject({ state: "succeeded", counts: { unchanged: 4 } });
  const explained = value(await world.stub.explainAgent(world.scope, agents[0]?.id as AgentId));
  expect(explained.release).toMatchObject({ id: again.release.id });
  expect(explained.summary).toContain("is online. It runs config");
  expect(agents[0]?.agent.offers).toEqual([hashOf("hello")]);
});

test("a config that fails is undone, and never offered to that agent again", async () => {
  const world = await fleetWorld();
  const bad = hashOf("bad");
  const agents = await agentsOf(world, [applies, failsOn(bad), applies]);
  const good = order("good");
  value(await world.stub.startRollout(world.scope, good));
  expect((await ended(world, good.id)).state).toBe("succeeded");

  const wrong = order("bad");
  value(await world.stub.startRollout(world.scope, wrong));
  const end = await ended(world, wrong.id);
  expect(end.state).toBe("rolled_back");
  expect(end.reason).toContain("1 agent failed");
  for (const one of agents) {
    expect(one.agent.status?.hash, "back at what it ran").toBe(hashOf("good"));
    expect(await running(world, one.id)).toMatchObject({ state: "in_sync", wantedHash: hashOf("good") });
  }
  const listed = value(await world.stub.rolloutAgents(world.scope, wrong.id, { limit: 2 }));
  expect(listed.items).toHaveLength(2);
  const rest = value(
    await world.stub.rolloutAgents(world.scope, wrong.id, { limit: 2, cursor: listed.nextCursor ?? "" }),
  );
  const all = [...listed.items, ...rest.items];
  expect(all.map((agent) => agent.state)).toEqual(["reverted", "reverted", "reverted"]);
  expect(all.find((agent) => agent.agentId === agents[1]?.id)?.error).toBe("line 3: unknown keyword");

  const explained = value(await world.stub.explainAgent(world.scope, agents[1]?.id as AgentId));
  expect(explained.latched).toMatchObject([{ hash: bad, error: "line 3: unknown keyword" }]);
  expect(explained.matched).toMatchObject([{ configName: "greeting", selector: "" }]);
  expect(explained.rollout).toMatchObject({ id: wrong.id, agentState: "reverted", startedBy: "Ada" });
  expect(explained.reasons.map((reason) => reason.text).join(" ")).toContain("line 3: unknown keyword");

  const offersBefore = agents.map((one) => one.agent.offers.length);
  const stubborn = order("bad");
  const preview = value(await world.stub.previewRollout(world.scope, stubborn));
  expect(preview.waves.flatMap((wave) => wave.agents).filter((one) => one.change === "latched")).toHaveLength(
    1,
  );
  expect(preview.warnings.join(" ")).toContain("failed with this very config before");
  value(await world.stub.startRollout(world.scope, stubborn));
  expect(await ended(world, stubborn.id)).toMatchObject({
    state: "failed",
    counts: { rejected: 1, waiting: 2 },
  });
  expect(agents.map((one) => one.agent.offers.length)).toEqual(offersBefore);
});

test("the first release of a fleet is undone to no files at all", async () => {
  const world = await fleetWorld();
  const agents = await agentsOf(world, [applies, failsOn(hashOf("bad"))]);
  const wrong = order("bad");
  value(await world.stub.startRollout(world.scope, wrong));
  expect((await ended(world, wrong.id)).state).toBe("rolled_back");
  expect(agents[0]?.agent.offers).toEqual([hashOf("bad"), emptyConfigHash]);
  expect(agents[1]?.agent.offers, "it refused the only config that it ever saw").toEqual([hashOf("bad")]);
  expect(value(await world.stub.summary(world.scope)).currentReleaseId).toBeNull();
});

test("after an acknowledged abort nobody is offered the release any more", async () => {
  const world = await fleetWorld();
  const agents = await agentsOf(
    world,
    Array.from({ length: 6 }, () => (agent: FakeAgent, hash: string) => {
      if (hash !== hashOf("candidate")) agent.applied(hash);
    }),
  );
  const base = order("base");
  value(await world.stub.startRollout(world.scope, base));
  await ended(world, base.id);
  const candidate = order("candidate", {
    strategy: { kind: "rolling", batch: 2, pauseSeconds: 0, maxUnavailable: null, rate: null },
  });
  value(await world.stub.startRollout(world.scope, candidate));
  const reached = () => agents.filter((one) => one.agent.offers.includes(hashOf("candidate")));
  await until(reached, (some) => some.length === 2);

  const refused = await world.stub.startRollout(world.scope, order("third"));
  expect(refused).toMatchObject({ ok: false, refusal: { code: "rollout_active" } });
  expect(refused.ok || refused.refusal.detail).toContain(candidate.id);

  const acknowledged = value(await world.stub.abortRollout(world.scope, candidate.id, "usr_ada"));
  expect(["rolling_back", "rolled_back"]).toContain(acknowledged.state);
  const offersAtAck = reached().length;
  for (const one of agents) one.agent.heartbeat();
  const late = reached()[0] as DialedAgent;
  late.agent.applied(hashOf("candidate"));
  const end = await until(
    async () => value(await world.stub.getRollout(world.scope, candidate.id)),
    (rollout) => isTerminal(rollout.state) && late.agent.status?.hash === hashOf("base"),
  );
  expect(end.state).toBe("rolled_back");
  expect(reached().length).toBe(offersAtAck);
  for (const one of agents)
    expect(one.agent.offers.filter((hash) => hash === hashOf("candidate")).length).toBeLessThanOrEqual(1);
  const again = await world.stub.abortRollout(world.scope, candidate.id, "usr_ada");
  expect(again, "the same abort again").toMatchObject({ ok: true });
  const tooLate = await world.stub.abortRollout(world.scope, base.id, "usr_ada");
  expect(tooLate).toMatchObject({ ok: false, refusal: { code: "rollout_finished" } });
});

test("an abort without return sends nothing, and keeps what an agent finishes afterwards", async () => {
  const world = await fleetWorld();
  const agents = await agentsOf(world, [isSilent, isSilent]);
  const candidate = order("candidate", { autoRevert: false });
  value(await world.stub.startRollout(world.scope, candidate));
  await until(
    () => agents,
    (all) => all.every((one) => one.agent.offers.length === 1),
  );
  const acknowledged = value(await world.stub.abortRollout(world.scope, candidate.id, "usr_ada"));
  expect(acknowledged.state).toBe("cancelled");
  const [late, other] = agents as [DialedAgent & { id: AgentId }, DialedAgent & { id: AgentId }];
  late.agent.applied(hashOf("candidate"));
  await until(
    () => running(world, late.id),
    (config) => config.state === "in_sync",
  );
  other.agent.heartbeat();
  expect(agents.map((one) => one.agent.offers.length)).toEqual([1, 1]);
  expect(await running(world, other.id)).toMatchObject({ state: "none", wantedHash: null });
});

test("refuses a plan token once the fleet has moved", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const first = order("hello");
  const { planToken } = value(await world.stub.previewRollout(world.scope, first));
  const newcomer = await world.dial(world.token());
  newcomer.agent.hello();
  await until(
    async () => value(await world.stub.summary(world.scope)).counts.total,
    (total) => total === 2,
  );
  const answer = await world.stub.startRollout(world.scope, { ...first, planToken });
  expect(answer).toMatchObject({ ok: false, refusal: { code: "plan_outdated" } });
});

test("names the agent and the file when two assignments contradict each other, and the selector that cannot be read", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const twice = order("hello");
  const [assignment] = twice.release.assignments;
  if (!assignment) throw new Error("the order has an assignment");
  twice.release.assignments.push({ ...assignment, configName: "other" });
  const conflict = await world.stub.previewRollout(world.scope, twice);
  expect(conflict).toMatchObject({ ok: false, refusal: { code: "plan_impossible" } });
  expect(conflict.ok || conflict.refusal.detail).toContain(
    "Agent agent-0: greeting v1 (every agent) and other v1",
  );
  const unreadable = await world.stub.previewRollout(world.scope, order("hello", {}, "role="));
  expect(unreadable).toMatchObject({
    ok: false,
    refusal: { code: "validation_failed", errors: [{ path: "assignments[0].selector" }] },
  });
});

test("a pause holds the next wave until it is resumed", async () => {
  const world = await fleetWorld();
  const agents = await agentsOf(world, [applies, applies, applies]);
  const slow = order("hello", {
    strategy: { kind: "rolling", batch: 1, pauseSeconds: 0.2, maxUnavailable: null, rate: null },
  });
  value(await world.stub.startRollout(world.scope, slow));
  const paused = value(await world.stub.pauseRollout(world.scope, slow.id, "usr_ada"));
  expect(paused.state).toBe("paused");
  const reached = agents.filter((one) => one.agent.offers.length > 0).length;
  expect(reached).toBeLessThan(3);
  const resumed = value(await world.stub.resumeRollout(world.scope, slow.id, "usr_ada"));
  expect(resumed.state).toBe("running");
  expect(await ended(world, slow.id)).toMatchObject({ state: "succeeded", counts: { verified: 3 } });
});

test.each(["hibernate", "close"] as const)(
  "losing memory again and again (sockets: %s) changes nothing in the end",
  { timeout: 30_000 },
  async (webSockets) => {
    const world = await fleetWorld();
    const bad = hashOf("bad");
    const agents = await agentsOf(world, [applies, applies, failsOn(bad), applies]);
    const dialAgain = async () => {
      for (const one of agents) {
        if (webSockets === "hibernate") continue;
        const { socket } = await world.redial(one.agent, world.token());
        one.socket = socket;
        one.agent.sequence = 0;
        one.agent.hello();
      }
    };
    const rolling = {
      strategy: { kind: "rolling" as const, batch: 2, pauseSeconds: 0, maxUnavailable: null, rate: null },
      gates: {
        ...defaultGates,
        // A broken connection starts the soak anew, and here it breaks all the time.
        soakSeconds: webSockets === "close" ? 0 : 0.3,
        maxFailures: 0,
        applyTimeoutSeconds: 30,
        progressDeadlineSeconds: 30,
      },
    };
    const drive = async (id: RolloutId) => {
      await until(
        async () => {
          await evictDurableObject(world.stub, { webSockets });
          await dialAgain();
          return value(await world.stub.getRollout(world.scope, id));
        },
        (rollout) => isTerminal(rollout.state),
      );
      return value(await world.stub.getRollout(world.scope, id));
    };
    const good = order("good", rolling);
    value(await world.stub.startRollout(world.scope, good));
    expect(await drive(good.id)).toMatchObject({ state: "succeeded", counts: { verified: 4 } });
    const wrong = order("bad", rolling);
    value(await world.stub.startRollout(world.scope, wrong));
    const end = await drive(wrong.id);
    expect(end.state).toBe("rolled_back");
    for (const one of agents) {
      await until(
        () => one.agent.status?.hash,
        (hash) => hash === hashOf("good"),
      );
      expect(one.agent.offers.filter((hash) => hash === bad).length).toBeLessThanOrEqual(1);
    }
    const detail = value(await world.stub.getRollout(world.scope, wrong.id));
    expect(detail.decisions?.at(-1)).toMatchObject({ verdict: "fail", gate: "failures" });
  },
);

test("keeps the files of what agents run and may go back to, and drops the rest", async () => {
  const world = await fleetWorld();
  await agentsOf(world, [applies]);
  const contents = Array.from({ length: 13 }, (_, n) => `file ${n}`);
  for (const content of contents) {
    const next = order(content);
    value(await world.stub.startRollout(world.scope, next));
    expect((await ended(world, next.id)).state).toBe("succeeded");
  }
  const kept = await runInDurableObject(world.stub, (_object, state) =>
    state.storage.sql
      .exec<{ content: string }>("SELECT content FROM contents")
      .toArray()
      .map((row) => row.content),
  );
  expect(kept.sort(), "those of the newest ten rollouts' agents").toEqual(contents.slice(2).sort());
});
