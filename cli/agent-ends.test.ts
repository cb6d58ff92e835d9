import { afterEach, beforeEach, expect, it } from "vitest";
import { fixtures } from "./testing/fixtures.ts";
import { startWorld, type World } from "./testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.routes["POST /v1/fleets/*/agents/actions"] = ({ query }) =>
    query.dryRun ? { body: plan } : { status: 201, body: result };
});
afterEach(() => world.server.close());

const plan = {
  total: 1,
  nothing: 0,
  runsOther: 0,
  byRollout: false,
  maxUnavailable: null,
  agents: [
    {
      agentId: fixtures.agent.id,
      name: "web-1",
      does: "revoke",
      text: "Its connection and its credential end",
      runs: "same",
      before: {},
      after: {},
    },
  ],
  warnings: [],
  planToken: "as-seen",
};
const result = { agents: 1, rolloutId: null, restart: null, receipt: fixtures.agentAction.receipt };

it("revokes the very agents that it looked up, and with --dry-run none", async () => {
  const dry = await world.muster(["agents", "revoke", "--selector", "role=web", "--dry-run"]);
  expect(dry.stdout).toContain("It cannot be undone. Nothing was changed.");
  expect(world.sent("POST", "/agents/actions")?.body).toEqual({ action: "revoke", selector: "role=web" });
  const { code } = await world.muster(["agents", "revoke", "--selector", "role=web", "--yes"]);
  expect(code).toBe(0);
  expect(world.sent("POST", "/agents/actions")?.body).toEqual({
    action: "revoke",
    selector: "role=web",
    planToken: "as-seen",
  });
});

it("decommissions several by name with the reason, under the plan that was given", async () => {
  const line = ["agents", "decommission", "--all", "--reason", "sold", "--stop", "--yes"];
  await world.muster([...line, "--plan-token", "older"]);
  expect(world.sent("POST", "/agents/actions")?.body).toEqual({
    action: "decommission",
    selector: "",
    reason: "sold",
    keepRunning: false,
    planToken: "older",
  });
});

it("asks before it ends any, and needs to know which", async () => {
  const asked = await world.muster(["agents", "revoke", "--all"]);
  expect(asked.stderr).toContain("Pass --yes to revoke");
  expect(world.sent("POST", "/agents/actions")?.body).toEqual({ action: "revoke", selector: "" });
  expect((await world.muster(["agents", "decommission"])).stderr).toContain("Say which agents");
});
