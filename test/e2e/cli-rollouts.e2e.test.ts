/** Rollouts from the terminal, against the real runtime, with real agents that write the files they are given. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const email = "ada@example.com";
const password = "correct horse battery";
const fileName = "greeting.txt";
const soak = ["--soak", "1s"];

let runtime: RunningRuntime;
let terminal: Terminal;
const agents: AgentProcess[] = [];

const muster: Terminal["muster"] = (...given) => terminal.muster(...given);
const json: Terminal["json"] = (...given) => terminal.json(...given);

const push = async (text: string) => {
  await writeFile(join(terminal.home, fileName), `${text}\nthe same\n`);
  return (await json(["configs", "push", "greeting", fileName])).number;
};
/** What each agent has on its disk, first lines, in the order of their names. */
const running = () => agents.map((agent) => agent.file(fileName)?.split("\n")[0] ?? null);
const stateOf = async (id: string): Promise<string> => (await json(["rollouts", "get", id])).state;

beforeAll(async () => {
  terminal = await openTerminal();
  runtime = await startRuntime();
  await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  const login = ["login", "--url", runtime.url, "--email", email, "--password-stdin"];
  expect(await muster(login, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
  const token = (await json(["tokens", "create", "--uses", "3"])).secret;
  for (const name of ["web-1", "web-2", "web-3"]) {
    agents.push(startAgentProcess({ url: runtime.url, token, name, args: ["--label", `host=${name}`] }));
  }
  await until("three agents online", async () => {
    const { items } = await json(["agents", "list", "--status", "online"]);
    return items.length === 3;
  });
  await writeFile(join(terminal.home, fileName), "one\nthe same\n");
  await json(["configs", "create", "greeting", "--file", fileName, "--kind", "file"]);
  await json(["deploy", "--config", "greeting", "--file-name", fileName, ...soak, "--wait"]);
  expect(running()).toEqual(["one", "one", "one"]);
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await terminal?.close();
  await runtime?.stop();
});

describe("rollouts at the terminal", () => {
  let canary: string;
  let queued: string;

  // Each step stands on the one before it: after a failure the rest would only fail for its sake, slowly.
  let broken = false;
  beforeEach(({ skip, onTestFailed }) => {
    if (broken) skip("an earlier step failed");
    onTestFailed(() => {
      broken = true;
    });
  });

  const canaryOf = ["deploy", "--config", "greeting", "--step", "1", "--promotion", "manual", ...soak];

  it("previews exactly the agents of a selector", async () => {
    const { items } = await json(["agents", "list", "--label", "host in (web-1,web-3)"]);
    expect(items.map((agent: { name: string }) => agent.name)).toEqual(["web-1", "web-3"]);
  });

  it("shows the waves and what changes on each agent, and moves nothing", async () => {
    await push("two");
    const { code, stdout } = await muster([...canaryOf, "--dry-run"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Wave 1: 1 agent\n {2}web-\d change 1\nWave 2: 2 agents\n/);
    expect(stdout).toContain("-one");
    expect(stdout).toContain("+two");
    expect(stdout).toContain("starts: at once");
    expect(running()).toEqual(["one", "one", "one"]);
  });

  it("refuses what cannot be done, with the field and the fix", async () => {
    const large = await muster(["deploy", "--config", "greeting", "--step", "7"]);
    expect(large.code).toBe(1);
    expect(large.stderr).toContain("strategy.steps[0]");
    const nobody = await muster(["deploy", "--config", "greeting", "--step", "host=web-9"]);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain("strategy.steps[0]");
  });

  it("starts the canary by its plan's token and holds for a person", async () => {
    const { planToken } = await json([...canaryOf, "--dry-run"]);
    canary = (await json([...canaryOf, "--plan-token", planToken])).rollout.id;
    await until("the hold", async () => (await stateOf(canary)) === "paused");
    expect(running().filter((text) => text === "two")).toHaveLength(1);
    const explained = await muster(["explain", "rollout", canary]);
    expect(explained.stdout).toContain(`muster rollouts promote ${canary}`);
    expect((await json(["rollouts", "list", "--state", "paused"])).items).toMatchObject([{ id: canary }]);
  });

  it("queues a second one behind it, from a plan file", async () => {
    await push("three");
    await writeFile(
      join(terminal.home, "plan.yaml"),
      `assignments: [{ config: greeting@3, fileName: ${fileName} }]\ngates: { soakSeconds: 1 }\n`,
    );
    expect((await muster(["deploy", "-f", "plan.yaml"])).code).toBe(5);
    const started = await json(["deploy", "-f", "plan.yaml", "--queue"]);
    queued = started.rollout.id;
    expect(started.rollout.state).toBe("scheduled");
    expect((await muster(["rollouts", "explain", queued])).stdout).toContain("waits:");
  });

  it("goes on when promoted, and then the queued one goes", async () => {
    const promoted = await muster(["rollouts", "promote", canary, "--wait"]);
    expect({ code: promoted.code, stderr: promoted.stderr }).toMatchObject({ code: 0 });
    const watched = await muster(["rollouts", "watch", queued]);
    expect({ code: watched.code, stderr: watched.stderr }).toMatchObject({ code: 0 });
    expect(running()).toEqual(["three", "three", "three"]);
    expect((await json(["rollouts", "get", "latest"])).id).toBe(queued);
  });

  it("takes a finished one back", async () => {
    const plan = await muster(["rollouts", "revert", "latest", "--dry-run"]);
    expect(plan.stdout).toContain("-three");
    const done = await json(["rollouts", "revert", queued, ...soak, "--wait"]);
    expect(done.rollout).toMatchObject({ state: "succeeded", revertOf: queued });
    expect(running()).toEqual(["two", "two", "two"]);
  });

  it("exports a rollout and replays it to the same, offline", async () => {
    await json(["rollouts", "export", canary, "-o", "rollout.json"]);
    const offline = { env: { MUSTER_URL: "http://127.0.0.1:1" } };
    const replayed = await json(["rollouts", "replay", "rollout.json"], offline);
    expect(replayed).toMatchObject({ rolloutId: canary, same: true, differences: [], state: "succeeded" });
    expect(replayed.steps).toBeGreaterThan(3);
    const text = await readFile(join(terminal.home, "rollout.json"), "utf8");
    const changed = text.replaceAll('"state": "succeeded"', '"state": "failed"');
    await writeFile(join(terminal.home, "changed.json"), changed);
    expect((await muster(["rollouts", "replay", "changed.json"], offline)).code).toBe(1);
    await writeFile(join(terminal.home, "broken.json"), text.slice(0, 100));
    expect((await muster(["rollouts", "replay", "broken.json"], offline)).code).toBe(2);
  });

  it("waits for approval, which a key may not give", async () => {
    await push("four");
    const argv = ["deploy", "--config", "greeting", "--approval", ...soak];
    const { id } = (await json(argv)).rollout;
    expect(await stateOf(id)).toBe("awaiting_approval");
    const key = (await json(["keys", "create", "robot", "--role", "owner"])).secret;
    const env = { MUSTER_API_KEY: key, MUSTER_URL: runtime.url };
    expect((await muster(["rollouts", "approve", id], { env })).code).toBe(3);
    await json(["rollouts", "approve", "-m", "checked"]);
    expect((await muster(["rollouts", "watch", id])).code).toBe(0);
    expect(running()).toEqual(["four", "four", "four"]);
    expect((await muster(["rollouts", "get", id])).stdout).toMatch(/approval +approved by .*: checked/);
  });

  it("is held by a freeze until somebody takes the freeze away", async () => {
    const { items } = await json(["environments", "list"]);
    const environment = items[0].slug;
    await json(["environments", "freeze", environment, "--until", "2h", "--reason", "sales day"]);
    await push("five");
    const plan = await json(["deploy", "--config", "greeting", "--dry-run"]);
    expect(Date.parse(plan.startsAt)).toBeGreaterThan(Date.now());
    const { id } = (await json(["deploy", "--config", "greeting", ...soak])).rollout;
    expect((await muster(["rollouts", "explain", id])).stdout).toContain("sales day");
    expect(running()).toEqual(["four", "four", "four"]);
    await json(["environments", "unfreeze", environment]);
    expect((await muster(["rollouts", "watch", id])).code).toBe(0);
    expect(running()).toEqual(["five", "five", "five"]);
  });

  it("stages everywhere, and activates together when told", async () => {
    await push("six");
    const argv = ["deploy", "--config", "greeting", "--strategy", "blue-green", "--activation", "manual"];
    const { id } = (await json([...argv, ...soak])).rollout;
    await until("the hold", async () => (await stateOf(id)) === "paused");
    expect((await json(["rollouts", "agents", id, "--state", "staged"])).items).toHaveLength(3);
    expect(running()).toEqual(["five", "five", "five"]);
    expect((await muster(["rollouts", "promote", id, "--wait"])).code).toBe(0);
    expect(running()).toEqual(["six", "six", "six"]);
  });

  it("deletes an agent for good", async () => {
    await json(["agents", "delete", "web-3", "--yes"]);
    const { items } = await json(["agents", "list"]);
    expect(items.map((agent: { name: string }) => agent.name)).toEqual(["web-1", "web-2"]);
  });

  it("shows and rotates the key of webhooks", async () => {
    const { key } = await json(["webhook-key", "get"]);
    const rotated = await json(["webhook-key", "rotate"]);
    expect(rotated.webhookKey.key).not.toBe(key);
    expect((await json(["webhook-key", "get"])).key).toBe(rotated.webhookKey.key);
  });
});
