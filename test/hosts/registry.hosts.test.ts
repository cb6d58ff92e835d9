/** A real registry: a release pins what a tag stands for, and the agent is given the app by that digest. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../agent/testing/greeter-agent.ts";
import type { Agent, AgentDetail } from "../../protocol/api/agents.ts";
import type { Release, StartedRollout } from "../../protocol/api/rollouts.ts";
import type { RunningRuntime } from "../../scripts/runtime/spawn.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-registry-"));
let host: string;
let registry: ChildProcess;
let runtime: RunningRuntime;
let tenant: Tenant;
let agent: AgentProcess;

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

async function put(path: string, text: string, type: string): Promise<Response> {
  return fetch(`http://${host}${path}`, { method: "PUT", body: text, headers: { "content-type": type } });
}

async function upload(name: string, text: string): Promise<{ size: number; digest: string }> {
  const begun = await fetch(`http://${host}/v2/${name}/blobs/uploads/`, { method: "POST" });
  const place = new URL(begun.headers.get("location") ?? "", `http://${host}`);
  place.searchParams.set("digest", sha256(text));
  const ended = await put(`${place.pathname}${place.search}`, text, "application/octet-stream");
  expect(ended.status).toBe(201);
  return { size: text.length, digest: sha256(text) };
}

/** An image that differs by `note`; answers the digest that the registry gave it. */
async function push(name: string, tag: string, note: string): Promise<string> {
  const type = "application/vnd.docker.distribution.manifest.v2+json";
  const config = await upload(name, JSON.stringify({ architecture: "amd64", os: "linux", note }));
  const layer = await upload(name, `layer of ${note}`);
  const manifest = {
    schemaVersion: 2,
    mediaType: type,
    config: { mediaType: "application/vnd.docker.container.image.v1+json", ...config },
    layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", ...layer }],
  };
  const pushed = await put(`/v2/${name}/manifests/${tag}`, JSON.stringify(manifest), type);
  expect(pushed.status, await pushed.text()).toBe(201);
  return pushed.headers.get("docker-content-digest") ?? "";
}

beforeAll(async () => {
  const port = await freePort();
  host = `127.0.0.1:${port}`;
  const file = join(folder, "config.yml");
  writeFileSync(
    file,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nhttp: {addr: "${host}"}\n`,
  );
  registry = spawn("docker-registry", ["serve", file], { stdio: "ignore" });
  await new Promise((resolve, reject) => {
    registry.once("spawn", resolve);
    registry.once("error", () =>
      reject(new Error("docker-registry is missing: npm run test:hosts installs the Debian package")),
    );
  });
  await until("the registry answers", () =>
    fetch(`http://${host}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  runtime = await startRuntime({ vars: { WEBHOOK_ALLOWED_HOSTS: host } });
  tenant = await signUpTenant(runtime);
  agent = startAgentProcess({ url: runtime.url, token: await tenant.enrollmentToken(1), name: "host-1" });
});

afterAll(async () => {
  await agent?.stop();
  await runtime?.stop();
  registry?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const release = async (body: object) =>
  (await tenant.call<Release>("POST", `/v1/fleets/${tenant.fleet}/releases`, body)).assignments[0]?.image;

test("pins, hands out, keeps, and takes anew what a tag stands for", async () => {
  const first = await push("team/shop", "1", "first");
  const ref = `${host}/team/shop:1`;
  const { id } = await tenant.call<{ id: string }>("POST", `/v1/projects/${tenant.project}/configs`, {
    name: "shop",
    kind: "container",
    content: `image: {ref: "${ref}"}\nprocesses:\n  web: {replicas: 2}\n`,
  });
  const agentId = await until("the agent is online", async () => {
    const { items } = await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`);
    return items.find(({ status }) => status === "online")?.id;
  });
  const { rollout } = await tenant.call<StartedRollout>("POST", `/v1/fleets/${tenant.fleet}/rollouts`, {
    assignments: [{ config: id }],
    gates: { soakSeconds: 0 },
  });
  await until("the rollout succeeds", async () => (await tenant.rollout(rollout.id)).state === "succeeded");
  const given = await until("the agent reports the app", async () => {
    const { effectiveConfig } = await tenant.call<AgentDetail>("GET", `/v1/agents/${agentId}`);
    return effectiveConfig?.find(({ name }) => name === "app.json");
  });
  expect(JSON.parse(given.content ?? "")).toEqual({
    image: { ref: `${ref}@${first}` },
    processes: { web: { replicas: 2 } },
  });

  const second = await push("team/shop", "1", "second");
  expect(second).not.toBe(first);
  const other = await tenant.createConfig("other", "hello\n");
  const beside = await tenant.call<Release>("POST", `/v1/fleets/${tenant.fleet}/releases`, {
    assignments: [{ config: other }],
    keepOthers: true,
  });
  expect(beside.assignments.find(({ configId }) => configId === id)?.image?.digest).toBe(first);
  expect(await release({ assignments: [{ config: id }] })).toEqual({ ref, digest: second });
  expect(
    await release({ assignments: [], keepOthers: true, refreshInputs: true, packages: [] }).catch(String),
  ).toEqual({ ref, digest: second });
});

test("says what a registry does not have", async () => {
  const { id } = await tenant.call<{ id: string }>("POST", `/v1/projects/${tenant.project}/configs`, {
    name: "none",
    kind: "container",
    content: `image: {ref: "${host}/team/none:1"}\nprocesses:\n  web:\n`,
  });
  await expect(release({ assignments: [{ config: id }] })).rejects.toThrow(
    /none version 1: the image .* the registry does not have it/,
  );
});
