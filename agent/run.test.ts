import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { attributesFrom } from "../protocol/opamp/attributes.ts";
import { capabilityNames } from "../protocol/opamp/capabilities.ts";
import { configMapFrom } from "../protocol/opamp/config-map.ts";
import {
  CommandType,
  ConnectionSettingsStatuses,
  ServerErrorResponseType,
} from "../protocol/opamp/opamp_pb.js";
import { hexToBytes } from "../protocol/opamp/uid.ts";
import { type AgentSettings, type RunningAgent, runAgent } from "./run.ts";
import {
  filesSettings,
  freePort,
  greeterSettings,
  greeting,
  quickTuning,
  temporaryFolder,
} from "./testing/greeter-agent.ts";
import { OpampServer } from "./testing/opamp-server.ts";
import { until } from "./testing/until.ts";

vi.setConfig({ testTimeout: 40_000 });

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startServer(): Promise<OpampServer> {
  const server = await OpampServer.start();
  cleanups.push(() => server.stop());
  return server;
}

async function startAgent(settings: AgentSettings, lines: string[] = []): Promise<RunningAgent> {
  const agent = await runAgent(settings, (level, message) => lines.push(`${level} ${message}`), quickTuning);
  let running = true;
  const stop = async () => {
    if (running) await agent.stop();
    running = false;
  };
  cleanups.push(stop);
  return { stop };
}

const lastStatus = (server: OpampServer, status: string) => {
  const last = server.statuses.at(-1);
  return last?.status === status ? last : null;
};

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
    expect(first.customCapabilities?.capabilities).toEqual(["io.muster.agent/1"]);
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

describe("credentials and the connection", () => {
  const offerCredential = (server: OpampServer, value: string) =>
    server.send({
      connectionSettings: {
        hash: hexToBytes("c0ffee"),
        opamp: {
          destinationEndpoint: server.endpoint,
          headers: { headers: [{ key: "Authorization", value }] },
          heartbeatIntervalSeconds: 30n,
        },
      },
    });

  test("saves an offered credential, says so, and uses it from then on, also after a restart", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    const agent = await startAgent(settings);
    await until("the first message", () => server.messages[0]);
    const { uid } = server;
    offerCredential(server, "Bearer own");
    await until("the second dial", () => server.dials[1]);
    expect(server.dials[1]?.authorization).toBe("Bearer own");
    const said = server.messages.find((message) => message.connectionSettingsStatus);
    expect(said?.connectionSettingsStatus?.status).toBe(
      ConnectionSettingsStatuses.ConnectionSettingsStatuses_APPLIED,
    );
    expect(statSync(join(settings.stateDir, "state.json")).mode & 0o777).toBe(0o600);
    await until("a message by the new socket", () => server.connected && server.messages.length >= 3);
    await agent.stop();
    await startAgent({ ...settings, token: null, endpoint: null });
    await until("the third dial", () => server.dials[2]);
    expect(server.dials[2]?.authorization).toBe("Bearer own");
    await until("a message", () => server.messages.at(-1)?.sequenceNum === 0n);
    expect(server.uid).toBe(uid);
  });

  test("returns to what worked when the offered credential is refused, and reports it FAILED", async () => {
    const server = await startServer();
    server.refuse = (authorization) => (authorization === "Bearer bad" ? { status: 401 } : null);
    await startAgent(filesSettings(server.endpoint, temporaryFolder()));
    await until("the first message", () => server.messages[0]);
    offerCredential(server, "Bearer bad");
    const failed = await until("a FAILED status", () =>
      server.messages.find(
        (message) =>
          message.connectionSettingsStatus?.status ===
          ConnectionSettingsStatuses.ConnectionSettingsStatuses_FAILED,
      ),
    );
    expect(failed.connectionSettingsStatus?.errorMessage).toContain("401");
    expect(server.dials.map((dial) => dial.authorization)).toEqual([
      "Bearer enrol-me",
      "Bearer bad",
      "Bearer enrol-me",
    ]);
  });

  test("a moved server is found by the new endpoint with the old credential", async () => {
    const [first, second] = [await startServer(), await startServer()];
    const settings = filesSettings(first.endpoint, temporaryFolder());
    const agent = await startAgent(settings);
    await until("the first message", () => first.messages[0]);
    offerCredential(first, "Bearer own");
    await until("the second dial", () => first.dials[1]);
    await until("the second socket", () => first.connected);
    await agent.stop();
    await startAgent({ ...settings, endpoint: second.endpoint });
    await until("a dial to the other server", () => second.dials[0]);
    expect(second.dials[0]?.authorization).toBe("Bearer own");
  });

  test("a refused enrolment token is explained and tried again slowly", async () => {
    const server = await startServer();
    server.refuse = () => ({ status: 401 });
    const lines: string[] = [];
    await startAgent(filesSettings(server.endpoint, temporaryFolder()), lines);
    await until("a second dial", () => server.dials[1]);
    expect(lines.join("\n")).toContain("the enrolment token was refused (401)");
  });

  test("Retry-After of an overloaded server is honoured", async () => {
    const server = await startServer();
    let refusedAt = 0;
    server.refuse = () => {
      if (refusedAt) return null;
      refusedAt = Date.now();
      return { status: 503, headers: { "Retry-After": "1" } };
    };
    await startAgent(filesSettings(server.endpoint, temporaryFolder()));
    await until("the second dial", () => server.dials[1]);
    expect(Date.now() - refusedAt).toBeGreaterThanOrEqual(990);
  });

  test("dials again after a cut, goes on with the sequence and repeats only the config status", async () => {
    const server = await startServer();
    await startAgent(filesSettings(server.endpoint, temporaryFolder()));
    await until("health", () => server.messages.find((message) => message.health));
    const last = server.messages.at(-1)?.sequenceNum ?? 0n;
    const count = server.messages.length;
    server.cut();
    await until("a message after the cut", () => server.messages.length > count);
    const back = server.messages[count];
    expect(back?.sequenceNum).toBe(last + 1n);
    expect(back?.agentDescription).toBeUndefined();
    expect(back?.remoteConfigStatus).toBeDefined();
  });

  test("pings by text, and dials again when two stay unanswered", async () => {
    const server = await startServer();
    server.answersPings = false;
    const settings = filesSettings(server.endpoint, temporaryFolder());
    const agent = await runAgent(settings, () => {}, { ...quickTuning, pingEveryMs: 30 });
    cleanups.push(() => agent.stop());
    await until("a second dial", () => server.dials[1]);
    expect(server.pings).toBeGreaterThanOrEqual(2);
    server.answersPings = true;
    const dials = server.dials.length;
    const pings = server.pings;
    await until("many answered pings", () => server.pings > pings + 10);
    expect(server.dials.length - dials).toBeLessThanOrEqual(1);
  });

  test("follows a new instance uid and keeps it", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    await startAgent(settings);
    await until("the first message", () => server.messages[0]);
    const uid = "0190a0b0c0d07000800000000000beef";
    server.send({ agentIdentification: { newInstanceUid: hexToBytes(uid) } });
    await until("the new uid", () => server.uid === uid);
    expect(server.messages.at(-1)?.agentDescription).toBeDefined();
    expect(readFileSync(join(settings.stateDir, "state.json"), "utf8")).toContain(uid);
  });

  test("reports everything when asked, and comes through garbage", async () => {
    const server = await startServer();
    await startAgent(filesSettings(server.endpoint, temporaryFolder()));
    await until("health", () => server.messages.find((message) => message.health));
    server.sendBytes(new Uint8Array([0, 255, 255, 255]));
    const count = server.messages.length;
    server.send({ flags: 1n });
    await until("a full state", () => server.messages.length > count);
    const full = server.messages[count];
    expect(full?.agentDescription).toBeDefined();
    expect(full?.health?.healthy).toBe(true);
    expect(full?.effectiveConfig).toBeDefined();
    expect(full?.remoteConfigStatus).toBeDefined();
  });

  test("an UNAVAILABLE answer makes it leave and come back later", async () => {
    const server = await startServer();
    await startAgent(filesSettings(server.endpoint, temporaryFolder()));
    await until("the first message", () => server.messages[0]);
    const sentAt = Date.now();
    server.send({
      errorResponse: {
        type: ServerErrorResponseType.ServerErrorResponseType_Unavailable,
        Details: { case: "retryInfo", value: { retryAfterNanoseconds: 300_000_000n } },
      },
    });
    await until("the second dial", () => server.dials[1]);
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(295);
  });

  test("says goodbye when it stops, and a second agent cannot share its folder", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    const agent = await startAgent(settings);
    await until("the first message", () => server.messages[0]);
    await expect(runAgent(settings, () => {}, quickTuning)).rejects.toThrow(/another agent \(pid \d+\) uses/);
    await agent.stop();
    await until("the goodbye", () => server.messages.at(-1)?.agentDisconnect);
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
