/** Who runs other files than it was given, and what the fleet does about it. */
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { AgentId } from "../../domain/ids.ts";
import type { RolloutOrder } from "../../protocol/rpc/fleet.ts";
import type { FakeAgent, FakeAgentOptions } from "../../test/harness/fake-agent.ts";
import { type FleetWorld, fleetWorld, newId, until, value } from "../../test/harness/worker/fleet-world.ts";
import { ended, fileName, hashOf, order, rollOut } from "../../test/harness/worker/orders.ts";

type Files = Record<string, string>;

const shows = (agent: FakeAgent, files: Files): void => agent.say({ effectiveConfig: mapOf(files) });

const mapOf = (files: Files) => ({
  configMap: {
    configMap: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        { body: new TextEncoder().encode(text), contentType: "text/plain" },
      ]),
    ),
  },
});

/** Applies what it is offered and shows it, as Muster's own agent does. */
const honest: Partial<FakeAgentOptions> = {
  own: true,
  onConfig(agent, config) {
    agent.applied([...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    agent.say({ effectiveConfig: { configMap: config.config } });
  },
};

async function fleetOf(...agents: Partial<FakeAgentOptions>[]) {
  const world = await fleetWorld();
  const dialed = [];
  for (const [index, options] of agents.entries()) {
    const { agent } = await world.dial(world.token(), {
      identifying: { "service.name": "proxy", "service.instance.id": `agent-${index}` },
      ...options,
    });
    agent.hello();
    dialed.push(agent);
  }
  const { items } = await until(
    async () => value(await world.stub.listAgents(world.scope, { sort: "name", limit: 50 })),
    (page) => page.items.length === agents.length,
  );
  return { world, agents: dialed, ids: items.map(({ id }) => id as AgentId) };
}

async function runningFleet(content: string, ...agents: Partial<FakeAgentOptions>[]) {
  const fleet = await fleetOf(...agents);
  const first = order(content);
  await rollOut(fleet.world, first);
  await until(
    () => driftOf(fleet.world),
    ({ current }) => current.inSync === agents.length,
  );
  return { ...fleet, first };
}

const driftOf = async (world: FleetWorld) => value(await world.stub.fleetDrift(world.scope, { limit: 50 }));
const agentOf = async (world: FleetWorld, id: AgentId) => value(await world.stub.agentDrift(world.scope, id));
const eventsOf = async (world: FleetWorld) =>
  value(await world.stub.listEvents(world.scope, { limit: 200 }))
    .items.map(({ type }) => type)
    .reverse();
const drifted = (world: FleetWorld, count: number) =>
  until(
    () => driftOf(world),
    ({ current }) => current.drifted === count,
  );

const content = "# greeting\nhello\n";

describe("noticing", () => {
  it("tells since when, how badly, and that it has ended, and keeps it through an eviction", async () => {
    const { world, agents, ids } = await runningFleet(content, honest, honest);
    const [one] = agents as [FakeAgent, FakeAgent];
    const [id] = ids as [AgentId];
    shows(one, { [fileName]: "# greeting\nbye\n" });
    const seen = await drifted(world, 1);
    expect(seen.items).toMatchObject([
      {
        agentId: id,
        severity: "major",
        files: [{ name: fileName, change: "changed" }],
        repair: { kind: "tell" },
      },
    ]);
    expect(seen.current).toMatchObject({ inSync: 1, drifted: 1, major: 1, behind: 0, silent: 0 });
    expect(seen.desired.agents).toBe(2);

    await evictDurableObject(world.stub);
    const after = await agentOf(world, id);
    expect(after.drift?.since).toBe(seen.items[0]?.since);
    expect(after.files).toMatchObject([
      { name: fileName, state: "changed", desired: content, current: "# greeting\nbye\n" },
    ]);
    expect(after.files[0]?.diff).toContain("-hello\n+bye\n");
    const why = value(await world.stub.explainAgent(world.scope, id));
    expect(why.reasons.find(({ topic }) => topic === "drift")?.text).toContain(`${fileName} was changed`);
    expect(value(await world.stub.getAgent(world.scope, id)).drift).toMatchObject({ severity: "major" });

    shows(one, {});
    await until(
      () => agentOf(world, id),
      ({ drift }) => drift?.severity === "critical",
    );
    expect((await agentOf(world, id)).drift?.since).toBe(seen.items[0]?.since);
    shows(one, { [fileName]: "# greeting  \nhello\n\n" });
    await until(
      () => agentOf(world, id),
      ({ drift }) => drift?.severity === "minor",
    );
    shows(one, { [fileName]: content });
    await drifted(world, 0);
    const told = (await eventsOf(world)).filter((type) => type.includes("drift"));
    expect(told).toEqual([
      "agent.drifted",
      "fleet.drifted",
      "agent.drifted",
      "agent.drifted",
      "agent.drift_ended",
      "fleet.drift_ended",
    ]);
  });

  it("says nothing of a report that came before the agent applied what it runs", async () => {
    const { world, agents, ids } = await runningFleet(content, {
      ...honest,
      onConfig(agent, config) {
        agent.applied([...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
        if (agent.offers.length === 1) agent.say({ effectiveConfig: { configMap: config.config } });
      },
    });
    await rollOut(world, order("other\n"));
    expect(await agentOf(world, ids[0] as AgentId)).toMatchObject({ comparison: "none", drift: null });
    expect((await driftOf(world)).current).toMatchObject({ silent: 1, drifted: 0 });
    shows(agents[0] as FakeAgent, { [fileName]: content });
    await drifted(world, 1);
  });

  it("compares a client that reports in a form of its own with what it said when it applied", async () => {
    const merged = "exporters: {debug: {}}\nservice: {}\n";
    const { world, agents, ids } = await runningFleet(content, {
      onConfig(agent, config) {
        agent.applied([...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
        shows(agent, { "": merged });
      },
    });
    const [id, agent] = [ids[0] as AgentId, agents[0] as FakeAgent];
    expect(await agentOf(world, id)).toMatchObject({ comparison: "own_form", drift: null });
    shows(agent, { "": `${merged}# edited\n` });
    await drifted(world, 1);
    shows(agent, { "": merged });
    await drifted(world, 0);
  });

  it("does not take for drift that a client still says what it ran before when it says that it applied", async () => {
    const { world, agents, ids } = await runningFleet(content, {
      onConfig(agent, config) {
        agent.applied([...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
        if (agent.offers.length === 1) agent.say({ effectiveConfig: { configMap: config.config } });
        else shows(agent, { [fileName]: content });
      },
    });
    await rollOut(world, order("other\n"));
    const [id, agent] = [ids[0] as AgentId, agents[0] as FakeAgent];
    const early = await until(
      () => agentOf(world, id),
      ({ comparison }) => comparison === "own_form",
    );
    expect(early.drift).toBeNull();
    shows(agent, { [fileName]: "other\n" });
    await until(
      () => agentOf(world, id),
      ({ comparison }) => comparison === "files",
    );
    expect(await agentOf(world, id)).toMatchObject({ comparison: "files", drift: null });
    expect(await eventsOf(world)).not.toContain("agent.drifted");
  });

  it("forgets what a deleted agent had changed", async () => {
    const { world, agents, ids } = await runningFleet(content, honest);
    shows(agents[0] as FakeAgent, {});
    await drifted(world, 1);
    value(await world.stub.deleteAgent(world.scope, ids[0] as AgentId, "usr_ada"));
    expect((await driftOf(world)).current.drifted).toBe(0);
    expect(await eventsOf(world)).toContain("fleet.drift_ended");
  });

  it("says where a config should run, runs, and was changed", async () => {
    const { world, agents, ids, first } = await runningFleet(content, honest, honest);
    shows(agents[0] as FakeAgent, { [fileName]: "x" });
    await drifted(world, 1);
    const config = first.release.assignments[0]?.configId;
    expect(value(await world.stub.configDrift(world.scope, config as `cfg_${string}`))).toMatchObject({
      files: [fileName],
      versions: [{ version: 1, desired: 2, current: 2 }],
      drifted: [{ agentId: ids[0], severity: "major", version: 1 }],
    });
    expect(value(await world.stub.configDrift(world.scope, newId("config")))).toBeNull();
  });
});

const reapplying = ({ release }: RolloutOrder, agents: AgentId[], id = newId("rollout")): RolloutOrder => ({
  ...order("unused"),
  id,
  release,
  reapply: { agents, salt: id, byPolicy: false },
});

describe("giving files anew", () => {
  it("moves the drifted agents alone, by a hash that they never had, which stands for the same", async () => {
    const { world, agents, ids, first } = await runningFleet(content, honest, honest);
    const [one, other] = agents as [FakeAgent, FakeAgent];
    const [id] = ids as [AgentId, AgentId];
    shows(one, { [fileName]: "edited" });
    await drifted(world, 1);
    const again = reapplying(first, ids);
    const preview = value(await world.stub.previewRollout(world.scope, again));
    expect(preview).toMatchObject({ total: 1, unchanged: 0 });
    expect(preview.diffs.flatMap(({ files }) => files)).toEqual([]);
    await rollOut(world, again);
    await drifted(world, 0);
    expect(other.offers).toHaveLength(1);
    expect(one.offers).toHaveLength(2);
    expect(one.offers[1]).not.toBe(hashOf(content));
    await evictDurableObject(world.stub);

    expect((await driftOf(world)).current).toMatchObject({ inSync: 2, behind: 0 });
    expect(value(await world.stub.getAgent(world.scope, id)).config.state).toBe("in_sync");
    const same = { ...order("unused"), release: first.release };
    expect(value(await world.stub.previewRollout(world.scope, same))).toMatchObject({
      total: 2,
      unchanged: 2,
    });

    shows(one, { [fileName]: "edited again" });
    await drifted(world, 1);
    await rollOut(world, reapplying(first, [id]));
    await drifted(world, 0);
    expect(new Set(one.offers).size).toBe(3);

    const second = order("second\n");
    await rollOut(world, second);
    expect(one.offers.at(-1)).toBe(hashOf("second\n"));
    expect(other.offers.at(-1)).toBe(hashOf("second\n"));
    await rollOut(world, { ...second, id: newId("rollout"), revertOf: second.id });
    expect(other.offers.at(-1)).toBe(hashOf(content));
    expect((await driftOf(world)).current).toMatchObject({ inSync: 2, drifted: 0, behind: 0 });
  });

  it("is refused where nobody drifted, and takes nothing back", async () => {
    const { world, agents, ids, first } = await runningFleet(content, honest);
    const refused = await world.stub.startRollout(world.scope, reapplying(first, ids));
    expect(refused).toMatchObject({ ok: false, refusal: { code: "plan_impossible" } });
    shows(agents[0] as FakeAgent, {});
    await drifted(world, 1);
    const again = reapplying(first, ids);
    await rollOut(world, again);
    const back = { ...again, id: newId("rollout"), revertOf: again.id };
    const { reapply: _, ...revert } = back;
    expect(await world.stub.startRollout(world.scope, revert)).toMatchObject({ ok: false });
  });

  it("leaves an agent on what it ran before when the files are refused now", async () => {
    const { world, agents, ids, first } = await runningFleet(content, {
      ...honest,
      onConfig(agent, config) {
        const hash = [...config.configHash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        if (agent.offers.length > 1) return agent.failed(hash, "port in use");
        agent.applied(hash);
        agent.say({ effectiveConfig: { configMap: config.config } });
      },
    });
    shows(agents[0] as FakeAgent, { [fileName]: "edited" });
    await drifted(world, 1);
    const again = reapplying(first, ids);
    value(await world.stub.startRollout(world.scope, again));
    expect(await ended(world, again.id)).not.toBe("succeeded");
    expect((await driftOf(world)).current.drifted).toBe(1);
    expect((await driftOf(world)).desired.releaseId).toBe(first.release.id);
  });
});

describe("by policy", () => {
  it("asks once for a repair under an id, counts it, and gives way to a refusal", async () => {
    const { world, agents, first, ids } = await runningFleet(content, honest, honest);
    value(await world.stub.setDriftPolicy(world.scope, "reapply", 1));
    value(await world.stub.setDriftPolicy(world.scope, "tell", 1));
    expect((await driftOf(world)).policy).toBe("reapply");
    for (const agent of agents) shows(agent, { [fileName]: "edited" });
    await drifted(world, 2);
    const { order: placed } = await until(
      () => driftOf(world),
      (seen) => seen.order !== null,
    );
    expect(placed).toMatchObject({ policy: "reapply", agents: 2 });
    await evictDurableObject(world.stub);
    expect((await driftOf(world)).order).toEqual(placed);

    const id = placed?.rolloutId as RolloutOrder["id"];
    await rollOut(world, {
      ...reapplying(first, ids, id),
      reapply: { agents: ids, salt: id, byPolicy: true },
    });
    await drifted(world, 0);
    shows(agents[0] as FakeAgent, { [fileName]: "edited again" });
    const { items, order: next } = await drifted(world, 1);
    expect(next).toBeNull();
    expect(items[0]?.repair).toMatchObject({ kind: "reapply", attempts: 1 });
    const waitMs = Date.parse(items[0]?.repair.at ?? "") - Date.parse(placed?.at ?? "");
    expect(waitMs).toBe(5 * 60_000);
    value(await world.stub.refuseRepair(world.scope, newId("rollout"), "of another order"));
    expect((await driftOf(world)).policy).toBe("reapply");
  });

  it("does not choose between agents that changed one file in two ways", async () => {
    const { world, agents } = await runningFleet(content, honest, honest);
    value(await world.stub.setDriftPolicy(world.scope, "accept", 1));
    shows(agents[0] as FakeAgent, { [fileName]: "one" });
    shows(agents[1] as FakeAgent, { [fileName]: "two" });
    const { items } = await drifted(world, 2);
    expect(items.map(({ repair }) => repair.kind)).toEqual(["tell", "tell"]);
    expect(items[0]?.repair.text).toContain("in another form");
  });
});
