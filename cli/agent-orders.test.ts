import { afterEach, beforeEach, expect, it } from "vitest";
import { fakeId } from "./testing/bodies.ts";
import { fixtures } from "./testing/fixtures.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.server.close());

const order = () => world.sent("POST", "/agents/actions")?.body;

it("tells agents from labels among the words, and sends what is set, taken away and reset", async () => {
  await world.muster(["agents", "label", "web-1", "tier=edge=1", "canary-", "--reset", "region"]);
  expect(order()).toMatchObject({
    action: "label",
    agents: [fixtures.agent.id],
    labels: { tier: "edge=1", canary: null },
    resetLabels: ["region"],
    immediately: false,
  });
  await world.muster([
    "agents",
    "label",
    "--selector",
    "role=web",
    "tier=edge",
    "--batch",
    "10%",
    "--immediately",
  ]);
  expect(order()).toMatchObject({
    selector: "role=web",
    immediately: true,
    rollout: { strategy: { kind: "rolling", batch: "10%" } },
  });
});

it.each([
  [["tier=edge"], "Say which agents"],
  [["web-1", "--all", "tier=edge"], "Say which agents"],
  [["web-1"], "Say what to change"],
  [["web-1", "=x"], '"=x" names no label'],
])("refuses %j before anything is sent", async (words, message) => {
  const { code, stderr } = await world.muster(["agents", "label", ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(order()).toBeUndefined();
});

it("shows a plan of labels with what each agent has and gets", async () => {
  world.routes["POST /v1/fleets/*/agents/actions"] = () => ({
    body: {
      total: 1,
      nothing: 1,
      runsOther: 1,
      byRollout: true,
      maxUnavailable: null,
      agents: [
        {
          agentId: fixtures.agent.id,
          name: "web-1",
          does: "relabel",
          text: "The current release gives it other files by these labels",
          runs: "other",
          before: { role: "web" },
          after: { role: "db" },
        },
        {
          agentId: fakeId("agt", 2),
          name: "web-2",
          does: "nothing",
          text: "Its labels are so already",
          runs: "same",
          before: {},
          after: {},
        },
      ],
      warnings: [],
      planToken: "t",
    },
  });
  const { stdout } = await world.muster(["agents", "label", "--all", "role=db", "--dry-run"], {
    columns: 160,
  });
  expect(stdout).toMatch(/web-1 +relabel +role=web +role=db +The current release/);
  expect(stdout).toContain("1 of 2 agents, 1 of them with something else to run.");
  expect(stdout).toContain("A rollout of the current release changes the labels");
});

it("restarts one agent at once, and many in turn until the end", async () => {
  await world.muster(["agents", "restart", "web-1"]);
  expect(world.sent("POST", "/restart")?.path).toContain(fixtures.agent.id);
  expect(order()).toBeUndefined();
  const running = { ...fixtures.restart, state: "running", restarted: 0, waiting: 0, endedAt: null };
  world.routes["POST /v1/fleets/*/agents/actions"] = () => ({
    body: { ...fixtures.agentActionResult, restart: running },
  });
  const left = [{ agentId: fixtures.agent.id, name: "web-1", reason: "not back and healthy within 120 s" }];
  world.routes["GET /v1/fleets/*/restarts/*"] = () => ({
    body: { ...fixtures.restart, state: "failed", reason: "web-1 was not back", restarted: 0, left },
  });
  const { code, stdout } = await world.muster(["agents", "restart", "--all", "--wait", "--timeout", "2m"]);
  expect(order()).toMatchObject({ action: "restart", selector: "", timeoutSeconds: 120 });
  expect(code).toBe(1);
  expect(stdout).toContain("failed: web-1 was not back");
  expect(stdout).toContain("web-1: not back and healthy within 120 s");
  await world.muster(["agents", "restart", "web-1", "--timeout", "30s"]);
  expect(order()).toMatchObject({ action: "restart", agents: [fixtures.agent.id], timeoutSeconds: 30 });
});

it("renames an agent, and takes its own name again", async () => {
  await world.muster(["agents", "rename", "web-1", "front door"]);
  expect(world.sent("PATCH", fixtures.agent.id)?.body).toEqual({ name: "front door" });
  await world.muster(["agents", "rename", "web-1", "--reset"]);
  expect(world.sent("PATCH", fixtures.agent.id)?.body).toEqual({ name: null });
  const { code, stderr } = await world.muster(["agents", "rename", "web-1"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("either a new name or --reset")]);
});
