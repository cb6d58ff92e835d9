/** The master key of a running pair of Workers is changed, as the guide says; real agents notice nothing of it. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { parseMasterKeys } from "../../domain/secrets/envelope.ts";
import type { Agent } from "../../protocol/api/agents.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { SecretsKey } from "../../protocol/api/secrets.ts";
import { root } from "../../scripts/runtime/paths.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

const value = "correct horse battery";
const stateDir = makeStateDir();
const keysFile = join(stateDir, "keys.json");
const folder = temporaryFolder();
const file = join(folder, "config.txt");
let runtime: RunningRuntime;
let tenant: Tenant;
let secret = "";
let config = "";
const agents: AgentProcess[] = [];

const ring = () =>
  parseMasterKeys((JSON.parse(readFileSync(keysFile, "utf8")) as { SECRETS_KEYS: string }).SECRETS_KEYS);

/** At the same port, so that the agents find it again; no cron job does what the test asks for. */
async function restart(change: () => void): Promise<void> {
  await runtime.stop();
  change();
  runtime = await startRuntime({ stateDir, port: runtime.port, cronIntervalMs: 3_600_000 });
}

const changeRing = (...args: string[]) =>
  execFileSync(process.execPath, [
    join(root, "scripts/rotate-master-key.ts"),
    ...["--keys", keysFile],
    ...args,
  ]);

const keysOf = () => tenant.call<SecretsKey>("GET", `/v1/orgs/${tenant.organization}/secrets-key`);

const online = (count: number) =>
  until(`${count} agents online`, async () => {
    const path = `/v1/fleets/${tenant.fleet}/agents?status=online`;
    const { items } = await tenant.call<{ items: Agent[] }>("GET", path);
    return items.length === count ? items : null;
  });

async function ended(rollout: Rollout): Promise<Rollout> {
  return until("the end of the rollout", async () => {
    const now = await tenant.rollout(rollout.id);
    return now.endedAt === null ? null : now;
  });
}

/** All that would be another if the agents had been given anything. */
async function untouched() {
  const [agent] = (await online(agents.length)).filter(({ name }) => name === "web-1");
  const { items } = await tenant.call<{ items: Rollout[] }>("GET", `/v1/fleets/${tenant.fleet}/rollouts`);
  const { ino, mtimeMs } = statSync(file);
  return {
    hashes: [agent?.config.wantedHash, agent?.config.reportedHash],
    rollouts: items.map(({ id }) => id),
    file: [ino, mtimeMs, readFileSync(file, "utf8")],
  };
}

async function startAgent(name: string, args: string[] = []): Promise<AgentProcess> {
  const token = await tenant.enrollmentToken(1);
  const agent = startAgentProcess({ url: runtime.url, token, name, args });
  agents.push(agent);
  await online(agents.length);
  return agent;
}

beforeAll(async () => {
  runtime = await startRuntime({ stateDir, cronIntervalMs: 3_600_000 });
  tenant = await signUpTenant(() => runtime);
  const { environmentId } = await tenant.call<{ environmentId: string }>("GET", `/v1/fleets/${tenant.fleet}`);
  const made = await tenant.call<{ id: string }>("POST", `/v1/environments/${environmentId}/secrets`, {
    name: "TOKEN",
    value,
  });
  secret = made.id;
  config = await tenant.createConfig("token", "token ${secret:TOKEN}\n");
  await startAgent("web-1", ["--config-dir", folder]);
  const { rollout } = await tenant.call<{ rollout: Rollout }>("POST", `/v1/fleets/${tenant.fleet}/rollouts`, {
    assignments: [{ config, version: 1 }],
    gates: { soakSeconds: 0 },
  });
  expect((await ended(rollout)).state).toBe("succeeded");
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await runtime?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

test("a new master key beside the old one, wrapped anew, then alone: nobody is sent anything", async () => {
  const before = await untouched();
  expect(before.file[2]).toBe(`token ${value}\n`);
  expect((await keysOf()).keys).toMatchObject([{ masterKeyId: "1", versions: 1 }]);

  await restart(() => changeRing());
  expect([ring().current, [...ring().keys.keys()]]).toEqual(["2", ["1", "2"]]);
  expect((await keysOf()).keys).toMatchObject([{ masterKeyId: "1" }]);
  await tenant.call("POST", `/v1/orgs/${tenant.organization}/secrets-key/rewrap`);
  const audit = `/v1/orgs/${tenant.organization}/audit-events?action=secrets_key.rewrap`;
  expect((await tenant.call<{ items: unknown[] }>("GET", audit)).items).toHaveLength(1);
  await until("the fleet is told", async () => (await keysOf()).fleetsBehind === 0);
  expect(await keysOf()).toMatchObject({ masterKeyId: "2", keys: [{ masterKeyId: "2", versions: 1 }] });

  await restart(() => changeRing("--drop", "1"));
  expect([...ring().keys.keys()]).toEqual(["2"]);
  expect(await untouched()).toEqual(before);

  // All that is known of the value now is what the new key guards.
  const newcomer = await startAgent("web-2");
  await until("the newcomer's file", () => newcomer.file("config.txt") === `token ${value}\n`);
  expect(await untouched()).toEqual(before);

  // And what is set from now on is sealed by the same data key.
  await tenant.call("POST", `/v1/secrets/${secret}/versions`, { value: "another horse" });
  const { rollout } = await tenant.call<{ rollout: Rollout }>("POST", `/v1/fleets/${tenant.fleet}/rollouts`, {
    assignments: [],
    keepOthers: true,
    refreshInputs: true,
    gates: { soakSeconds: 0 },
  });
  expect((await ended(rollout)).state).toBe("succeeded");
  expect(readFileSync(file, "utf8")).toBe("token another horse\n");
  expect((await keysOf()).keys).toMatchObject([{ masterKeyId: "2", versions: 2 }]);
});

test("without the master key that wrapped it, nothing opens: agents keep what they have, and people are told", async () => {
  await restart(() => {
    const keys = JSON.parse(readFileSync(keysFile, "utf8")) as Record<string, string>;
    const lost = JSON.stringify({ current: "3", keys: { 3: randomBytes(32).toString("hex") } });
    writeFileSync(keysFile, JSON.stringify({ ...keys, SECRETS_KEYS: lost }));
  });
  await online(2);
  const refused = tenant.call("POST", `/v1/secrets/${secret}/versions`, { value: "a third horse" });
  await expect(refused).rejects.toThrow(/answered 503.*master key 2.*SECRETS_KEYS/);
  const planned = tenant.call("POST", `/v1/fleets/${tenant.fleet}/rollouts`, {
    assignments: [],
    keepOthers: true,
    refreshInputs: true,
  });
  await expect(planned).rejects.toThrow(/master key 2/);
  expect(readFileSync(file, "utf8")).toBe("token another horse\n");
});
