import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { attributesFrom } from "../protocol/opamp/attributes.ts";
import { capabilityNames } from "../protocol/opamp/capabilities.ts";
import { configMapFrom } from "../protocol/opamp/config-map.ts";
import { CommandType } from "../protocol/opamp/opamp_pb.js";
import { until } from "../test/harness/until.ts";
import { filesSettings, freePort, greeterSettings, greeting } from "./testing/greeter-agent.ts";
import { lastStatus, startAgent, startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

describe("an agent that only writes files", () => {
  test("says who it is and what it can do, without asking for compression", async () => {
    const server = await startServer();
    await startAgent(filesSettings(server.endpoint, temporaryFolder()));
    const first = await until("the first message", () => server.messages[0]);
    expect(server.dials[0]).toEqual({ authorization: "Bearer enrol-me", extensions: undefined });
    expect(first.sequenceNum).toBe(0n);
    expect(attributesFrom(first.agentDescription?.identifyingAttributes ?? [])).toMatchObject({
      "service.name": "greeter",
      "service.instance.id": "web-1",
    });
    expect(attributesFrom(first.agentDescription?.nonIdentifyingAttributes ?? [])).toMatchObject({
      "muster.label.role": "web",
      "os.type": process.platform,
    });
    expect(first.customCapabilities?.capabilities).toEqual([
      "io.muster.agent/1",
      "io.muster.staging/1",
      "io.muster.metrics/1",
      "io.muster.host-metrics/1",
    ]);
    expect(capabilityNames(Number(first.capabilities))).toContain("AcceptsOpAMPConnectionSettings");
  });

  test("writes a config, reports APPLYING, then APPLIED with the effective config", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    await startAgent(settings);
    await until("the first message", () => server.messages[0]);
    server.offer("aa", { "app.conf": "one", "conf.d/more.conf": "two" });
    await until("APPLIED", () => lastStatus(server, "APPLIED"));
    expect(server.statuses.map((s) => `${s.status} ${s.hash}`)).toEqual([
      "UNSET ",
      "APPLYING aa",
      "APPLIED aa",
    ]);
    expect(readFileSync(join(settings.configDir, "conf.d/more.conf"), "utf8")).toBe("two");
    expect(configMapFrom(server.messages.at(-1)?.effectiveConfig?.configMap)).toMatchObject([
      { name: "app.conf", content: "one", contentType: "text/plain" },
      { name: "conf.d/more.conf", content: "two" },
    ]);
  });

  test("takes a config that is larger than what it may send, and leaves it out of its report", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    await startAgent(settings);
    await until("the first message", () => server.messages[0]);
    const large = "é".repeat(400 * 1024);
    server.offer("aa", { "a.conf": large, "b.conf": large });
    await until("APPLIED", () => lastStatus(server, "APPLIED"));
    expect(readFileSync(join(settings.configDir, "b.conf"), "utf8")).toBe(large);
    expect(configMapFrom(server.messages.at(-1)?.effectiveConfig?.configMap)).toEqual([]);
  });

  test("the same hash again is APPLIED without touching the files", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    await startAgent(settings);
    await until("the first message", () => server.messages[0]);
    server.offer("aa", { "app.conf": "one" });
    await until("APPLIED", () => lastStatus(server, "APPLIED"));
    const before = statSync(join(settings.configDir, "app.conf"));
    const messages = server.messages.length;
    server.offer("aa", { "app.conf": "one" });
    await until("another message", () => server.messages.length > messages);
    expect(server.statuses.slice(-2).map((s) => s.status)).toEqual(["APPLIED", "APPLIED"]);
    expect(statSync(join(settings.configDir, "app.conf")).ino).toBe(before.ino);
  });

  test("an empty config returns to the files that were there before", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    await startAgent(settings);
    await until("the first message", () => server.messages[0]);
    writeFileSync(join(settings.configDir, "local.conf"), "local", { mode: 0o600 });
    server.offer("aa", { "local.conf": "ours", "new.conf": "ours" });
    await until("APPLIED", () => lastStatus(server, "APPLIED"));
    expect(readFileSync(join(settings.configDir, "local.conf"), "utf8")).toBe("ours");
    server.offer("bb", {});
    await until("APPLIED bb", () => lastStatus(server, "APPLIED")?.hash === "bb");
    expect(readFileSync(join(settings.configDir, "local.conf"), "utf8")).toBe("local");
    expect(existsSync(join(settings.configDir, "new.conf"))).toBe(false);
  });

  test("refuses a file name that leaves the config folder", async () => {
    const server = await startServer();
    await startAgent(filesSettings(server.endpoint, temporaryFolder()));
    await until("the first message", () => server.messages[0]);
    server.offer("aa", { "../escape": "x" });
    const failed = await until("FAILED", () => lastStatus(server, "FAILED"));
    expect(failed.error).toContain('"../escape" would leave the config folder');
  });
});

describe("an agent that supervises the greeter", () => {
  test("starts it with the first config, reloads it, refuses bad ones and keeps serving", async () => {
    const server = await startServer();
    const port = await freePort();
    await startAgent(greeterSettings(server.endpoint, temporaryFolder(), port));
    await until("idle health", () => server.messages.find((message) => message.health?.status === "idle"));

    server.offer("a1", { "greeter.yaml": "greeting: one\n" });
    await until("APPLIED a1", () => lastStatus(server, "APPLIED")?.hash === "a1");
    expect(await greeting(port)).toBe("one");
    expect(server.messages.at(-1)?.health).toMatchObject({ healthy: true, status: "running" });

    server.offer("b2", { "greeter.yaml": "greeting: two\nnonsense\n" });
    const refused = await until("FAILED b2", () => lastStatus(server, "FAILED"));
    expect(refused.error).toContain('greeter.yaml:2: expected "key: value", found "nonsense"');
    expect(await greeting(port)).toBe("one");

    server.offer("c3", { "greeter.yaml": "greeting: three\nfail: true\n" });
    const broken = await until("FAILED c3", () => server.statuses.findLast((s) => s.error.includes("500")));
    expect(broken).toMatchObject({ status: "FAILED", hash: "c3" });
    expect(broken.error).toContain('the config says "fail: true"');
    expect(await greeting(port)).toBe("one");

    server.offer("d4", { "greeter.yaml": "greeting: four\ncrash: true\n" });
    const crashed = await until("FAILED d4", () =>
      server.statuses.findLast((s) => s.hash === "d4" && s.error),
    );
    expect(crashed.error).toMatch(/exited with code 1: [\s\S]*the config says "crash: true"/);
    await until("the old greeting again", async () => (await greeting(port)) === "one");

    server.offer("e5", { "greeter.yaml": "greeting: five\n" });
    await until("APPLIED e5", () => lastStatus(server, "APPLIED")?.hash === "e5");
    expect(await greeting(port)).toBe("five");
    server.offer("f6", {});
    await until("APPLIED f6", () => lastStatus(server, "APPLIED")?.hash === "f6");
    expect(await greeting(port)).toBeNull();
  });

  test("of the configs that come during an apply only the newest is taken", async () => {
    const server = await startServer();
    const port = await freePort();
    await startAgent(greeterSettings(server.endpoint, temporaryFolder(), port));
    await until("the first message", () => server.messages[0]);
    server.offer("a1", { "greeter.yaml": "greeting: one\n" });
    server.offer("b2", { "greeter.yaml": "greeting: two\n" });
    server.offer("c3", { "greeter.yaml": "greeting: three\n" });
    await until("APPLIED c3", () => lastStatus(server, "APPLIED")?.hash === "c3");
    expect(server.statuses.map((s) => s.hash)).not.toContain("b2");
    expect(await greeting(port)).toBe("three");
  });

  test("a restart command starts the child anew; a later sickness is told once", async () => {
    const server = await startServer();
    const port = await freePort();
    const settings = greeterSettings(server.endpoint, temporaryFolder(), port);
    await startAgent(settings);
    await until("the first message", () => server.messages[0]);
    server.offer("a1", { "greeter.yaml": "greeting: one\nfailAfterSeconds: 2\n" });
    await until("APPLIED a1", () => lastStatus(server, "APPLIED")?.hash === "a1");
    const childPid = () =>
      JSON.parse(readFileSync(join(settings.stateDir, "child.json"), "utf8")).pid as number;
    const before = childPid();
    server.send({ command: { type: CommandType.CommandType_Restart } });
    await until(
      "another child",
      () => existsSync(join(settings.stateDir, "child.json")) && childPid() !== before,
    );
    const sick = await until("ill health", () =>
      server.messages.find((message) => message.health?.status === "unhealthy"),
    );
    expect(sick.health?.lastError).toContain("failAfterSeconds: 2");
    server.send({ flags: 1n });
    await until("the full state", () => server.messages.at(-1)?.agentDescription);
    const told = server.messages.filter((message) => message.health?.status === "unhealthy");
    expect(told).toHaveLength(2);
  });
});
