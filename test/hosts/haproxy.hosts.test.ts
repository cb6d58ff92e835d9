import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningAgent, runAgent } from "../../agent/run.ts";
import { parseSettings } from "../../agent/settings.ts";
import { freePort, quickTuning } from "../../agent/testing/greeter-agent.ts";
import { OpampServer } from "../../agent/testing/opamp-server.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { until } from "../harness/until.ts";

const settingsFile = fileURLToPath(new URL("../../examples/haproxy/agent.yaml", import.meta.url));
const configFile = fileURLToPath(new URL("../../examples/haproxy/haproxy.cfg", import.meta.url));
const example = readFileSync(configFile, "utf8");

let server: OpampServer;
let agent: RunningAgent;
let port: number;
let stateDir: string;

const saying = (text: string, more = "") => `${example.replace("hello from haproxy", text)}${more}`;

async function served(): Promise<string | null> {
  try {
    return (
      await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } })).text()
    ).trim();
  } catch {
    return null;
  }
}

const masterPid = () => JSON.parse(readFileSync(join(stateDir, "child.json"), "utf8")).pid as number;

const reported = (hash: string, status: string) =>
  until(`${status} ${hash}`, () => {
    const last = server.statuses.at(-1);
    return last?.hash === hash && last.status === status ? last : null;
  });

beforeAll(async () => {
  try {
    execFileSync("haproxy", ["-v"]);
  } catch {
    throw new Error("haproxy is missing: npm run test:hosts installs the Debian package (needs root)");
  }
  server = await OpampServer.start();
  port = await freePort();
  stateDir = temporaryFolder();
  const environment = { ...process.env, HAPROXY_PORT: String(port) };
  const settings = parseSettings(readFileSync(settingsFile, "utf8"), settingsFile, environment);
  agent = await runAgent(
    {
      endpoint: server.endpoint,
      token: "enrol-me",
      name: "proxy-1",
      type: settings.type ?? "",
      labels: settings.labels,
      stateDir,
      configDir: join(stateDir, "config"),
      metricsUrl: null,
      supervise: settings.supervise,
    },
    () => {},
    quickTuning,
  );
  await until("the first message", () => server.messages[0]);
});

afterAll(async () => {
  await agent?.stop();
  await server?.stop();
});

test("the first config starts HAProxy, a second one is taken by a reload of the same master", async () => {
  server.offer("a1", { "haproxy.cfg": saying("one") });
  await reported("a1", "APPLIED");
  expect(await served()).toBe("one");
  const master = masterPid();
  server.offer("b2", { "haproxy.cfg": saying("two") });
  await reported("b2", "APPLIED");
  await until("the new answer", async () => (await served()) === "two");
  expect(masterPid()).toBe(master);
});

test("a config that HAProxy's own check refuses fails with its line; the old one serves on, untouched", async () => {
  const master = masterPid();
  const broken = saying("three", "    use_backend missing\n    tiemout client 1s\n");
  server.offer("c3", { "haproxy.cfg": broken });
  const { error } = await reported("c3", "FAILED");
  const line = broken.split("\n").findIndex((text) => text.includes("tiemout")) + 1;
  expect(error).toMatch(new RegExp(`haproxy\\.cfg:${line}\\][^\\n]*unknown keyword 'tiemout'`));
  expect(await served()).toBe("two");
  expect(masterPid()).toBe(master);
});

test("a config that passes the check but does not serve its port is undone", async () => {
  const elsewhere = saying("four").replace(/bind .*/, `bind 127.0.0.1:${await freePort()}`);
  server.offer("d4", { "haproxy.cfg": elsewhere });
  const { error } = await reported("d4", "FAILED");
  expect(error).toContain(`127.0.0.1:${port} does not accept connections`);
  await until("the old answer", async () => (await served()) === "two");
});

test("a config that the master cannot load is not taken for applied by the old worker's answers", async () => {
  const taken: Server = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  if (!address || typeof address === "string") throw new Error("no port");
  const clashing = saying("five").replace(
    "    http-request",
    `    bind 127.0.0.1:${address.port}\n    http-request`,
  );
  server.offer("e5", { "haproxy.cfg": clashing });
  const { error } = await reported("e5", "FAILED");
  expect(error).toContain(`cannot bind socket (Address already in use) for [127.0.0.1:${address.port}]`);
  await until("the old answer", async () => (await served()) === "two");
  await new Promise((resolve) => taken.close(resolve));
});
