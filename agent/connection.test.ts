import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { ConnectionSettingsStatuses, ServerErrorResponseType } from "../protocol/opamp/opamp_pb.js";
import { hexToBytes } from "../protocol/opamp/uid.ts";
import { until } from "../test/harness/until.ts";
import { runAgent } from "./run.ts";
import { filesSettings, quickTuning } from "./testing/greeter-agent.ts";
import type { OpampServer } from "./testing/opamp-server.ts";
import { startAgent, startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

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

test("an offer that cannot be dialled is reported FAILED, and the agent stays", async () => {
  const server = await startServer();
  await startAgent(filesSettings(server.endpoint, temporaryFolder()));
  await until("the first message", () => server.messages[0]);
  offerCredential(server, "Bearer a\nX-Injected: b");
  const failed = await until("a status", () =>
    server.messages.find((message) => message.connectionSettingsStatus),
  );
  expect(failed.connectionSettingsStatus).toMatchObject({
    status: ConnectionSettingsStatuses.ConnectionSettingsStatuses_FAILED,
    errorMessage: 'the header "Authorization" cannot be sent over HTTP',
  });
  expect(server.dials).toHaveLength(1);
  expect(server.connected).toBe(true);
});

test("another enrolment token means to enrol anew, as a new instance", async () => {
  const server = await startServer();
  const settings = filesSettings(server.endpoint, temporaryFolder());
  const agent = await startAgent(settings);
  await until("the first message", () => server.messages[0]);
  const { uid } = server;
  offerCredential(server, "Bearer own");
  await until("the second dial", () => server.dials[1]);
  await until("the second socket", () => server.connected);
  await agent.stop();
  await startAgent({ ...settings, token: "enrol-me-again" });
  await until("the third dial", () => server.dials[2]);
  expect(server.dials[2]?.authorization).toBe("Bearer enrol-me-again");
  await until("another uid", () => server.uid !== uid);
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
  server.refuse = () => (server.dials.length > 1 ? null : { status: 503, headers: { "Retry-After": "1" } });
  const lines: string[] = [];
  await startAgent(filesSettings(server.endpoint, temporaryFolder()), lines);
  await until("the second dial", () => server.dials[1]);
  expect(lines).toContain(`warn ${server.endpoint} asks to come back in 1 s`);
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
  await startAgent(settings, [], { ...quickTuning, pingEveryMs: 200 });
  await until("a second dial", () => server.dials[1]);
  expect(server.pings).toBeGreaterThanOrEqual(2);
  server.answersPings = true;
  const dials = server.dials.length;
  const pings = server.pings;
  await until("many answered pings", () => server.pings > pings + 4);
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

test("an UNAVAILABLE answer makes it leave and come back", async () => {
  const server = await startServer();
  await startAgent(filesSettings(server.endpoint, temporaryFolder()));
  await until("the first message", () => server.messages[0]);
  server.send({
    errorResponse: {
      type: ServerErrorResponseType.ServerErrorResponseType_Unavailable,
      Details: { case: "retryInfo", value: { retryAfterNanoseconds: 300_000_000n } },
    },
  });
  await until("it to leave", () => !server.connected);
  await until("the second dial", () => server.dials[1]);
});

test("a server that sends it away for longer than a timer can count is not dialled at once", async () => {
  const server = await startServer();
  await startAgent(filesSettings(server.endpoint, temporaryFolder()));
  await until("the first message", () => server.messages[0]);
  const retryAfterNanoseconds = 2n ** 63n;
  server.send({
    errorResponse: {
      type: ServerErrorResponseType.ServerErrorResponseType_Unavailable,
      Details: { case: "retryInfo", value: { retryAfterNanoseconds } },
    },
  });
  await until("it to leave", () => !server.connected);
  // A timer that overflows fires after a millisecond.
  await sleep(500);
  expect(server.dials).toHaveLength(1);
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
