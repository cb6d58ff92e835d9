import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { until } from "../test/harness/until.ts";
import { startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

const launcher = fileURLToPath(new URL("../bin/muster-agent.mjs", import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

function launch(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [launcher, ...args], { env: { ...process.env, ...environment } });
  started.push(child);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, exit, said: () => said };
}

test("the reference names every flag, its environment variables, and no other", async () => {
  const { exit, said } = launch(["run", "--help"]);
  expect(await exit).toBe(0);
  const reference = readFileSync(new URL("../docs/reference/agent.md", import.meta.url), "utf8");
  const flags = (text: string) => [...new Set(text.match(/--[a-z][a-z-]+/g))].sort();
  const options = said().split("Options:")[1]?.split("The settings file")[0] ?? "";
  const table = reference.split("## Flags")[1]?.split("\n## ")[0] ?? "";
  expect(flags(table)).toEqual(flags(options).filter((flag) => flag !== "--help"));
  expect(
    said()
      .match(/MUSTER_[A-Z_]+/g)
      ?.every((name) => table.includes(name)),
  ).toBe(true);
});

test("wrong settings end it with code 1 and one line a problem, no stack", async () => {
  const file = join(temporaryFolder(), "agent.yaml");
  writeFileSync(file, "supervise:\n  comand: x\n");
  const { exit, said } = launch(["run", "--config", file]);
  expect(await exit).toBe(1);
  expect(said()).toMatch(/^\S+agent\.yaml:2: unknown key "comand" in "supervise"[^\n]*\n$/);
});

test.each([
  [[], "no endpoint: give --endpoint"],
  [["--endpoint", "ws://127.0.0.1:1"], "no enrolment token: give --token"],
  [["--endpoint", "muster.example"], 'the endpoint "muster.example" is not a URL'],
  [
    ["--endpoint", "ws://127.0.0.1:1", "--metrics-url", "localhost:9100"],
    'the address of metrics "localhost:9100" is not a URL',
  ],
  [["--label", "role"], "--label role: write it as key=value"],
  [["--config", "/nope.yaml"], "the settings /nope.yaml cannot be read: there is no such file"],
  [["--config", "/"], "the settings / cannot be read: it is a folder; name the file in it"],
])("%j is refused with what to do", async (args, message) => {
  const stateDir = join(temporaryFolder(), "state");
  const { exit, said } = launch(["run", "--state-dir", stateDir, ...args], { MUSTER_TOKEN: "" });
  expect(await exit).toBe(1);
  expect(said()).toContain(`muster-agent: ${message}`);
  expect(existsSync(join(stateDir, "lock"))).toBe(false);
});

test.each([
  ["SIGTERM", (child: ChildProcess) => child.kill("SIGTERM")],
  [
    "its parent's end, without anyone to read its log",
    (child: ChildProcess) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.stdin?.end();
    },
  ],
])("runs until %s, and says goodbye", async (_, end) => {
  const server = await startServer();
  const args = ["run", "--endpoint", server.endpoint, "--state-dir", temporaryFolder(), "--with-parent"];
  const { child, exit } = launch(args, { MUSTER_TOKEN: "from-the-environment" });
  await until("a message", () => server.messages[0]);
  end(child);
  expect(await exit).toBe(0);
  expect(server.messages.at(-1)?.agentDisconnect).toBeDefined();
  expect(server.dials[0]?.authorization).toBe("Bearer from-the-environment");
});
