/** Programs and agents upgraded from the terminal, through the rollout engine, on real agents that check and return. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { freePort } from "../../agent/testing/greeter-agent.ts";
import {
  PackageServer,
  proxyAnswer,
  proxySource,
  signatureOf,
  testKey,
} from "../../agent/testing/packages.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const email = "ada@example.com";
const password = "correct horse battery";
const main = fileURLToPath(new URL("../../agent/main.ts", import.meta.url));

let runtime: RunningRuntime;
let terminal: Terminal;
let files: PackageServer;
const agents: AgentProcess[] = [];
const ports: number[] = [];

const json: Terminal["json"] = (...given) => terminal.json(...given);

async function startProxyAgent(name: string, token: string): Promise<void> {
  const folder = temporaryFolder();
  const port = await freePort();
  mkdirSync(join(folder, "bin"));
  const command = join(folder, "bin", "proxy");
  writeFileSync(command, proxySource("1.0.0"));
  chmodSync(command, 0o755);
  const config = join(folder, "agent.yaml");
  writeFileSync(
    config,
    stringify({
      hostMetrics: false,
      upgrade: { agent: true, program: true, keys: [testKey], probationSeconds: 60 },
      supervise: {
        command,
        args: ["run", "{configDir}/proxy.conf", String(port)],
        verify: { http: `http://127.0.0.1:${port}/`, timeoutSeconds: 20 },
        version: [command, "--version"],
      },
    }),
  );
  ports.push(port);
  agents.push(
    startAgentProcess({ url: runtime.url, token, name, config, args: ["--label", `host=${name}`] }),
  );
}

/** The order for all agents, one of them first. */
function upgrade(reference: string, body: Buffer, signature: Uint8Array = signatureOf(body)): string[] {
  const sha256 = createHash("sha256").update(body).digest("hex");
  return [
    ...["agents", "upgrade", "--all", "--package", reference, "--from", files.add(body), "--sha256", sha256],
    ...["--signature", Buffer.from(signature).toString("base64"), "--step", "1", "--soak", "1s", "--wait"],
  ];
}

const agentSource = (version: string) =>
  Buffer.from(
    `#!/bin/sh\nexec '${process.execPath}' --import 'data:text/javascript,globalThis.musterAgentVersion="${version}"' '${main}' "$@"\n`,
  );
const answers = () => Promise.all(ports.map(proxyAnswer));
const packagesOf = async (name: string): Promise<{ name: string; version: string; status: string }[]> =>
  (await json(["agents", "get", name])).packages;
const versionOf = async (name: string, one: string) =>
  (await packagesOf(name)).find((each) => each.name === one && each.status === "installed")?.version;
const settled = (what: string, version: string) =>
  until(
    `${what} ${version} on both; the logs:\n${agents.map((agent) => agent.log()).join("\n")}`,
    async () => {
      const versions = await Promise.all(["web-1", "web-2"].map((name) => versionOf(name, what)));
      return versions.every((one) => one === version);
    },
  );

beforeAll(async () => {
  terminal = await openTerminal();
  files = await PackageServer.start();
  runtime = await startRuntime();
  await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  const login = ["login", "--url", runtime.url, "--email", email, "--password-stdin"];
  expect(await terminal.muster(login, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
  const token = (await json(["tokens", "create", "--uses", "2"])).secret;
  for (const name of ["web-1", "web-2"]) await startProxyAgent(name, token);
  await until("both online", async () => {
    const { items } = await json(["agents", "list", "--status", "online"]);
    return items.length === 2;
  });
  writeFileSync(join(terminal.home, "proxy.conf"), "one\n");
  await json(["configs", "create", "proxy", "--file", "proxy.conf", "--kind", "file"]);
  await json(["deploy", "--config", "proxy", "--file-name", "proxy.conf", "--soak", "1s", "--wait"]);
  expect(await answers()).toEqual(["1.0.0 one", "1.0.0 one"]);
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await files?.stop();
  await terminal?.close();
  await runtime?.stop();
});

it("upgrades the program of all, wave by wave, with the files that they have", async () => {
  const order = upgrade("proxy@1.1.0", Buffer.from(proxySource("1.1.0")));
  const plan = await json([...order.slice(0, -1), "--dry-run"]);
  expect(plan.diffs[0].packages).toEqual([{ name: "proxy", from: null, to: "1.1.0" }]);
  expect(await answers()).toEqual(["1.0.0 one", "1.0.0 one"]);
  expect((await json(order)).rollout.state).toBe("succeeded");
  expect(await answers()).toEqual(["1.1.0 one", "1.1.0 one"]);
  await settled("proxy", "1.1.0");
});

it.each<[string, () => string[], RegExp]>([
  [
    "does not run",
    () => upgrade("proxy@1.2.0", Buffer.from(proxySource("1.2.0", "crash"))),
    /proxy: .*exited with code 3/s,
  ],
  [
    "is signed by somebody else",
    () => upgrade("proxy@1.3.0", Buffer.from(proxySource("1.3.0")), new Uint8Array(64).fill(7)),
    /signature is by none of the keys/,
  ],
  [
    "is an agent that ends at once",
    () =>
      upgrade(
        "muster-agent@9.9.9",
        Buffer.from('#!/bin/sh\n[ "$1" = --version ] && { echo 9.9.9; exit 0; }\nexit 4\n'),
      ),
    /agent 9\.9\.9: it exited with code 4/,
  ],
])("one that %s stays on the first agent alone, and is taken back there", async (_, order, reason) => {
  const before = await packagesOf("web-1");
  const own = before.find(({ name }) => name === "muster-agent")?.version;
  const { code, stdout } = await terminal.muster([...order(), "--json"]);
  expect(code).toBe(1);
  const { rollout } = JSON.parse(stdout);
  expect(rollout.state).toBe("rolled_back");
  expect(await answers()).toEqual(["1.1.0 one", "1.1.0 one"]);
  const details = await Promise.all(["web-1", "web-2"].map((name) => json(["agents", "get", name])));
  const failed = details.filter(({ history }) =>
    history.some(
      ({ status, error }: { status: string; error: string | null }) =>
        status === "failed" && reason.test(error ?? ""),
    ),
  );
  expect(failed).toHaveLength(1);
  await settled("proxy", "1.1.0");
  await settled("muster-agent", own ?? "");
});

it("upgrades the agents themselves, and takes that back again", async () => {
  const own = await versionOf("web-1", "muster-agent");
  const { rollout } = await json(upgrade("muster-agent@9.1.0", agentSource("9.1.0")));
  expect(rollout.state).toBe("succeeded");
  await settled("muster-agent", "9.1.0");
  expect(await answers()).toEqual(["1.1.0 one", "1.1.0 one"]);
  const { version, attributes } = await json(["agents", "get", "web-2"]);
  expect([version, attributes.nonIdentifying["muster.agent.version"]]).toEqual(["1.1.0", "9.1.0"]);
  await json(["rollouts", "revert", rollout.id, "--soak", "1s", "--wait"]);
  await settled("muster-agent", own ?? "");
  expect(await answers()).toEqual(["1.1.0 one", "1.1.0 one"]);
});
