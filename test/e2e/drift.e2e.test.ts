/** Somebody edits the files of a real agent by hand, against the real runtime: what each policy does about it. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import type { AgentDrift, FleetDrift } from "../../protocol/api/drift.ts";
import type { EventsPage } from "../../protocol/api/events.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";

const content = "greeting: ${var:GREETING:-hello}\nport: 80\n";
const rendered = "greeting: hello\nport: 80\n";
const folders = [temporaryFolder(), temporaryFolder()] as const;
const files = folders.map((folder) => join(folder, "site.yaml")) as [string, string];

let runtime: RunningRuntime;
let accessToken = "";
let fleet = "";
let config = "";
const agents: AgentProcess[] = [];

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${runtime.url}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

const driftWhere = (what: string, holds: (drift: FleetDrift) => boolean) =>
  until(
    `${what}; the agents' logs:\n${agents.map((agent) => agent.log()).join("\n")}`,
    async () => {
      const drift = await api<FleetDrift>("GET", `/v1/fleets/${fleet}/drift`);
      return holds(drift) ? drift : null;
    },
    60_000,
  );

const onDisk = (index: 0 | 1) => readFileSync(files[index], "utf8");

const rolloutEnds = (id: string) =>
  until(
    "the end of the rollout",
    async () => {
      const now = await api<Rollout>("GET", `/v1/rollouts/${id}`);
      return ["succeeded", "failed", "rolled_back", "cancelled"].includes(now.state) ? now : null;
    },
    60_000,
  );

beforeAll(async () => {
  runtime = await startRuntime();
  const signUp = await signUpByMail(runtime, {
    email: "ops@example.com",
    password: "a long enough password",
    organizationName: "Example",
  });
  accessToken = signUp.accessToken;
  fleet = signUp.created.fleet;
  const { secret } = await api<{ secret: string }>("POST", `/v1/fleets/${fleet}/enrollment-tokens`, {
    name: "web",
    maxUses: 2,
  });
  for (const [index, folder] of folders.entries()) {
    const args = ["--config-dir", folder];
    agents.push(startAgentProcess({ url: runtime.url, token: secret, name: `web-${index + 1}`, args }));
  }
  const made = await api<{ id: string }>("POST", `/v1/projects/${signUp.created.project}/configs`, {
    name: "site",
    kind: "file",
    content,
  });
  config = made.id;
  await until(
    "two agents",
    async () => {
      const { items } = await api<{ items: unknown[] }>("GET", `/v1/fleets/${fleet}/agents`);
      return items.length === 2 ? items : null;
    },
    60_000,
  );
  const { rollout } = await api<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config, version: 1, selector: "", fileName: "site.yaml" }],
    gates: { soakSeconds: 0 },
  });
  expect((await rolloutEnds(rollout.id)).state).toBe("succeeded");
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await runtime?.stop();
});

test("tell: an edit on the host shows, with a diff, and nothing touches the file", async () => {
  await driftWhere("both in sync", ({ current }) => current.inSync === 2);
  writeFileSync(files[0], "greeting: hello\nport: 81\n");
  const seen = await driftWhere("one drifted agent", ({ current }) => current.drifted === 1);
  expect(seen).toMatchObject({ policy: "tell", desired: { releaseNumber: 1, agents: 2 }, order: null });
  const [one] = seen.items;
  expect(one).toMatchObject({ name: "web-1", severity: "major", repair: { kind: "tell" } });
  const detail = await api<AgentDrift>("GET", `/v1/agents/${one?.agentId}/drift`);
  expect(detail.files).toMatchObject([
    { name: "site.yaml", configName: "site", version: 1, state: "changed" },
  ]);
  expect(detail.files[0]?.diff).toContain("-port: 80\n+port: 81\n");
  expect(onDisk(0)).toContain("81");

  rmSync(files[0]);
  await driftWhere("a missing file", ({ current }) => current.critical === 1);
  writeFileSync(files[0], rendered);
  await driftWhere("nobody drifted", ({ current }) => current.drifted === 0 && current.inSync === 2);
  const { items } = await api<EventsPage>("GET", `/v1/fleets/${fleet}/events?limit=200`);
  const types = items.map(({ type }) => type);
  expect(types).toContain("agent.drifted");
  expect(types).toContain("agent.drift_ended");
});

test("reapply: the file comes back by a rollout for that agent alone", async () => {
  await api("PATCH", `/v1/fleets/${fleet}`, { driftPolicy: "reapply" });
  writeFileSync(files[0], "greeting: bye\nport: 80\n");
  const { order } = await driftWhere("an order", (drift) => drift.order !== null);
  expect(order).toMatchObject({ policy: "reapply", agents: 1 });
  await driftWhere("nobody drifted", ({ current }) => current.drifted === 0 && current.inSync === 2);
  expect(onDisk(0)).toBe(rendered);
  const rollout = await rolloutEnds(order?.rolloutId ?? "");
  expect(rollout).toMatchObject({ state: "succeeded", total: 1, releaseNumber: 1 });
  expect(rollout.author).toContain("Drift policy");

  writeFileSync(files[0], "greeting: again\nport: 80\n");
  const again = await driftWhere("drift again", ({ current }) => current.drifted === 1);
  expect(again.items[0]?.repair).toMatchObject({ kind: "reapply", attempts: 1 });
  expect(Date.parse(again.items[0]?.repair.at ?? "")).toBeGreaterThan(Date.parse(order?.at ?? "") + 299_000);
  const { rollout: asked } = await api<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/drift/reapply`, {
    gates: { soakSeconds: 0 },
  });
  expect((await rolloutEnds(asked.id)).state).toBe("succeeded");
  expect(onDisk(0)).toBe(rendered);
});

test("accept: what somebody changed becomes a version that everybody gets, with its placeholders", async () => {
  await driftWhere("nobody drifted", ({ current }) => current.drifted === 0);
  await api("PATCH", `/v1/fleets/${fleet}`, { driftPolicy: "accept" });
  writeFileSync(files[1], "greeting: hello\nport: 8080\n");
  await until("the other agent's file", async () => (onDisk(0).includes("8080") ? true : null), 60_000);
  const after = await driftWhere("nobody drifted", ({ current }) => current.inSync === 2);
  expect(after.desired.releaseNumber).toBe(2);
  const version = await api<{ content: string; message: string; author: string }>(
    "GET",
    `/v1/configs/${config}/versions/2`,
  );
  expect(version.content).toBe("greeting: ${var:GREETING:-hello}\nport: 8080\n");
  expect(version.author).toContain("Drift policy");

  // A new policy begins to count anew.
  await api("PATCH", `/v1/fleets/${fleet}`, { driftPolicy: "tell" });
  await api("PATCH", `/v1/fleets/${fleet}`, { driftPolicy: "accept" });
  writeFileSync(files[1], "greeting: hey\nport: 8080\n");
  const refused = await driftWhere("a refusal", ({ items }) =>
    (items[0]?.repair.text ?? "").includes("line 1 is filled in"),
  );
  expect(refused.items[0]).toMatchObject({ name: "web-2", severity: "major", repair: { attempts: 1 } });
  expect(onDisk(1)).toContain("hey");
  expect(onDisk(0)).toContain("hello");
});
