/** A planted secret, with the real runtime and a real agent: no file that either Worker keeps has it, nor any answer. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import type { Agent } from "../../protocol/api/agents.ts";
import type { FleetDrift } from "../../protocol/api/drift.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { SecretUsage } from "../../protocol/api/secrets.ts";
import { mailsTo, type SignedUp, signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";

const lines = ['-----BEGIN "Th1rd" KEY-----', "l'ínea-zweite+//Zeile\\", "-----END-----pl4nted"];
const values = ["Zx9-pl4nted+needle/<&>", "Second-pl4nted\tneedle?=%", lines.join("\n")] as const;
const basic = (value: string) => Buffer.from(`user:${value}`).toString("base64");
const needles = [...values, ...lines].flatMap((value) => [
  value,
  JSON.stringify(value).slice(1, -1),
  Buffer.from(value).toString("base64"),
  Buffer.from(value).toString("base64url"),
  Buffer.from(value).toString("hex"),
  basic(value),
  encodeURIComponent(value),
]);
/** As workerd keeps texts that are no Latin-1 where it keeps values instead of rows. */
const wide = values.map((value) => Buffer.from(value, "utf16le"));

/** Checks a file as careless programs do: what it cannot use it repeats. */
const checker = `
import { readFileSync } from "node:fs";
const text = readFileSync(process.argv[2], "utf8");
if (/refuse/.test(text)) {
  console.error("cannot use " + text);
  console.error(JSON.stringify({ text, basic: Buffer.from("user:" + text.match(/token: (.*)/)[1]).toString("base64") }));
  process.exit(1);
}`;

const stateDir = makeStateDir();
const logFile = join(temporaryFolder(), "runtime.log");
const host = temporaryFolder();
let runtime: RunningRuntime;
let signedUp: SignedUp;
let agent: AgentProcess;
/** Its files name no secret. */
let plain: AgentProcess;
/** Every answer that was given, whatever it was asked for. */
const answers: string[] = [];

const leaksIn = (paths: readonly string[]): string[] =>
  paths.filter((path) => {
    const bytes = readFileSync(path);
    return [...needles, ...wide].some((needle) => bytes.includes(needle));
  });

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${runtime.url}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
      ...(signedUp && { authorization: `Bearer ${signedUp.accessToken}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  answers.push(text);
  return { status: response.status, text };
}

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, text } = await ask(method, path, body);
  if (status >= 400) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return JSON.parse(text) as T;
}

async function rolledOut(assignments: object[], more: object = {}): Promise<Rollout> {
  const { rollout } = await api<{ rollout: Rollout }>(
    "POST",
    `/v1/fleets/${signedUp.created.fleet}/rollouts`,
    { assignments, gates: { soakSeconds: 0 }, ...more },
  );
  return until(
    "the end of the rollout",
    async () => {
      const now = await api<Rollout>("GET", `/v1/rollouts/${rollout.id}`);
      return now.endedAt === null ? null : now;
    },
    60_000,
  );
}

/** Of the configs that an agent keeps, to go back to them. */
const keptTexts = ({ stateDir: folder }: AgentProcess): string[] =>
  filesBelow(join(folder, "configs"))
    .flatMap((path) => JSON.parse(readFileSync(path, "utf8")) as { body: string }[])
    .map(({ body }) => Buffer.from(body, "base64").toString());

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

beforeAll(async () => {
  runtime = await startRuntime({ stateDir, logFile });
  signedUp = await signUpByMail(runtime, {
    email: "ops@example.com",
    password: "a long enough password",
    organizationName: "Example",
  });
  const { secret } = await api<{ secret: string }>(
    "POST",
    `/v1/fleets/${signedUp.created.fleet}/enrollment-tokens`,
    { name: "web", maxUses: 2 },
  );
  const script = join(host, "check.mjs");
  const settings = join(host, "agent.yaml");
  writeFileSync(script, checker);
  writeFileSync(
    settings,
    `type: careless
supervise:
  command: node
  args: [-e, "setInterval(() => {}, 1000)"]
  validate:
    command: [node, ${JSON.stringify(script)}, "{configDir}/app.yaml"]
`,
  );
  agent = startAgentProcess({
    url: runtime.url,
    token: secret,
    name: "web-1",
    config: settings,
    args: ["--config-dir", host, "--label", "role=web"],
  });
  plain = startAgentProcess({
    url: runtime.url,
    token: secret,
    name: "plain-1",
    args: ["--label", "role=plain"],
  });
  await until(
    "both agents",
    async () => {
      const { items } = await api<{ items: Agent[] }>("GET", `/v1/fleets/${signedUp.created.fleet}/agents`);
      return items.length === 2 ? items : null;
    },
    60_000,
  );
});

afterAll(async () => {
  await Promise.all([agent?.stop(), plain?.stop()]);
  await runtime?.stop();
});

test("reaches its agent, and is in no store, log, mail or answer", async () => {
  const { created } = signedUp;
  const secrets = `/v1/environments/${created.environment}/secrets`;
  const set = await api<{ id: string }>("POST", secrets, { name: "PLANTED", value: values[0] });
  await api("POST", secrets, { name: "LINES", value: values[2] });
  const config = await api<{ id: string }>("POST", `/v1/projects/${created.project}/configs`, {
    name: "app",
    kind: "file",
    content: "token: ${secret:PLANTED}\nkey: ${secret:LINES}\n",
  });
  const other = await api<{ id: string }>("POST", `/v1/projects/${created.project}/configs`, {
    name: "plain",
    kind: "file",
    content: "nothing to hide\n",
  });
  const assignment = (version: number) => [
    { config: config.id, version, selector: "role=web", fileName: "app.yaml" },
    { config: other.id, version: 1, selector: "role=plain" },
  ];
  const file = join(host, "app.yaml");
  expect((await rolledOut(assignment(1))).state).toBe("succeeded");
  expect(readFileSync(file, "utf8")).toBe(`token: ${values[0]}\nkey: ${values[2]}\n`);
  await api("POST", `/v1/secrets/${set.id}/versions`, { value: values[1] });
  expect((await rolledOut(assignment(1), { refreshInputs: true })).state).toBe("succeeded");
  expect(readFileSync(file, "utf8")).toBe(`token: ${values[1]}\nkey: ${values[2]}\n`);

  expect(plain.file("config.txt")).toBe("nothing to hide\n");
  const { fleets } = await api<SecretUsage>("GET", `/v1/secrets/${set.id}/usage`);
  expect(fleets[0]?.versions.filter(({ agents }) => agents > 0)).toMatchObject([
    { number: 2, agents: 1, first: [{ name: "web-1" }] },
  ]);

  // Somebody copies it on the host, with the old one beside it; the agent reports what it now has.
  writeFileSync(
    file,
    `token: ${values[1]}\ncopy: ${JSON.stringify(values)}\nbasic: ${basic(values[1])} ${basic(values[2])}\n` +
      `hex: ${Buffer.from(values[2]).toString("hex")}\n${lines.map((line) => `  ${line}\n`).join("")}`,
  );
  const drift = await until(
    "drift",
    async () => {
      const now = await api<FleetDrift>("GET", `/v1/fleets/${created.fleet}/drift`);
      return now.current.drifted === 1 ? now : null;
    },
    60_000,
  );
  const id = drift.items[0]?.agentId ?? "";
  await api("GET", `/v1/agents/${id}/drift`);
  await api("POST", `/v1/agents/${id}/render`, { refreshInputs: true });
  await ask("POST", `/v1/agents/${id}/drift/accept`, { message: "as it is there" });

  // The program refuses the next version, and says all that it was given.
  await api("POST", `/v1/configs/${config.id}/versions`, {
    content: "token: ${secret:PLANTED}\nkey: ${secret:LINES}\nrefuse: true\n",
  });
  const failed = await rolledOut(assignment(2));
  expect(failed.state).not.toBe("succeeded");

  // Requests that are refused for what stands in them.
  for (const [path, body] of [
    [secrets, { name: "PLANTED", value: values[0] }],
    [secrets, { name: "no name", value: values[0] }],
    [secrets, { name: "OTHER", value: values[0], kept: values[1] }],
    [secrets, { name: "OTHER", value: { deep: values[0] } }],
    [`/v1/secrets/${set.id}/versions`, { value: values[0], more: values[1] }],
  ] as const) {
    expect((await ask("POST", path, body)).status).toBeGreaterThanOrEqual(400);
  }
  for (const path of [
    `/v1/agents/${id}`,
    `/v1/agents/${id}/explain`,
    `/v1/agents/${id}/variables`,
    `/v1/fleets/${created.fleet}/agents`,
    `/v1/fleets/${created.fleet}/events?limit=200`,
    `/v1/fleets/${created.fleet}/releases`,
    `/v1/rollouts/${failed.id}`,
    `/v1/rollouts/${failed.id}/agents`,
    `/v1/rollouts/${failed.id}/explain`,
    `/v1/rollouts/${failed.id}/export`,
    `/v1/configs/${config.id}/drift`,
    secrets,
    `/v1/secrets/${set.id}`,
    `/v1/secrets/${set.id}/versions`,
    `/v1/secrets/${set.id}/usage`,
    `/v1/orgs/${created.organization}/audit-events`,
    `/v1/orgs/${created.organization}/audit-events/export`,
    `/v1/orgs/${created.organization}/events`,
  ]) {
    expect((await ask("GET", path)).status, path).toBe(200);
  }
  const exported = await ask("POST", `/v1/orgs/${created.organization}/export`);
  expect(exported.text).toContain('"end"');
  const mails = await mailsTo(runtime, "ops@example.com");
  expect(mails.length).toBeGreaterThan(0);
  answers.push(JSON.stringify(mails));

  for (const version of [1, 2]) expect(answers.join("\n")).toContain(`••••••(PLANTED v${version})`);
  for (const needle of needles) expect(answers.find((text) => text.includes(needle))).toBeUndefined();

  // Whatever is on its way is in a queue's file; what is there now is looked through as it lies on the disk.
  await runtime.stop();
  const kept = [...filesBelow(stateDir), logFile];
  expect(kept.some((path) => path.includes("LocalQueue"))).toBe(true);
  expect(kept.some((path) => path.includes("Fleet"))).toBe(true);
  expect(leaksIn(kept)).toEqual([]);
  const store = Buffer.concat(kept.map((path) => readFileSync(path)));
  expect(store.includes("••••••(PLANTED v2)")).toBe(true);
  expect(store.includes("••••••(LINES v1)")).toBe(true);

  // On its host it is in the agent's files, and in what only the agent's user may read: never in the log.
  await agent.stop();
  expect(agent.log()).toContain("node exited with code 1");
  for (const needle of needles) expect(agent.log()).not.toContain(needle);
  expect(statSync(agent.stateDir).mode & 0o077).toBe(0);
  const readable = filesBelow(agent.stateDir).filter((path) => (statSync(path).mode & 0o077) !== 0);
  expect(leaksIn(readable)).toEqual([]);
  expect(leaksIn(filesBelow(host))).toEqual([file]);
  // To the one whose files name none it never came, however it keeps its files.
  await plain.stop();
  expect(keptTexts(agent).some((text) => text.includes(values[1]))).toBe(true);
  expect(keptTexts(plain)).toEqual(["nothing to hide\n"]);
  expect(leaksIn(filesBelow(plain.stateDir))).toEqual([]);
  for (const needle of needles) expect(plain.log()).not.toContain(needle);
});

test("would be found, however it were kept", () => {
  const planted = [...needles.map((needle) => Buffer.from(needle)), ...wide].map((needle, index) => {
    const path = join(stateDir, `planted-${index}`);
    writeFileSync(path, Buffer.concat([Buffer.from([0, 255]), needle, Buffer.from([254, 0])]));
    return path;
  });
  expect(leaksIn(filesBelow(stateDir)).sort()).toEqual(planted.sort());
});
