import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { stagingCapability } from "../protocol/custom/agent.ts";
import { type StagedMessage, stagedMessage } from "../protocol/custom/staging.ts";
import { until } from "../test/harness/until.ts";
import type { AgentSettings } from "./agent-settings.ts";
import { filesSettings } from "./testing/greeter-agent.ts";
import type { OpampServer } from "./testing/opamp-server.ts";
import { lastStatus, startAgent, startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

/** A program that only sleeps, and a check that notes each run and refuses what says "bad". */
function checkedSettings(endpoint: string, stateDir: string): AgentSettings {
  const check = `echo run >> "${stateDir}/checks"; ! grep -n bad "{configDir}/app.conf"`;
  return {
    ...filesSettings(endpoint, stateDir),
    supervise: {
      command: "sleep",
      args: ["1000"],
      cwd: stateDir,
      env: {},
      validate: { command: ["sh", "-c", check], timeoutMs: 10_000 },
      reload: { kind: "restart" },
      verify: null,
      stopGraceMs: 1_000,
      version: null,
    },
  };
}

const checks = ({ stateDir }: AgentSettings) =>
  existsSync(join(stateDir, "checks"))
    ? readFileSync(join(stateDir, "checks"), "utf8").trim().split("\n").length
    : 0;

const kept = ({ stateDir }: AgentSettings) => readdirSync(join(stateDir, "configs")).length;

const answers = (server: OpampServer): StagedMessage[] =>
  server.messages.flatMap(({ customMessage }) =>
    customMessage?.type === "staged"
      ? [stagedMessage.parse(JSON.parse(new TextDecoder().decode(customMessage.data)))]
      : [],
  );

function stage(server: OpampServer, hash: string, content: string): void {
  const files = [{ name: "app.conf", contentType: "text/plain", content }];
  const data = new TextEncoder().encode(JSON.stringify({ hash, files }));
  server.send({ customMessage: { capability: stagingCapability, type: "stage", data } });
}

const answer = (server: OpampServer, hash: string, nth = 1) =>
  until(`answer ${nth} on ${hash}`, () => answers(server).filter((one) => one.hash === hash)[nth - 1]);

async function started() {
  const server = await startServer();
  const settings = checkedSettings(server.endpoint, temporaryFolder());
  const agent = await startAgent(settings);
  await until("the first message", () => server.messages[0]);
  server.offer("a1", { "app.conf": "one" });
  await until("APPLIED a1", () => lastStatus(server, "APPLIED")?.hash === "a1");
  return { server, settings, agent };
}

const live = ({ configDir }: AgentSettings) => readFileSync(join(configDir, "app.conf"), "utf8");

test("takes files in and checks them without touching what runs, and activates them without another check", async () => {
  const { server, settings } = await started();
  expect(server.messages[0]?.customCapabilities?.capabilities).toContain("io.muster.staging/1");
  expect(checks(settings)).toBe(1);
  const child = readFileSync(join(settings.stateDir, "child.json"), "utf8");
  stage(server, "b2", "two");
  expect(await answer(server, "b2")).toEqual({ hash: "b2", error: null });
  expect(checks(settings)).toBe(2);
  expect(live(settings)).toBe("one");
  expect(readFileSync(join(settings.stateDir, "child.json"), "utf8")).toBe(child);
  stage(server, "b2", "two");
  await answer(server, "b2", 2);
  expect(checks(settings)).toBe(2);
  server.offer("b2", { "app.conf": "two" });
  await until("APPLIED b2", () => lastStatus(server, "APPLIED")?.hash === "b2");
  expect(live(settings)).toBe("two");
  expect(checks(settings)).toBe(2);
  expect(kept(settings)).toBe(1);
});

test("keeps them through a restart, also when the answer was lost", async () => {
  const { server, settings, agent } = await started();
  stage(server, "b2", "two");
  await answer(server, "b2");
  await agent.stop();
  const messages = server.messages.length;
  await startAgent(settings);
  await until("a message of the new process", () => server.messages.length > messages);
  stage(server, "b2", "two");
  await answer(server, "b2", 2);
  expect(checks(settings)).toBe(2);
  server.offer("b2", { "app.conf": "two" });
  await until("APPLIED b2", () => lastStatus(server, "APPLIED")?.hash === "b2");
  expect(checks(settings)).toBe(2);
  expect(live(settings)).toBe("two");
});

test("says why it refuses files, and keeps nothing of them", async () => {
  const { server, settings } = await started();
  stage(server, "b2", "bad");
  expect((await answer(server, "b2")).error).toContain("1:bad");
  expect(kept(settings)).toBe(1);
  expect(live(settings)).toBe("one");
  expect(server.statuses.at(-1)).toMatchObject({ status: "APPLIED", hash: "a1" });
});

test("drops staged files that another config made stale, and checks them anew when they come again", async () => {
  const { server, settings } = await started();
  stage(server, "b2", "two");
  await answer(server, "b2");
  expect(kept(settings)).toBe(2);
  server.offer("c3", { "app.conf": "three" });
  await until("APPLIED c3", () => lastStatus(server, "APPLIED")?.hash === "c3");
  expect(kept(settings)).toBe(1);
  const before = checks(settings);
  server.offer("b2", { "app.conf": "two" });
  await until("APPLIED b2", () => lastStatus(server, "APPLIED")?.hash === "b2");
  expect(checks(settings)).toBe(before + 1);
});

test("of staged files only the newest stay, and the config that runs again leaves them", async () => {
  const { server, settings } = await started();
  stage(server, "b2", "two");
  await answer(server, "b2");
  stage(server, "c3", "three");
  await answer(server, "c3");
  expect(kept(settings)).toBe(2);
  server.offer("a1", { "app.conf": "one" });
  const statuses = server.statuses.length;
  await until("APPLIED a1 again", () => server.statuses.length > statuses);
  const before = checks(settings);
  server.offer("c3", { "app.conf": "three" });
  await until("APPLIED c3", () => lastStatus(server, "APPLIED")?.hash === "c3");
  expect(checks(settings)).toBe(before);
});

test("checks an offer whose bytes are not those that were staged under its hash", async () => {
  const { server, settings } = await started();
  stage(server, "b2", "two");
  await answer(server, "b2");
  server.offer("b2", { "app.conf": "bad" });
  await until("FAILED b2", () => lastStatus(server, "FAILED")?.hash === "b2");
  expect(live(settings)).toBe("one");
});

test("ignores what it cannot read, and files that would leave the folder are refused", async () => {
  const { server, settings } = await started();
  const lines = server.messages.length;
  server.send({
    customMessage: {
      capability: stagingCapability,
      type: "stage",
      data: new TextEncoder().encode('{"hash":1}'),
    },
  });
  server.send({ customMessage: { capability: "com.example/1", type: "x", data: new Uint8Array() } });
  const files = [{ name: "../out", contentType: "", content: "" }];
  const data = new TextEncoder().encode(JSON.stringify({ hash: "d4", files }));
  server.send({ customMessage: { capability: stagingCapability, type: "stage", data } });
  expect((await answer(server, "d4")).error).toContain('"../out" would leave the config folder');
  expect(server.messages.length).toBe(lines + 1);
  expect(kept(settings)).toBe(1);
});
