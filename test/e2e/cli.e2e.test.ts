/** The command line as a person uses it: real processes against the real runtime, a real agent, a real service. */
import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const email = "ada@example.com";
const password = "correct horse battery";

let runtime: RunningRuntime;
let terminal: Terminal;
let home: string;

const start: Terminal["start"] = (...given) => terminal.start(...given);
const muster: Terminal["muster"] = (...given) => terminal.muster(...given);
const json: Terminal["json"] = (...given) => terminal.json(...given);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

beforeAll(async () => {
  terminal = await openTerminal();
  home = terminal.home;
  runtime = await startRuntime();
  await signUpByMail(runtime, { email, password, organizationName: "Acme" });
});

afterAll(async () => {
  await terminal?.close();
  await runtime?.stop();
});

describe("a person at the terminal", () => {
  let port: number;
  let events: ChildProcess;
  const seen: { type: string; id: string; summary: string }[] = [];

  // Each step stands on the one before it: after a failure the rest would only fail for its sake, slowly.
  let broken = false;
  beforeEach(({ skip, onTestFailed }) => {
    if (broken) skip("an earlier step failed");
    onTestFailed(() => {
      broken = true;
    });
  });

  const greeting = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  const save = (text: string) => writeFile(join(home, "greeter.yaml"), text);

  it("is told to sign in, and then signs in", async () => {
    expect((await muster(["fleets", "list"])).code).toBe(3);
    const wrong = await muster(["login", "--url", runtime.url, "--email", email, "--password-stdin"], {
      stdin: "not the password",
    });
    expect(wrong.code).toBe(3);
    const argv = ["login", "--url", runtime.url, "--email", email, "--password-stdin"];
    expect(await muster(argv, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
    expect(await json(["whoami"])).toMatchObject({
      url: runtime.url,
      actor: { kind: "user", user: { email } },
    });
  });

  it("finds the fleet that sign-up made, and no agents in it", async () => {
    const { items } = await json(["fleets", "list"]);
    expect(items).toHaveLength(1);
    await json(["use", "--fleet", items[0].slug]);
    expect((await json(["agents", "list"])).items).toEqual([]);
    expect((await muster(["agents", "list"])).stderr).toContain("muster tokens create");
  });

  it("follows events", async () => {
    events = start(["events", "-f", "--json"]);
    events.stdin?.end();
    if (events.stdout === null) throw new Error("no output to read");
    createInterface(events.stdout).on("line", (line) => seen.push(JSON.parse(line)));
  });

  it("makes a token and lets an agent in", async () => {
    const token = await json(["tokens", "create", "--label", "role=web"]);
    expect(token.secret).toBeTruthy();
    port = await freePort();
    const argv = ["agent", "run", "--config", join(root, "examples/greeter/agent.yaml")];
    argv.push("--endpoint", token.endpoint, "--name", "web-1", "--state-dir", join(home, "agent"));
    const agent = start(argv, { GREETER_PORT: String(port), MUSTER_TOKEN: token.secret });
    agent.stdin?.end();
    agent.stdout?.resume();
    agent.stderr?.resume();
    const found = await until("the agent online", async () => {
      const { items } = await json(["agents", "list", "--status", "online"]);
      return items[0] ?? null;
    });
    expect(found).toMatchObject({ name: "web-1", labels: { role: "web" } });
    expect((await json(["tokens", "list"])).items[0]).toMatchObject({ uses: 1, maxUses: 1 });
  });

  it("checks a config, saves it, and sees the plan before anything moves", async () => {
    await save("greeting: Hello from the terminal\n");
    expect((await json(["configs", "validate", "greeter.yaml", "--kind", "file"])).valid).toBe(true);
    await json(["configs", "create", "greeting", "--file", "greeter.yaml", "-m", "first"]);
    const plan = await json(["deploy", "--config", "greeting", "--file-name", "greeter.yaml", "--dry-run"]);
    expect(plan.waves.flatMap((wave: { agents: { name: string }[] }) => wave.agents)).toMatchObject([
      { name: "web-1", change: "changed" },
    ]);
    expect((await json(["rollouts", "list"])).items).toEqual([]);
  });

  it("deploys and waits; the service serves it", async () => {
    const argv = ["deploy", "--config", "greeting", "--file-name", "greeter.yaml", "--soak", "1s", "--wait"];
    const ended = await json([...argv, "-m", "first"]);
    expect(ended.rollout).toMatchObject({ state: "succeeded", total: 1, counts: { verified: 1 } });
    expect(await greeting()).toContain("Hello from the terminal");
    const explained = await json(["explain", "agent", "web-1"]);
    expect(explained.matched).toMatchObject([{ configName: "greeting", version: 1 }]);
    expect((await muster(["explain", "agent", "web-1"])).stdout).toContain("greeting@1");
    expect(await json(["agents", "get", "web-1"])).toMatchObject({ config: { state: "in_sync" } });
  });

  it("deploys a config that breaks the service: exit 6, and the old one is back", async () => {
    await save("greeting: Broken\nfail: true\n");
    await json(["configs", "push", "greeting", "greeter.yaml", "--base", "1"]);
    const stale = await muster(["configs", "push", "greeting", "greeter.yaml", "--base", "1"]);
    expect(stale.code).toBe(5);
    // No file name: the service sees it only under the one that it has in the current release.
    const argv = ["deploy", "--config", "greeting@2", "--soak", "1s", "--wait"];
    const { code, stdout, stderr } = await muster(argv);
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stdout).toMatch(/state +(rolled_back|failed)/);
    expect(await greeting()).toContain("Hello from the terminal");
    expect((await json(["rollouts", "agents"])).items[0]).toMatchObject({ name: "web-1" });
    expect((await muster(["configs", "diff", "greeting"])).stdout).toContain("+fail: true");
  });

  it("cannot start a second rollout over the first, and aborts it", async () => {
    await save("greeting: Third\n");
    await json(["configs", "push", "greeting", "greeter.yaml"]);
    const argv = ["deploy", "--config", "greeting", "--file-name", "greeter.yaml", "--soak", "10m"];
    const { receipt, rollout } = await json(argv);
    expect(receipt.undo.command).toBe(`muster rollouts abort ${rollout.id}`);
    const second = await muster(argv);
    expect(second.code).toBe(5);
    const watching = start(["rollouts", "watch", rollout.id]);
    watching.stdin?.end();
    let progress = "";
    watching.stderr?.on("data", (chunk) => {
      progress += String(chunk);
    });
    await until("progress shown", async () => (progress.includes("running") ? true : null));
    const ended = new Promise((resolve) => watching.once("close", resolve));
    expect((await muster(receipt.undo.command.split(" ").slice(1))).code).toBe(0);
    expect(await ended).toBe(1);
    const after = await json(["rollouts", "get", rollout.id]);
    expect(["cancelled", "rolled_back"]).toContain(after.state);
    await until("the first greeting back", async () =>
      (await greeting()).includes("Hello from the terminal") ? true : null,
    );
    expect((await muster(["rollouts", "abort"])).code).toBe(4);
  });

  it("saw it all in the events, each once and in order, and stops them with Ctrl-C", async () => {
    const wanted = ["agent.enrolled", "agent.config_applied", "rollout.started", "rollout.succeeded"];
    await until("the events", async () =>
      wanted.every((type) => seen.some((event) => event.type === type)) ? true : null,
    );
    const ids = seen.map((event) => event.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    const past = await muster(["events", "--json", "-n", "200"]);
    const listed = past.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    expect(listed.filter((id) => ids.includes(id))).toEqual(ids);
    const ended = new Promise((resolve) => events.once("exit", resolve));
    events.kill("SIGINT");
    expect(await ended).toBe(130);
  });

  it("sees what it used and what that costs", async () => {
    const usage = await json(["usage"]);
    const deliveries = usage.meters.find((meter: { meter: string }) => meter.meter === "config_deliveries");
    expect(deliveries.quantity).toBeGreaterThan(0);
    const invoice = await json(["invoice", "preview"]);
    const sum = invoice.lines.reduce(
      (total: number, line: { amountMicros: number }) => total + line.amountMicros,
      0,
    );
    expect(invoice.totalMicros).toBe(sum);
    expect((await muster(["usage"])).stdout).toContain("config_deliveries");
  });

  it("may do with a key only what its role allows", async () => {
    const key = await json(["keys", "create", "reports", "--role", "viewer"]);
    const env = { MUSTER_API_KEY: key.secret, MUSTER_URL: runtime.url };
    expect((await json(["agents", "list"], { env })).items).toHaveLength(1);
    const refused = await muster(["deploy", "--config", "greeting"], { env });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/role/);
    expect((await muster(["keys", "revoke", "reports", "--yes"])).code).toBe(0);
    // A revoked key may be trusted for some seconds by the server that has just seen it.
    await until("the key refused", async () =>
      (await muster(["whoami"], { env })).code === 3 ? true : null,
    );
  });

  it("is told what is wrong, and what there is instead", async () => {
    const nobody = await muster(["deploy", "--config", "greeting", "--selector", "role=wbe"]);
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining("labels such as role=web") });
    const plan = await muster(["deploy", "--config", "greeting", "--selector", "role=wbe", "--dry-run"]);
    expect(plan).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("warning: The release matches no"),
    });
    const unknown = await muster(["fleets", "get", "nope"]);
    expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining("There is:") });
    await writeFile(join(home, "edge.cfg"), "frontend web\n  blind *:80\n");
    const invalid = await muster(["configs", "validate", "edge.cfg", "--kind", "haproxy"]);
    expect(invalid.code).toBe(1);
    expect(invalid.stdout).toMatch(/edge\.cfg:2:3: error/);
    expect((await muster(["configs", "create", "Not A Slug", "--file", "edge.cfg"])).code).toBe(1);
    expect((await muster(["agents", "get", "agt_01JD0000000000000000000000"])).code).toBe(4);
  });

  it("cuts the agent off and signs out", async () => {
    expect((await muster(["agents", "revoke", "web-1"])).code).toBe(2);
    expect(await json(["agents", "revoke", "web-1", "--yes"])).toMatchObject({ status: "revoked" });
    expect((await muster(["logout"])).code).toBe(0);
    expect((await muster(["whoami"])).code).toBe(3);
  });
});
