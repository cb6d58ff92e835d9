/** The metadata store is away for a while: a running rollout goes on, and what happened reaches the history once. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../protocol/api/agents.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type HranaServer, startHranaServer } from "../harness/hrana-server.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

const stateDir = makeStateDir();
const database = join(stateDir, "metadata.db");
const names = ["web-1", "web-2", "web-3"];
let store: HranaServer;
let runtime: RunningRuntime;
let tenant: Tenant;
let agents: AgentProcess[] = [];

beforeAll(async () => {
  store = await startHranaServer(database);
  runtime = await startRuntime({
    stateDir,
    vars: { DATABASE_URL: store.url, DATABASE_AUTH_TOKEN: store.authToken },
  });
  tenant = await signUpTenant(runtime);
  const token = await tenant.enrollmentToken(names.length);
  agents = names.map((name) => startAgentProcess({ url: runtime.url, token, name }));
  await until("every agent is online", async () => {
    const { items } = await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`);
    return (
      items.filter(({ status, credential }) => status === "online" && credential === "agent").length ===
      names.length
    );
  });
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await runtime?.stop();
  await store?.stop();
});

test("agents take the rest of the rollout while the store is down, and the history catches up, once", async () => {
  const config = await tenant.createConfig("settings", "round: 0\n");
  const rollout = await tenant.rollOut(config, "round: 1\n", {
    strategy: { kind: "rolling", batch: 1, pauseSeconds: 2 },
    gates: { soakSeconds: 0 },
  });
  await until("the first agent has the config", () =>
    agents.some((agent) => agent.file("config.txt") !== null),
  );
  const { url } = store;
  await store.stop();
  const answer = await fetch(`${runtime.url}/v1/rollouts/${rollout.id}`, {
    headers: { authorization: tenant.authorization() },
  });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await answer.json()).toMatchObject({ code: "unavailable", retryable: true });
  await until("every agent has the config, without the store", () =>
    agents.every((agent) => agent.file("config.txt") === "round: 1\n"),
  );

  store = await startHranaServer(database, Number(new URL(url).port));
  const history = await until("the rollout's end reaches the history", async () => {
    const { items } = await tenant.call<{ items: FleetEvent[] }>(
      "GET",
      `/v1/orgs/${tenant.organization}/events?limit=200`,
    );
    return items.some(({ type }) => type === "rollout.succeeded") && items;
  });
  expect(new Set(history.map(({ id }) => id)).size).toBe(history.length);
  const count = (type: string) => history.filter((event) => event.type === type).length;
  expect([count("rollout.started"), count("rollout.wave_passed"), count("rollout.succeeded")]).toEqual([
    1,
    names.length,
    1,
  ]);
  expect((await tenant.rollout(rollout.id)).state).toBe("succeeded");
});
