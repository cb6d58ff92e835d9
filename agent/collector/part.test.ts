/** An agent that keeps a collector running, with a stand-in for the collector. */
import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import { ConnectionSettingsStatuses } from "../../protocol/opamp/opamp_pb.js";
import { hexToBytes, uidToHex } from "../../protocol/opamp/uid.ts";
import { until } from "../../test/harness/until.ts";
import { type RunningAgent, runAgent } from "../run.ts";
import { parseSettings } from "../settings.ts";
import { filesSettings, freePort, quickTuning } from "../testing/greeter-agent.ts";
import { OpampServer } from "../testing/opamp-server.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

const standIn = fileURLToPath(new URL("../testing/stand-in-collector.mjs", import.meta.url));
const good = (more = "") => `receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
exporters:
  debug: {verbosity: ${more || "basic"}}
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [debug]}
`;

let server: OpampServer;
let agent: RunningAgent | undefined;
let health: number;
let stateDir: string;
/** What came to the place that own telemetry is sent to: path and credential. */
let told: string[];
let sink: Server;

beforeEach(async () => {
  server = await OpampServer.start();
  health = await freePort();
  stateDir = temporaryFolder();
  told = [];
  sink = createServer((request, response) => {
    told.push(`${request.url} ${request.headers.authorization}`);
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
  await run();
});
afterEach(async () => {
  await agent?.stop();
  await server.stop();
  sink.closeAllConnections();
  await new Promise((resolve) => sink.close(resolve));
});

async function run(token = "enrol-me"): Promise<void> {
  const text = `supervise: {driver: collector, command: "${standIn}", address: "127.0.0.1:${health}", env: {STAND_IN_SICK: ailing}}`;
  const { supervise } = parseSettings(text, join(stateDir, "agent.yaml"), {});
  if (supervise?.verify) supervise.verify.timeoutMs = 3_000;
  agent = await runAgent(
    { ...filesSettings(server.endpoint, stateDir), token, hostMetrics: false, supervise },
    () => {},
    quickTuning,
  );
  await until("the agent is here", () => server.connected && server.messages.some(({ health }) => health));
}

const reported = (hash: string, status: string) =>
  until(`${status} ${hash}`, () =>
    server.statuses.findLast((one) => one.hash === hash && one.status === status),
  );
const effective = () => {
  const files = server.messages.findLast(({ effectiveConfig }) => effectiveConfig)?.effectiveConfig
    ?.configMap;
  const body = files?.configMap["effective.yaml"]?.body;
  return body && parse(new TextDecoder().decode(body));
};
const connection = (hash: string) =>
  until(`an end of the offer ${hash}`, () => {
    const found = server.messages.findLast(
      ({ connectionSettingsStatus: said }) => said && uidToHex(said.lastConnectionSettingsHash) === hash,
    )?.connectionSettingsStatus;
    const ends = [
      ConnectionSettingsStatuses.ConnectionSettingsStatuses_APPLIED,
      ConnectionSettingsStatuses.ConnectionSettingsStatuses_FAILED,
    ];
    return found && ends.includes(found.status)
      ? { status: ConnectionSettingsStatuses[found.status]?.split("_")[1], error: found.errorMessage }
      : null;
  });
const metricsTo = (url: string) => ({
  destinationEndpoint: url,
  headers: { headers: [{ key: "authorization", value: "Bearer otlp" }] },
});
const sinkUrl = () => `http://127.0.0.1:${(sink.address() as AddressInfo).port}/v1/metrics`;

test("starts with what is there where its part of the config cannot be written", async () => {
  await agent?.stop();
  const overlay = join(stateDir, "config", ".muster-collector.yaml");
  rmSync(overlay, { force: true });
  mkdirSync(overlay, { recursive: true });
  const dials = server.dials.length;
  await run();
  expect(server.dials.length).toBeGreaterThan(dials);
});

test("tells which components it has, and what it runs in all", async () => {
  const components = await until(
    "its components",
    () => server.messages.find(({ availableComponents }) => availableComponents)?.availableComponents,
  );
  expect(Object.keys(components.components).sort()).toEqual([
    "connectors",
    "exporters",
    "extensions",
    "processors",
    "receivers",
  ]);
  expect(Object.keys(components.components.receivers?.subComponentMap ?? {}).sort()).toEqual([
    "hostmetrics",
    "otlp",
  ]);
  const bits = Number(server.messages[0]?.capabilities);
  for (const name of ["ReportsAvailableComponents", "ReportsOwnMetrics", "ReportsOwnLogs"] as const) {
    expect(hasCapability(bits, name)).toBe(true);
  }
  server.offer("a1", { "collector.yaml": good() });
  await reported("a1", "APPLIED");
  const ran = await until("its effective config", effective);
  expect(ran.service.extensions).toEqual(["health_check/muster"]);
  expect(ran.extensions).toEqual({ "health_check/muster": { endpoint: `127.0.0.1:${health}` } });
  expect(ran.exporters.debug.verbosity).toBe("basic");
});

test("refuses what the collector's own check refuses, and goes back from what makes it sick", async () => {
  server.offer("a1", { "collector.yaml": good() });
  await reported("a1", "APPLIED");
  server.offer("b2", { "collector.yaml": good().replace("[debug]", "[kafka]") });
  expect((await reported("b2", "FAILED")).error).toContain(
    'service::pipelines::traces: references exporter "kafka" which is not configured',
  );
  server.offer("c3", { "collector.yaml": good("ailing") });
  expect((await reported("c3", "FAILED")).error).toContain(`http://127.0.0.1:${health}/ answered 503`);
  expect((await fetch(`http://127.0.0.1:${health}/`)).status).toBe(200);
});

test("tells of itself where the server asks for it, keeps that through a restart, and ends it", async () => {
  server.offer("a1", { "collector.yaml": good() });
  await reported("a1", "APPLIED");
  const ownMetrics = metricsTo(sinkUrl());
  server.send({ connectionSettings: { hash: hexToBytes("0a"), ownMetrics } });
  expect(await connection("0a")).toEqual({ status: "APPLIED", error: "" });
  await until("it tells", () => told.includes("/v1/metrics Bearer otlp"));
  const telemetry = await until("what it runs", () => effective()?.service.telemetry);
  expect(telemetry.metrics.readers).toHaveLength(1);

  await agent?.stop();
  told = [];
  await run();
  await until("it tells again", () => told.includes("/v1/metrics Bearer otlp"));
  server.offer("b2", { "collector.yaml": good("detailed") });
  await reported("b2", "APPLIED");
  told = [];
  await until("it still tells", () => told.includes("/v1/metrics Bearer otlp"));

  server.send({ connectionSettings: { hash: hexToBytes("0b"), ownMetrics: { destinationEndpoint: "" } } });
  expect((await connection("0b")).status).toBe("APPLIED");
  await until("it runs without", () => effective()?.service.telemetry === undefined);
});

test("an offer that makes the collector sick is taken back, and the config stays", async () => {
  server.offer("a1", { "collector.yaml": good() });
  await reported("a1", "APPLIED");
  server.send({ connectionSettings: { hash: hexToBytes("0a"), ownLogs: metricsTo(`${sinkUrl()}/ailing`) } });
  const { status, error } = await connection("0a");
  expect(status).toBe("FAILED");
  expect(error).toContain("answered 503");
  expect((await fetch(`http://127.0.0.1:${health}/`)).status).toBe(200);
  expect(effective()?.service.telemetry).toBeUndefined();
});

test("an offer that it cannot follow fails without touching the collector", async () => {
  server.send({ connectionSettings: { hash: hexToBytes("0a"), ownTraces: metricsTo("otlp.example:4317") } });
  expect(await connection("0a")).toEqual({
    status: "FAILED",
    error: 'the endpoint "otlp.example:4317" is not a URL that starts with http:// or https://',
  });
  server.send({
    connectionSettings: {
      hash: hexToBytes("0b"),
      ownTraces: { ...metricsTo("https://otlp.example/v1/traces"), tls: { insecureSkipVerify: true } },
    },
  });
  expect((await connection("0b")).status).toBe("FAILED");
});

test("with another enrolment token it no longer tells of itself where the fleet before asked for it", async () => {
  const opamp = {
    destinationEndpoint: server.endpoint,
    headers: { headers: [{ key: "Authorization", value: "Bearer own" }] },
  };
  server.send({ connectionSettings: { hash: hexToBytes("01"), opamp } });
  await until("the dial with its own credential", () => server.dials[1] && server.connected);
  server.offer("a1", { "collector.yaml": good() });
  await reported("a1", "APPLIED");
  server.send({ connectionSettings: { hash: hexToBytes("0a"), ownMetrics: metricsTo(sinkUrl()) } });
  expect((await connection("0a")).status).toBe("APPLIED");
  await agent?.stop();
  const { uid } = server;
  await run("another");
  await until("it is another instance", () => server.uid !== uid);
  server.offer("b2", { "collector.yaml": good("detailed") });
  await reported("b2", "APPLIED");
  const ran = await until("what it runs now", () => {
    const now = effective();
    return now?.exporters.debug.verbosity === "detailed" ? now : null;
  });
  expect(ran.service.telemetry).toBeUndefined();
});
